package io.ringmaster.tuning.bench;

import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordConsumer;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryQuery;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Selective queries on one thread: ten records match, spread evenly over all that are there. Every record has one common
 * capability and one of thirty others; the ten have a rare one as well.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueryBenchmark {
    /** Records that match. */
    static final int RESULTS = 10;

    /** A registry with capabilities and an integer attribute that is another one for each record. */
    @State(Scope.Benchmark)
    public static class Filled {
        private static final int COMMON = 0;
        private static final int RARE = 1;
        private static final int OTHERS = 30;
        private static final int SERIAL = 0;
        private static final byte KIND = 2;
        private static final long NOW_NS = 1;

        /** Records. */
        @Param({"1000", "100000", "1000000", "10000000"})
        public int entries;
        private final RegistryQuery rare = new RegistryQuery();
        private final RegistryQuery common = new RegistryQuery();
        private final RegistryQuery range = new RegistryQuery();
        private final RecordConsumer consumer = this::onRecord;
        private RegistryReader reader;
        private long sum;
        private int count;

        /** Fills it and checks what the queries find. */
        @Setup(Level.Trial)
        public void fill() {
            final RegistrySettings settings = RegistrySettings.of(FilledMap.PARTITIONS, entries, 0).withAttributes(
                AttributeSchema.of(List.of(new AttributeSchema.Attribute("serial", AttributeSchema.Type.INTEGER))));
            final RegistryPartition[] partitions = new RingmasterMap(settings).partitions();
            final PartitionRouter router = new PartitionRouter(partitions.length);
            final UnsafeBuffer key = BenchKeys.newKey();
            final UnsafeBuffer metadata = new UnsafeBuffer(new byte[BenchKeys.METADATA_LENGTH]);
            final Registration registration = new Registration();
            final int step = entries / RESULTS;
            for (int i = 0; i < entries; i++) {
                BenchKeys.set(key, i);
                registration.reset()
                    .namespace(key, 0, BenchKeys.NAMESPACE_LENGTH)
                    .name(key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH)
                    .metadata(metadata, 0, BenchKeys.METADATA_LENGTH)
                    .kind(KIND);
                registration.attributes().set(SERIAL, scattered(i));
                registration.capabilities().add(COMMON).add(2 + i % OTHERS);
                if (i % step == step / 2) {
                    registration.capabilities().add(RARE);
                }
                if (partitions[router.partitionOf(registration.keyHash())].register(registration, NOW_NS) != RegistryResult.OK) {
                    throw new IllegalStateException("record " + i + " was refused");
                }
            }
            reader = RegistryReader.of(partitions);
            rare.allOf().add(RARE);
            common.allOf().add(COMMON);
            range.attributes().atLeast(SERIAL, entries / 2).atMost(SERIAL, entries / 2 + RESULTS - 1);
            check("capability", byCapability());
            check("attribute", byAttribute());
            check("first page", firstPage());
        }

        /** Each number below the number of records once, in no order: 7,919 is prime and divides no power of ten. */
        private long scattered(final int number) {
            return number * 7_919L % entries;
        }

        private void check(final String query, final long ignored) {
            if (count != RESULTS) {
                throw new IllegalStateException("the query by " + query + " found " + count + " records of " + RESULTS);
            }
        }

        long byCapability() {
            return all(rare);
        }

        long byAttribute() {
            return all(range);
        }

        long firstPage() {
            sum = 0;
            count = 0;
            reader.query(common, 0, RESULTS, NOW_NS, consumer);
            return sum;
        }

        private long all(final RegistryQuery query) {
            sum = 0;
            count = 0;
            long cursor = 0;
            do {
                cursor = reader.query(query, cursor, 2 * RESULTS, NOW_NS, consumer);
            } while (cursor != 0);
            return sum;
        }

        private boolean onRecord(final RecordView record) {
            sum += record.incarnation() + record.buffer().getLong(record.metadataOffset());
            count++;
            return true;
        }
    }

    /**
     * The ten records with the rare capability.
     *
     * @param filled registry.
     * @return from the records.
     */
    @Benchmark
    public long queryRareCapability(final Filled filled) {
        return filled.byCapability();
    }

    /**
     * The ten records in a range of the attribute.
     *
     * @param filled registry.
     * @return from the records.
     */
    @Benchmark
    public long queryAttributeRange(final Filled filled) {
        return filled.byAttribute();
    }

    /**
     * The first ten of all records, which all have the common capability.
     *
     * @param filled registry.
     * @return from the records.
     */
    @Benchmark
    public long queryFirstPage(final Filled filled) {
        return filled.firstPage();
    }
}
