package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.ThreadParams;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One partition with its one writer against four partitions with two writers, each of which writes only to its own two.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PartitionBenchmark {
    /** Registry with one partition. */
    @State(Scope.Benchmark)
    public static class OnePartition extends Filled {
        /** One partition. */
        public OnePartition() {
            super(1);
        }
    }

    /** Registry with four partitions. */
    @State(Scope.Benchmark)
    public static class FourPartitions extends Filled {
        /** Four partitions. */
        public FourPartitions() {
            super(4);
        }
    }

    /** A registry with records. */
    @State(Scope.Benchmark)
    public abstract static class Filled {
        /** Records. */
        @Param("1000000")
        public int entries;
        private final int partitions;
        private RingmasterMap records;

        /**
         * A registry that is filled later.
         *
         * @param partitions a power of two.
         */
        protected Filled(final int partitions) {
            this.partitions = partitions;
        }

        /** Fills it. */
        @Setup(Level.Trial)
        public void fill() {
            records = new RingmasterMap(entries, partitions);
            final RecordMap.Writer writer = records.writer();
            for (int i = 0; i < entries; i++) {
                writer.put(i, FilledMap.content(i));
            }
        }

        /** The records that one of several writers writes: those in partitions whose number leaves its index as remainder. */
        int[] numbersOf(final int writer, final int writers) {
            final int[] numbers = new int[entries];
            int count = 0;
            for (int i = 0; i < entries; i++) {
                if (partitions == 1 || records.partitionOf(i) % writers == writer) {
                    numbers[count++] = i;
                }
            }
            return Arrays.copyOf(numbers, count);
        }
    }

    /** The one writer of one partition. */
    @State(Scope.Thread)
    public static class OneWriter extends OwnedWriter {
        /**
         * Owns everything.
         *
         * @param filled registry.
         */
        @Setup(Level.Trial)
        public void open(final OnePartition filled) {
            own(filled, 0, 1);
        }
    }

    /** One of two writers of four partitions. */
    @State(Scope.Thread)
    public static class OneOfTwoWriters extends OwnedWriter {
        /**
         * Owns every second partition.
         *
         * @param filled registry.
         * @param params of the thread.
         */
        @Setup(Level.Trial)
        public void open(final FourPartitions filled, final ThreadParams params) {
            own(filled, params.getThreadIndex(), params.getThreadCount());
        }
    }

    /** Writes only what it owns. */
    @State(Scope.Thread)
    public abstract static class OwnedWriter {
        private RecordMap.Writer writer;
        private int[] numbers;
        private RandomIndex random;
        private long content;

        void own(final Filled filled, final int writerIndex, final int writers) {
            writer = filled.records.writer();
            numbers = filled.numbersOf(writerIndex, writers);
            random = new RandomIndex(numbers.length, writerIndex + 1L);
        }

        long replace() {
            writer.put(numbers[random.next()], ++content);
            return content;
        }
    }

    /** A reader of one of the two. */
    @State(Scope.Thread)
    public static class OneReader {
        private RecordMap.Reader reader;
        private RandomIndex random;

        /**
         * Reads everything.
         *
         * @param filled registry.
         * @param params of the thread.
         */
        @Setup(Level.Trial)
        public void open(final OnePartition filled, final ThreadParams params) {
            reader = ((Filled) filled).records.reader();
            random = new RandomIndex(filled.entries, params.getThreadIndex() + 1L);
        }
    }

    /** A reader of four partitions. */
    @State(Scope.Thread)
    public static class FourReader {
        private RecordMap.Reader reader;
        private RandomIndex random;

        /**
         * Reads everything.
         *
         * @param filled registry.
         * @param params of the thread.
         */
        @Setup(Level.Trial)
        public void open(final FourPartitions filled, final ThreadParams params) {
            reader = ((Filled) filled).records.reader();
            random = new RandomIndex(filled.entries, params.getThreadIndex() + 1L);
        }
    }

    /**
     * One partition, one writer.
     *
     * @param writer of it.
     * @return what was written.
     */
    @Benchmark
    @Threads(1)
    public long putOnePartition(final OneWriter writer) {
        return writer.replace();
    }

    /**
     * Four partitions, two writers.
     *
     * @param writer one of them.
     * @return what was written.
     */
    @Benchmark
    @Threads(2)
    public long putFourPartitions(final OneOfTwoWriters writer) {
        return writer.replace();
    }

    /**
     * One partition, two readers.
     *
     * @param reader one of them.
     * @return from the record.
     */
    @Benchmark
    @Threads(2)
    public long getOnePartition(final OneReader reader) {
        return reader.reader.get(reader.random.next());
    }

    /**
     * Four partitions, two readers.
     *
     * @param reader one of them.
     * @return from the record.
     */
    @Benchmark
    @Threads(2)
    public long getFourPartitions(final FourReader reader) {
        return reader.reader.get(reader.random.next());
    }
}
