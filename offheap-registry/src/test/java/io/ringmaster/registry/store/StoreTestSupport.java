package io.ringmaster.registry.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Records for the tests of the store. */
final class StoreTestSupport {
    static final int MAX_LENGTH = 4096;

    private final StoredRecord record = new StoredRecord();
    private final UnsafeBuffer source = new UnsafeBuffer(new byte[MAX_LENGTH]);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * MAX_LENGTH]);

    static StoreSettings settings(final Path directory, final int entries) {
        return new StoreSettings(directory, entries, MAX_LENGTH, StoreSettings.DEFAULT_BYTES_PER_ENTRY);
    }

    /** Encodes a record into {@link #buffer()} at 0; the metadata's bytes follow from the version. */
    int encode(final String name, final long version, final int metadataLength) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        record.wrapForEncode(buffer, 0).kind((byte) 1).capacity(4).parallelism(2).version(version).ownerSession(7).leaseNs(1000);
        source.putBytes(0, bytes);
        record.namespace(source, 0, 0).name(source, 0, bytes.length);
        source.setMemory(0, metadataLength, (byte) (version * 31 + 7));
        return record.metadata(source, 0, metadataLength).finish();
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    DurableStore.PutResult put(final DurableStore store, final long incarnation, final long version, final int metadataLength) {
        final int length = encode("agent-" + incarnation, version, metadataLength);
        return store.put(incarnation, buffer, 0, length);
    }

    /** Incarnation to version of all records, each checked. */
    static TreeMap<Long, Long> contents(final DurableStore store) {
        final TreeMap<Long, Long> contents = new TreeMap<>();
        final StoredRecord read = new StoredRecord();
        store.forEach((incarnation, bytes, offset, length) -> {
            final int result = read.wrapForDecode(bytes, offset, length);
            if (result != StoredRecord.VALID) {
                throw new AssertionError("incarnation " + incarnation + " of " + length + " bytes: " + result);
            }
            if (contents.put(incarnation, read.version()) != null) {
                throw new AssertionError("incarnation " + incarnation + " twice");
            }
        });
        return contents;
    }
}
