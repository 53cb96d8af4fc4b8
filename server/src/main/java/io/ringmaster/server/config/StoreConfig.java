package io.ringmaster.server.config;

import java.util.concurrent.TimeUnit;

/**
 * The registry's durable store as configured: keys {@code ringmaster.registry.store.*} and
 * {@code ringmaster.registry.restart-grace}. They matter with {@code ringmaster.registry.durability = process} only.
 * <p>
 * Threading: immutable.
 *
 * @param ringLength     bytes of the ring between the registry's role and the store's role; a power of two.
 * @param warmUpLookups  most restored records that are looked up once before the server serves; 0: none.
 * @param restartGraceNs how long a restored record waits for its owner.
 * @param discardUnfit   whether a start removes the records that the configuration has no place for; else it fails.
 * @param writeBackNs    in which time all of the store's changed pages are written to the disk once; 0: the kernel does it as it will.
 */
public record StoreConfig(int ringLength, int warmUpLookups, long restartGraceNs, boolean discardUnfit, long writeBackNs) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.registry.store";
    /** The key of {@link #discardUnfit()}. */
    public static final String DISCARD_UNFIT_KEY = KEY + ".discard-unfit";
    /** The key of {@link #writeBackNs()}. */
    public static final String WRITE_BACK_KEY = KEY + ".write-back";
    /** The key of the grace window. */
    public static final String RESTART_GRACE_KEY = RegistryConfig.KEY + ".restart-grace";

    /**
     * Checks the values.
     *
     * @throws ConfigException for the first that is out of its bounds.
     */
    public StoreConfig {
        Bounds.bytesWithin(KEY + ".ring-bytes", ringLength, 64 * 1024, 1 << 30);
        Bounds.powerOfTwo(KEY + ".ring-bytes", ringLength);
        Bounds.within(KEY + ".warm-up-lookups", warmUpLookups, 0, RegistryConfig.MAX_ENTRIES);
        Bounds.durationWithin(RESTART_GRACE_KEY, restartGraceNs, 1_000_000L, Bounds.DAY_NS);
        if (writeBackNs != 0) {
            Bounds.durationWithin(WRITE_BACK_KEY, writeBackNs, TimeUnit.SECONDS.toNanos(1), Bounds.DAY_NS);
        }
    }

    /**
     * Whether the server itself writes changed pages to the disk.
     *
     * @return false if the kernel does it alone.
     */
    public boolean isWrittenBack() {
        return writeBackNs != 0;
    }

    /**
     * The same without writing back.
     *
     * @return a copy.
     */
    public StoreConfig withoutWriteBack() {
        return new StoreConfig(ringLength, warmUpLookups, restartGraceNs, discardUnfit, 0);
    }
}
