package io.ringmaster.server.metrics;

/**
 * Something that takes figures now and then; run by {@link Housekeeping}.
 */
@FunctionalInterface
public interface Sampler {
    /**
     * Takes the figures. May allocate; must not block.
     *
     * @param nowNs monotonic time.
     */
    void sample(long nowNs);
}
