package io.ringmaster.registry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Records that the partitions of one registry may hold together. Each partition has some room beyond its share, because keys
 * fall on partitions by hash; the quota makes the registry refuse the record beyond {@link RegistrySettings#entries()} all the same.
 * <p>
 * Threading: thread-safe, without locks.
 */
public final class RegistryQuota {
    private final long entries;
    private final AtomicLong used = new AtomicLong();

    /**
     * A quota of which nothing is used.
     *
     * @param entries most records.
     */
    public RegistryQuota(final long entries) {
        this.entries = entries;
    }

    boolean isUsedUp() {
        return used.get() >= entries;
    }

    boolean tryTake() {
        if (used.incrementAndGet() <= entries) {
            return true;
        }
        used.decrementAndGet();
        return false;
    }

    void giveBack() {
        used.decrementAndGet();
    }

    /**
     * Records that there are.
     *
     * @return from 0, for a moment one more for each partition that is about to be refused.
     */
    public long used() {
        return used.get();
    }
}
