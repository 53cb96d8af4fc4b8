package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

import java.util.concurrent.TimeUnit;

/**
 * Readers beside a writer that writes as fast as it can. {@code alone} and {@code beside} are sampled, so that their tails can
 * be compared; {@code readers2} and {@code readers12} count operations of all readers together.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ContentionBenchmark {
    /**
     * One reader, no writer.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the record.
     */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long alone(final FilledMap map, final MapReader reader) {
        return reader.hit();
    }

    /**
     * One reader beside the writer.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the record.
     */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @Group("beside")
    @GroupThreads(1)
    public long besideReader(final FilledMap map, final MapReader reader) {
        return reader.hit();
    }

    /**
     * The writer of {@code beside}.
     *
     * @param map    filled.
     * @param writer of it.
     * @return what was written.
     */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @Group("beside")
    @GroupThreads(1)
    public long besideWriter(final FilledMap map, final MapWriter writer) {
        return writer.replace();
    }

    /**
     * Two readers beside a writer.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the record.
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Group("readers2")
    @GroupThreads(2)
    public long readers2Reader(final FilledMap map, final MapReader reader) {
        return reader.hit();
    }

    /**
     * The writer of {@code readers2}.
     *
     * @param map    filled.
     * @param writer of it.
     * @return what was written.
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Group("readers2")
    @GroupThreads(1)
    public long readers2Writer(final FilledMap map, final MapWriter writer) {
        return writer.replace();
    }

    /**
     * Twelve readers beside a writer.
     *
     * @param map    filled.
     * @param reader of it.
     * @return from the record.
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Group("readers12")
    @GroupThreads(12)
    public long readers12Reader(final FilledMap map, final MapReader reader) {
        return reader.hit();
    }

    /**
     * The writer of {@code readers12}.
     *
     * @param map    filled.
     * @param writer of it.
     * @return what was written.
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Group("readers12")
    @GroupThreads(1)
    public long readers12Writer(final FilledMap map, final MapWriter writer) {
        return writer.replace();
    }
}
