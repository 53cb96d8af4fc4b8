package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A thread that reads random records.
 * <p>
 * Threading: confined to its thread.
 */
@State(Scope.Thread)
public class MapReader {
    /** Records of one batch. */
    static final int BATCH = 32;

    private final int[] numbers = new int[BATCH];
    private RecordMap.Reader reader;
    private RandomIndex random;

    /**
     * A reader of the map.
     *
     * @param map    to read.
     * @param params of the thread.
     */
    @Setup(Level.Trial)
    public void open(final FilledMap map, final ThreadParams params) {
        reader = map.records().reader();
        random = new RandomIndex(map.entries, params.getThreadIndex() + 1L);
    }

    long hit() {
        return reader.get(random.next());
    }

    /** {@link #BATCH} times {@link #hit}, so that what the harness does for each call is shared. */
    long hitsOneByOne() {
        final RecordMap.Reader map = reader;
        final RandomIndex index = random;
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            sum += map.get(index.next());
        }
        return sum;
    }

    long hits() {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.next();
        }
        return reader.getAll(numbers);
    }

    long miss() {
        return reader.get(random.next() + BenchKeys.MISSING);
    }

    int nextNumber() {
        return random.next();
    }

    long get(final int number) {
        return reader.get(number);
    }
}
