package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Put, overwrite and remove allocate nothing after warm-up; forEach nothing for each record. */
class StoreAllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int OPERATIONS = 100_000;
    private static final int KEYS = 1000;
    private static final double MAX_BYTES_PER_OPERATION = 0.1;

    private final StoredRecord record = new StoredRecord();
    private final UnsafeBuffer source = new UnsafeBuffer(new byte[1024]);
    private final UnsafeBuffer buffer = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(2048));
    private long seen;

    @TempDir
    private Path directory;

    private int encode(final int version, final int metadataLength) {
        return record.wrapForEncode(buffer, 0).kind((byte) 1).version(version).namespace(source, 0, 7).name(source, 8, 10)
            .capabilities(source, 0, 30).metadata(source, 0, metadataLength).finish();
    }

    private static void assertAllocatesNothing(final String what, final IntConsumer operation) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            operation.accept(i);
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.accept(i);
        }
        final long ns = (System.nanoTime() - startNs) / OPERATIONS;
        final double perOperation = (double) (threads.getCurrentThreadAllocatedBytes() - before) / OPERATIONS;
        System.out.printf("%s: %.5f bytes per operation, %d ns%n", what, perOperation, ns);
        assertTrue(perOperation < MAX_BYTES_PER_OPERATION, what + " allocates " + perOperation + " bytes per operation");
    }

    @Test
    void shouldAllocateNothing() {
        try (ChronicleStore store = ChronicleStore.open(new StoreSettings(directory, KEYS, 2048, 1024))) {
            assertAllocatesNothing("put", i -> {
                if (store.put(i % KEYS, buffer, 0, encode(i, 50)) != DurableStore.PutResult.STORED) {
                    throw new AssertionError("refused");
                }
            });
            assertAllocatesNothing("put of 4 pieces or 1", i -> store.put(i % KEYS, buffer, 0, encode(i, (i & 1) * 700)));
            assertAllocatesNothing("remove and put", i -> {
                if (!store.remove(i % KEYS)) {
                    throw new AssertionError("not there");
                }
                store.put(i % KEYS, buffer, 0, encode(i, 50));
            });
            assertAllocatesNothing("decode", i -> {
                if (record.wrapForDecode(buffer, 0, StoredRecord.lengthOf(buffer, 0)) != StoredRecord.VALID) {
                    throw new AssertionError("not valid");
                }
            });
        }
    }

    @Test
    void shouldAllocateNothingForEachRecordOfForEach() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final StoreConsumer consumer = (incarnation, bytes, offset, length) -> seen++;
        final int records = 100_000;
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, records))) {
            for (int i = 0; i < records; i++) {
                store.put(i, buffer, 0, encode(i, 50));
            }
            long perRecord = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                store.forEach(consumer);
                perRecord = (threads.getCurrentThreadAllocatedBytes() - before) / records;
            }
            assertEquals(0, perRecord, "bytes allocated for each record");
            assertEquals(5L * records, seen);
        }
    }
}
