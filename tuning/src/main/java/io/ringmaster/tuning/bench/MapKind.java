package io.ringmaster.tuning.bench;

/** The maps that are compared. Immutable. */
public enum MapKind {
    /** The registry's core. */
    RINGMASTER,
    /** ConcurrentHashMap; a String and a key object made for each operation. */
    CHM,
    /** ConcurrentHashMap; all key objects made before. */
    CHM_READY_KEYS,
    /** Chronicle Map, {@code getUsing}. */
    CHRONICLE;

    /** An empty map. */
    RecordMap create(final int entries, final int partitions) {
        return switch (this) {
            case RINGMASTER -> new RingmasterMap(entries, partitions);
            case CHM -> new HeapMap(entries, false);
            case CHM_READY_KEYS -> new HeapMap(entries, true);
            case CHRONICLE -> new ChronicleRecords(entries);
        };
    }
}
