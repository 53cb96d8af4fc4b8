package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The intended times whose operations took longest, each with its slowest operation. A burst is one such moment, since all its
 * operations are due at the same time, so a reader can hold them against what else happened on the machine then.
 * <p>
 * Threading: confined to the generator. Recording allocates nothing.
 */
final class SlowestMoments {
    private static final int CAPACITY = 8;

    private final long[] intendedNs = new long[CAPACITY];
    private final int[] tags = new int[CAPACITY];
    private final long[] latencyNs = new long[CAPACITY];
    private int count;
    private long leastNs;

    void record(final long intended, final int tag, final long latency) {
        if (count == CAPACITY && latency <= leastNs) {
            return;
        }
        int place = indexOf(intended);
        if (place < 0) {
            place = count < CAPACITY ? count++ : least();
            intendedNs[place] = intended;
            tags[place] = tag;
            latencyNs[place] = latency;
        } else {
            latencyNs[place] = Math.max(latencyNs[place], latency);
        }
        leastNs = latencyNs[least()];
    }

    void add(final SlowestMoments other) {
        for (int i = 0; i < other.count; i++) {
            record(other.intendedNs[i], other.tags[i], other.latencyNs[i]);
        }
    }

    /**
     * Writes them, the slowest first: latency in nanoseconds, tag, and the intended time in milliseconds since 1970.
     *
     * @param json to add to.
     */
    void writeTo(final ArrayNode json) {
        final long toEpochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        IntStream.range(0, count).boxed().sorted((a, b) -> Long.compare(latencyNs[b], latencyNs[a])).forEach(i -> {
            final ObjectNode node = json.addObject();
            node.put("latencyNs", latencyNs[i]);
            node.put("tag", tags[i]);
            node.put("epochMs", TimeUnit.NANOSECONDS.toMillis(intendedNs[i] + toEpochNs));
        });
    }

    private int indexOf(final long intended) {
        for (int i = 0; i < count; i++) {
            if (intendedNs[i] == intended) {
                return i;
            }
        }
        return -1;
    }

    private int least() {
        int least = 0;
        for (int i = 1; i < count; i++) {
            least = latencyNs[i] < latencyNs[least] ? i : least;
        }
        return least;
    }
}
