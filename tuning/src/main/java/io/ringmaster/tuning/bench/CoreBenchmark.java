package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

import java.util.concurrent.TimeUnit;

/**
 * Single operations on one thread, each on a random record.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoreBenchmark {
    /**
     * Finds records that are there, one after the other, each by a call of its own; the time is that of one of them.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the record.
     */
    @Benchmark
    @OperationsPerInvocation(MapReader.BATCH)
    public long get(final FilledMap map, final MapReader reader) {
        return reader.hitsOneByOne();
    }

    /**
     * Finds 32 records that are there, as for one message with 32 names; the time is that of one of them.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the records.
     */
    @Benchmark
    @OperationsPerInvocation(MapReader.BATCH)
    public long getBatch(final FilledMap map, final MapReader reader) {
        return reader.hits();
    }

    /**
     * Looks for a record that is not there.
     *
     * @param map    filled.
     * @param reader of it.
     * @return nothing found.
     */
    @Benchmark
    public long getMiss(final FilledMap map, final MapReader reader) {
        return reader.miss();
    }

    /**
     * Replaces a record: a registration by the session that owns the name already.
     *
     * @param map    filled.
     * @param writer of it.
     * @return what was written.
     */
    @Benchmark
    public long put(final FilledMap map, final MapWriter writer) {
        return writer.replace();
    }

    /**
     * Takes a record out and makes it again.
     *
     * @param map    filled.
     * @param writer of it.
     */
    @Benchmark
    public void removeAndPut(final FilledMap map, final MapWriter writer) {
        writer.removeAndPut();
    }
}
