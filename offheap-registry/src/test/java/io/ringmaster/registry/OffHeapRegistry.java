package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** The off-heap registry behind the tests' interface. */
final class OffHeapRegistry implements RegistryModel {
    private final RecordedEffects effects = new RecordedEffects();
    private final RegistrySettings settings;
    private final RegistryPartition[] partitions;
    private final RegistryReader reader;
    private final PartitionRouter router;
    private final RecordView view;
    private final Registration registration = new Registration();

    OffHeapRegistry(final RegistrySettings settings) {
        this.settings = settings;
        partitions = new RegistryPartition[settings.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new RegistryPartition(i, settings, effects);
        }
        reader = RegistryReader.of(partitions);
        router = new PartitionRouter(partitions.length);
        view = new RecordView(settings);
    }

    static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(final RecordView view, final int offset, final int length) {
        final byte[] copy = new byte[length];
        view.buffer().getBytes(offset, copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    static Registration fill(final Registration registration, final Spec spec) {
        registration.reset()
            .namespace(bytes(spec.namespace()), 0, spec.namespace().length())
            .name(bytes(spec.name()), 0, spec.name().length())
            .metadata(bytes(spec.metadata()), 0, spec.metadata().length())
            .kind(spec.kind()).ownerSession(spec.owner()).leaseNs(spec.leaseNs()).capacity(spec.capacity())
            .parallelism(spec.capacity()).localAgent(spec.localAgent())
            .capabilities().copyFrom(spec.set());
        return registration;
    }

    RegistryPartition partitionOf(final String namespace, final String name) {
        return partitions[router.partitionOf(
            KeyHash.hash(bytes(namespace), 0, namespace.length(), bytes(name), 0, name.length()))];
    }

    RegistryPartition partition(final int index) {
        return partitions[index];
    }

    RegistryReader reader() {
        return reader;
    }

    RegistrySettings settings() {
        return settings;
    }

    @Override
    public Answer register(final Spec spec, final long nowNs) {
        final RegistryPartition partition = partitionOf(spec.namespace(), spec.name());
        final int result = partition.register(fill(registration, spec), nowNs);
        return result == RegistryResult.OK || result == RegistryResult.ALREADY_REGISTERED
            ? new Answer(result, partition.lastIncarnation(), partition.lastVersion(), partition.lastOwnerSession())
            : Answer.of(result);
    }

    @Override
    public Answer unregister(final String namespace, final String name, final long session, final long nowNs) {
        final RegistryPartition partition = partitionOf(namespace, name);
        final int result = partition.unregister(
            bytes(namespace), 0, namespace.length(), bytes(name), 0, name.length(), session, session == 0, nowNs);
        return result == RegistryResult.NOT_FOUND ? Answer.of(result)
            : new Answer(result, partition.lastIncarnation(), partition.lastVersion(), partition.lastOwnerSession());
    }

    @Override
    public int renew(
        final long incarnation, final long session, final byte readiness, final int inFlight, final long estimatedWaitNs,
        final long nowNs) {
        return partitions[PartitionRouter.partitionOfIncarnation(incarnation)]
            .renew(incarnation, session, readiness, inFlight, estimatedWaitNs, nowNs);
    }

    @Override
    public void releaseSession(final long session) {
        for (final RegistryPartition partition : partitions) {
            partition.releaseSession(session);
        }
    }

    @Override
    public void drain(final long nowNs) {
        for (final RegistryPartition partition : partitions) {
            int idle = 0;
            while (idle < 3) {
                idle = partition.doWork(nowNs) == 0 ? idle + 1 : 0;
            }
        }
    }

    private Found found(final RecordView record) {
        return new Found(
            text(record, record.namespaceOffset(), record.namespaceLength()),
            text(record, record.nameOffset(), record.nameLength()),
            record.kind(), record.ownerSession(), record.incarnation(), record.version(), record.leaseDeadlineNs(),
            record.capacity(), record.localAgent(), record.readiness(), record.inFlight(), record.estimatedWaitNs(),
            new CapabilitySet().copyFrom(record.capabilities()),
            text(record, record.metadataOffset(), record.metadataLength()));
    }

    @Override
    public Found lookup(final String namespace, final String name, final long nowNs) {
        return reader.lookup(bytes(namespace), 0, namespace.length(), bytes(name), 0, name.length(), nowNs, view)
            ? found(view) : null;
    }

    @Override
    public List<Found> query(
        final CapabilitySet allOf, final byte kind, final String namespace, final int pageLength, final long nowNs) {
        final List<Found> all = new ArrayList<>();
        final RegistryQuery query = new RegistryQuery().kind(kind).namespace(bytes(namespace), 0, namespace.length());
        query.allOf().copyFrom(allOf);
        long cursor = 0;
        do {
            final int before = all.size();
            cursor = reader.query(query, cursor, pageLength, nowNs,
                record -> all.add(found(record)));
            if (all.size() - before > pageLength) {
                throw new AssertionError("page of " + (all.size() - before) + " records, limit " + pageLength);
            }
        } while (cursor != 0);
        all.sort(Comparator.comparingLong(Found::incarnation));
        return all;
    }

    @Override
    public int size() {
        int size = 0;
        for (final RegistryPartition partition : partitions) {
            size += partition.size();
        }
        return size;
    }

    @Override
    public RecordedEffects effects() {
        return effects;
    }

    /** A number that looks random and is always the same for the same number. */
    static long spread(final long number) {
        return new SplittableRandom(number).nextLong();
    }
}
