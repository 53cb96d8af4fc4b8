package io.ringmaster.server.config;

/**
 * Counters: keys {@code ringmaster.metrics.*}.
 * <p>
 * Threading: immutable.
 *
 * @param sampleIntervalNs how often figures of the JVM are taken and the heartbeat is written.
 */
public record MetricsSettings(long sampleIntervalNs) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.metrics";

    /**
     * Checks the value.
     *
     * @throws ConfigException if it is out of its bounds.
     */
    public MetricsSettings {
        Bounds.durationWithin(KEY + ".sample-interval", sampleIntervalNs, 10_000_000L, 2_000_000_000L);
    }
}
