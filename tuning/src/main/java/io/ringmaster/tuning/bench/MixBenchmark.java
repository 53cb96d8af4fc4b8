package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.concurrent.TimeUnit;

/**
 * Reads and writes in turn on one thread, as one network thread that carries all roles does them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MixBenchmark {
    private static final int HUNDRED = 100;

    /**
     * The share of writes.
     * <p>
     * Threading: confined to its thread.
     */
    @State(Scope.Thread)
    public static class Mix {
        /** Writes out of a hundred operations. */
        @Param({"0", "10", "50"})
        public int writePercent;
        private int debt;

        /** Spreads the writes evenly. */
        boolean isWrite() {
            debt += writePercent;
            if (debt >= HUNDRED) {
                debt -= HUNDRED;
                return true;
            }
            return false;
        }
    }

    /**
     * One operation of the mix.
     *
     * @param map    filled.
     * @param reader of it.
     * @param writer of it.
     * @param mix    that says which.
     * @return from the record.
     */
    @Benchmark
    public long readOrWrite(final FilledMap map, final MapReader reader, final MapWriter writer, final Mix mix) {
        return mix.isWrite() ? writer.replace() : reader.hit();
    }
}
