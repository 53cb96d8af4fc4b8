package io.ringmaster.server.store;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.index.NameDictionary;
import io.ringmaster.registry.store.StoreSettings;
import io.ringmaster.registry.store.StoredRecordDescriptor;
import io.ringmaster.server.config.RegistryConfig;
import java.nio.file.Path;

/**
 * How big a store the registry's configuration needs: it follows {@code entries}, {@code max-metadata} and {@code slab-bytes}, and
 * nothing else, so that other keys can be changed with the store in place.
 * <p>
 * A record takes whole pieces of {@link StoreSettings#DEFAULT_BYTES_PER_ENTRY} bytes. There are pieces for every entry with its fixed
 * fields, usual capabilities and attributes, and for all that the slab holds: names and metadata. Long lists of capabilities or
 * attributes at most records, or long records that a large {@code inline-bytes} keeps out of the slab, can use them up earlier; then
 * {@link StoreRoom} refuses writes before the store would.
 * <p>
 * Threading: immutable.
 *
 * @param settings of the store.
 */
record StoreSizes(StoreSettings settings) {
    /** Longest list of capabilities in a message, and so of a record. */
    static final int MAX_CAPABILITIES_LENGTH = 1024;
    /** Longest text of attributes: each with its name, a keyword and two separators. */
    static final int MAX_ATTRIBUTES_LENGTH =
        AttributeSchema.MAX_ATTRIBUTES * (AttributeSchema.MAX_NAME_LENGTH + NameDictionary.MAX_NAME_LENGTH + 2);
    /** Bytes of capabilities and attributes that every record may have at the same time. */
    static final int USUAL_TEXT_LENGTH = 192;
    /** Payload of a piece. */
    static final int PIECE = StoreSettings.DEFAULT_BYTES_PER_ENTRY;

    static StoreSizes of(final RegistryConfig config, final Path directory) {
        final int maxRecordLength = roundUp(StoredRecordDescriptor.HEADER_LENGTH + 2 * Protocol.MAX_NAME_LENGTH +
            MAX_CAPABILITIES_LENGTH + MAX_ATTRIBUTES_LENGTH + config.maxMetadataLength());
        final long usual = StoredRecordDescriptor.HEADER_LENGTH + USUAL_TEXT_LENGTH;
        final long pieces = config.entries() + (config.entries() * usual + config.slabLength()) / PIECE;
        final long bytesPerEntry = Math.min(maxRecordLength, pieces * PIECE / config.entries() + 1);
        // One entry more: a successor is stored before its predecessor of the same name is removed.
        return new StoreSizes(new StoreSettings(directory, config.entries() + 1, maxRecordLength, (int)bytesPerEntry));
    }

    private static int roundUp(final int length) {
        return (length + PIECE - 1) / PIECE * PIECE;
    }

    /** Longest record that the registry can have. */
    int maxRecordLength() {
        return settings.maxRecordLength();
    }

    /** Whether there are pieces for all entries with the longest records. */
    boolean isAmple() {
        return settings.bytesPerEntry() == settings.maxRecordLength();
    }
}
