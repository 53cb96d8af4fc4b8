package io.ringmaster.server.config;

import java.util.concurrent.TimeUnit;

/**
 * The rehearsal before a server serves: keys {@code ringmaster.rehearsal.*}.
 * <p>
 * Threading: immutable.
 *
 * @param limitNs longest time that it may take; 0: there is none.
 */
public record RehearsalSettings(long limitNs) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.rehearsal";
    /** No rehearsal. */
    public static final RehearsalSettings NONE = new RehearsalSettings(0);

    private static final long MAX_LIMIT_NS = TimeUnit.MINUTES.toNanos(10);

    /**
     * Checks the value.
     *
     * @throws ConfigException if it is out of its bounds.
     */
    public RehearsalSettings {
        Bounds.durationWithin(KEY + ".limit", limitNs, 0, MAX_LIMIT_NS);
    }

    /**
     * Whether there is a rehearsal.
     *
     * @return true with a limit.
     */
    public boolean isEnabled() {
        return limitNs > 0;
    }
}
