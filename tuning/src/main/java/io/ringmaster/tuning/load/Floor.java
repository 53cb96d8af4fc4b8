package io.ringmaster.tuning.load;

import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;

import java.util.Arrays;

/**
 * The floors of a run: short stretches of {@link EchoWorkload} before, between and after the stretches of the scenario, so
 * that both see the same moods of the machine. Their percentiles are the medians over the stretches.
 * <p>
 * {@code floor} has a media driver on a yielding thread of its own beside the yielding echo thread: the definition of
 * REQUIREMENTS.md part 3. {@code bareFloor} has the driver on the echo thread, which idles like the server's network
 * thread. Each is paused, or backs off, while anything else is measured.
 * <p>
 * Threading: confined to the generator.
 */
final class Floor implements AutoCloseable {
    private final EchoFloor shared;
    private final EchoFloor bare;

    /**
     * Starts both responders and warms all ends up.
     *
     * @param settings  of both ends.
     * @param directory for its files.
     * @param clock     of the run.
     * @param warmupNs  how long to warm up each.
     * @param stretchNs how long each stretch of the floor is; one of the bare floor is half as long.
     */
    Floor(
        final EchoSettings settings, final RunDirectory directory, final NanoClock clock, final long warmupNs,
        final long stretchNs) {
        this.shared = new EchoFloor("floor", settings.withSharedDriver(), directory, clock, warmupNs, stretchNs);
        try {
            this.bare = startBare(settings, directory, clock, warmupNs, stretchNs);
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(shared);
            throw ex;
        }
        background(() -> { });
    }

    /** The bare floor alone, for a run whose scenario is the other one. */
    static EchoFloor startBare(
        final EchoSettings settings, final RunDirectory directory, final NanoClock clock, final long warmupNs,
        final long stretchNs) {
        return new EchoFloor("bareFloor", settings, directory, clock, warmupNs, stretchNs / 2);
    }

    /** What has to be polled now and then while the floors are measured. */
    void background(final Runnable task) {
        shared.background(() -> {
            task.run();
            bare.poll();
        });
        bare.background(() -> {
            task.run();
            shared.poll();
        });
    }

    /** Keeps the connections alive while the floors are not measured. */
    void poll() {
        shared.poll();
        bare.poll();
    }

    /** One more stretch of each. */
    void measure() {
        shared.measure();
        bare.measure();
    }

    /** Writes the floors, and what was wrong with them, into a result. */
    void writeTo(final LoadResult result) {
        result.floor(shared.medianP50Ns(), shared.medianP99Ns());
        result.more().set("floorLatencyNs", shared.latenciesJson());
        shared.checkTo(result);
        writeBareTo(result, bare);
    }

    /** Writes the bare floor alone. */
    static void writeBareTo(final LoadResult result, final EchoFloor bare) {
        result.bareFloor(bare.medianP50Ns(), bare.medianP99Ns());
        result.more().set("bareFloorLatencyNs", bare.latenciesJson());
        bare.checkTo(result);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(shared, bare);
    }

    static long median(final long[] values) {
        if (values.length == 0) {
            return 0;
        }
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static long[] append(final long[] values, final long value) {
        final long[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }
}
