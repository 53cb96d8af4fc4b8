package io.ringmaster.tuning.bench;

import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The registry's core: off-heap tables, one writer for each partition.
 * <p>
 * Threading: one writer for each partition; readers any thread.
 */
final class RingmasterMap implements RecordMap {
    private static final byte KIND = 2;
    private static final long SESSION = 1;
    /** Nothing here has a lease, so time may stand still. */
    private static final long NOW_NS = 1;

    private final RegistryPartition[] partitions;
    private final PartitionRouter router;

    RingmasterMap(final int entries, final int partitionCount) {
        this(RegistrySettings.of(partitionCount, entries, 0));
    }

    RingmasterMap(final RegistrySettings settings) {
        partitions = new RegistryPartition[settings.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new RegistryPartition(i, settings, NoEffects.INSTANCE);
        }
        router = new PartitionRouter(partitions.length);
    }

    RegistryPartition[] partitions() {
        return partitions;
    }

    /** Which partition a record is in. */
    int partitionOf(final int number) {
        final UnsafeBuffer key = BenchKeys.newKey();
        BenchKeys.set(key, number);
        return router.partitionOf(new Registration()
            .namespace(key, 0, BenchKeys.NAMESPACE_LENGTH)
            .name(key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH).keyHash());
    }

    /** Off-heap memory of all partitions in bytes. */
    long offHeapBytes() {
        long bytes = 0;
        for (final RegistryPartition partition : partitions) {
            bytes += partition.offHeapBytes();
        }
        return bytes;
    }

    @Override
    public Reader reader() {
        return new RingmasterReader(partitions);
    }

    @Override
    public Writer writer() {
        return new RingmasterWriter(partitions, router);
    }

    @Override
    public void close() {
        // The buffers go with the process.
    }

    /** Lookups by {@link RegistryReader}. */
    private static final class RingmasterReader implements Reader {
        private final UnsafeBuffer key = BenchKeys.newKey();
        private final RegistryReader reader;
        private final RecordView view;
        private final long[] keyHashes = new long[RegistryReader.MAX_PREFETCH];

        RingmasterReader(final RegistryPartition[] partitions) {
            reader = RegistryReader.of(partitions);
            view = new RecordView(partitions[0].settings());
        }

        @Override
        public long get(final int number) {
            BenchKeys.set(key, number);
            return reader.lookup(
                key, 0, BenchKeys.NAMESPACE_LENGTH, key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, NOW_NS, view)
                ? view.version() + view.buffer().getLong(view.metadataOffset())
                : NONE;
        }

        @Override
        public long getAll(final int[] numbers) {
            for (int i = 0; i < numbers.length; i++) {
                BenchKeys.set(key, numbers[i]);
                keyHashes[i] = KeyHash.hash(
                    key, 0, BenchKeys.NAMESPACE_LENGTH, key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH);
            }
            reader.prefetch(keyHashes, numbers.length);
            long sum = 0;
            for (int i = 0; i < numbers.length; i++) {
                BenchKeys.set(key, numbers[i]);
                sum += reader.lookup(keyHashes[i], key, 0, BenchKeys.NAMESPACE_LENGTH,
                    key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, NOW_NS, view)
                    ? view.version() + view.buffer().getLong(view.metadataOffset())
                    : NONE;
            }
            return sum;
        }
    }

    /** Commands to the partitions, as their role applies them. */
    private static final class RingmasterWriter implements Writer {
        private final UnsafeBuffer key = BenchKeys.newKey();
        private final UnsafeBuffer metadata = new UnsafeBuffer(new byte[BenchKeys.METADATA_LENGTH]);
        private final Registration registration = new Registration();
        private final RegistryPartition[] partitions;
        private final PartitionRouter router;

        RingmasterWriter(final RegistryPartition[] partitions, final PartitionRouter router) {
            this.partitions = partitions;
            this.router = router;
        }

        @Override
        public void put(final int number, final long content) {
            metadata.putLong(0, content);
            final RegistryPartition partition = address(number);
            final int result = partition.register(
                registration.metadata(metadata, 0, BenchKeys.METADATA_LENGTH).kind(KIND).ownerSession(SESSION), NOW_NS);
            if (result != RegistryResult.OK) {
                throw new IllegalStateException("record " + number + " was refused with result " + result);
            }
        }

        @Override
        public void remove(final int number) {
            final int result = address(number).unregister(
                key, 0, BenchKeys.NAMESPACE_LENGTH, key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, SESSION, false, NOW_NS);
            if (result != RegistryResult.OK) {
                throw new IllegalStateException("record " + number + " was not removed, with result " + result);
            }
        }

        private RegistryPartition address(final int number) {
            BenchKeys.set(key, number);
            registration.reset()
                .namespace(key, 0, BenchKeys.NAMESPACE_LENGTH)
                .name(key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH);
            return partitions[router.partitionOf(registration.keyHash())];
        }
    }
}
