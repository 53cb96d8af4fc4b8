package io.ringmaster.server.metrics;

import org.agrona.concurrent.status.AtomicCounter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Copies figures that another thread keeps (and that may be read from any thread) into counters.
 * <p>
 * Threading: {@link #add} before the housekeeping starts; then confined to housekeeping.
 */
public final class GaugeMirror implements Sampler {
    private final List<Pair> pairs = new ArrayList<>();

    /**
     * Adds a figure.
     *
     * @param counter to be set; nobody else writes it.
     * @param source  thread-safe.
     * @return this.
     */
    public GaugeMirror add(final AtomicCounter counter, final LongSupplier source) {
        pairs.add(new Pair(counter, source));
        return this;
    }

    @Override
    public void sample(final long nowNs) {
        for (final Pair pair : pairs) {
            pair.counter().setRelease(pair.source().getAsLong());
        }
    }

    private record Pair(AtomicCounter counter, LongSupplier source) {
    }
}
