package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.SlotDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The same rules on plain maps: slow and obvious. Differs in one thing: it never runs out of slab, so {@link #slabFull}
 * tells it when the other one did.
 */
final class HeapRegistry implements RegistryModel {
    private record Key(String namespace, String name) implements Comparable<Key> {
        @Override
        public int compareTo(final Key other) {
            final int byNamespace = namespace.compareTo(other.namespace);
            return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
        }
    }

    private static final class Entry {
        private Spec spec;
        private int partition;
        private long incarnation;
        private long version;
        private long deadlineNs;
        private boolean released;
        private byte readiness;
        private int inFlight;
        private long estimatedWaitNs;
    }

    private final RecordedEffects effects = new RecordedEffects();
    private final RegistrySettings settings;
    private final PartitionRouter router;
    private final Map<Key, Entry> entries = new TreeMap<>();
    private final long[] counters;
    private boolean slabFull;

    HeapRegistry(final RegistrySettings settings) {
        this.settings = settings;
        router = new PartitionRouter(settings.partitions());
        counters = new long[settings.partitions()];
        java.util.Arrays.fill(counters, settings.incarnationSeed());
    }

    void slabFull(final boolean value) {
        slabFull = value;
    }

    private static boolean isDead(final Entry entry, final long nowNs) {
        return entry.released || entry.deadlineNs <= nowNs;
    }

    private int partitionOf(final Spec spec) {
        return router.partitionOf(OffHeapRegistry.fill(new Registration(), spec).keyHash());
    }

    private long sizeOf(final int partition) {
        return entries.values().stream().filter(entry -> entry.partition == partition).count();
    }

    private int check(final Spec spec) {
        if (spec.namespace().isEmpty() || spec.namespace().length() > settings.maxNameLength()) {
            return RegistryResult.INVALID_NAMESPACE;
        }
        if (spec.name().isEmpty() || spec.name().length() > settings.maxNameLength()) {
            return RegistryResult.INVALID_NAME;
        }
        if (spec.kind() < 1 || spec.kind() > CapabilityBitmaps.MAX_KIND) {
            return RegistryResult.INVALID_KIND;
        }
        if (spec.leaseNs() < 0 || spec.leaseNs() > Registration.MAX_LEASE_NS) {
            return RegistryResult.INVALID_LEASE;
        }
        if (spec.metadata().length() > settings.maxMetadataLength()) {
            return RegistryResult.METADATA_TOO_LONG;
        }
        return spec.capacity() < 0 ? RegistryResult.INVALID_CAPACITY : RegistryResult.OK;
    }

    @Override
    public Answer register(final Spec spec, final long nowNs) {
        final int invalid = check(spec);
        if (invalid != RegistryResult.OK) {
            return Answer.of(invalid);
        }
        final int partition = partitionOf(spec);
        if (sizeOf(partition) >= settings.partitionEntries()) {
            purge(partition, nowNs);
        }
        final Key key = new Key(spec.namespace(), spec.name());
        Entry entry = entries.get(key);
        if (entry != null && isDead(entry, nowNs)) {
            remove(key, death(entry));
            entry = null;
        }
        if (entry == null && sizeOf(partition) >= settings.partitionEntries()) {
            return Answer.of(RegistryResult.FULL);
        }
        if (entry != null && entry.spec.owner() != spec.owner()) {
            return new Answer(RegistryResult.ALREADY_REGISTERED, entry.incarnation, entry.version, entry.spec.owner());
        }
        if (slabFull) {
            return Answer.of(RegistryResult.SLAB_FULL);
        }
        if (entry == null) {
            entry = new Entry();
            entry.partition = partition;
            entry.incarnation = ((long) partition << 48) + ++counters[partition];
            entries.put(key, entry);
        }
        entry.spec = spec;
        entry.version++;
        entry.deadlineNs = spec.leaseNs() == 0 ? SlotDescriptor.NO_LEASE : nowNs + spec.leaseNs();
        entry.readiness = RegistryPartition.INITIAL_READINESS;
        entry.inFlight = 0;
        entry.estimatedWaitNs = 0;
        effects.ups.add(new RecordedEffects.Up(entry.incarnation, entry.version));
        return new Answer(RegistryResult.OK, entry.incarnation, entry.version, spec.owner());
    }

    @Override
    public Answer unregister(final String namespace, final String name, final long session, final long nowNs) {
        final Key key = new Key(namespace, name);
        final Entry entry = entries.get(key);
        if (entry == null || isDead(entry, nowNs)) {
            return Answer.of(RegistryResult.NOT_FOUND);
        }
        final boolean allowed = session == 0 || session == entry.spec.owner();
        if (allowed) {
            remove(key, RegistryEffects.UNREGISTERED);
        }
        return new Answer(allowed ? RegistryResult.OK : RegistryResult.NOT_OWNER,
            entry.incarnation, entry.version, entry.spec.owner());
    }

    @Override
    public int renew(
        final long incarnation, final long session, final byte readiness, final int inFlight, final long estimatedWaitNs,
        final long nowNs) {
        for (final Entry entry : entries.values()) {
            if (entry.incarnation == incarnation && !isDead(entry, nowNs)) {
                if (entry.spec.owner() != session) {
                    return RegistryResult.NOT_OWNER;
                }
                if (entry.readiness != readiness) {
                    effects.changes.add(new RecordedEffects.Change(incarnation, entry.version, readiness));
                }
                entry.readiness = readiness;
                entry.inFlight = inFlight;
                entry.estimatedWaitNs = estimatedWaitNs;
                entry.deadlineNs = entry.spec.leaseNs() == 0 ? SlotDescriptor.NO_LEASE : nowNs + entry.spec.leaseNs();
                return RegistryResult.OK;
            }
        }
        return RegistryResult.NOT_FOUND;
    }

    @Override
    public void releaseSession(final long session) {
        for (final Entry entry : entries.values()) {
            entry.released |= entry.spec.owner() == session;
        }
    }

    @Override
    public void drain(final long nowNs) {
        for (int partition = 0; partition < counters.length; partition++) {
            purge(partition, nowNs);
        }
    }

    private void purge(final int partition, final long nowNs) {
        if (effects.canAccept()) {
            for (final Key key : new ArrayList<>(entries.keySet())) {
                final Entry entry = entries.get(key);
                if (entry.partition == partition && isDead(entry, nowNs)) {
                    remove(key, death(entry));
                }
            }
        }
    }

    private static int death(final Entry entry) {
        return entry.released ? RegistryEffects.SESSION_ENDED : RegistryEffects.LEASE_EXPIRED;
    }

    private void remove(final Key key, final int reason) {
        final Entry entry = entries.remove(key);
        effects.downs.add(new RecordedEffects.Down(
            entry.incarnation, entry.spec.kind(), entry.spec.owner(), entry.spec.localAgent(), reason));
    }

    private static Found found(final Entry entry) {
        final Spec spec = entry.spec;
        return new Found(spec.namespace(), spec.name(), spec.kind(), spec.owner(), entry.incarnation, entry.version,
            entry.deadlineNs, spec.capacity(), spec.localAgent(), entry.readiness, entry.inFlight, entry.estimatedWaitNs,
            spec.set(), spec.metadata());
    }

    @Override
    public Found lookup(final String namespace, final String name, final long nowNs) {
        final Entry entry = entries.get(new Key(namespace, name));
        return entry == null || isDead(entry, nowNs) ? null : found(entry);
    }

    @Override
    public List<Found> query(
        final CapabilitySet allOf, final byte kind, final String namespace, final int pageLength, final long nowNs) {
        return entries.values().stream()
            .filter(entry -> !isDead(entry, nowNs))
            .map(HeapRegistry::found)
            .filter(found -> found.capabilities().containsAll(allOf))
            .filter(found -> kind == 0 || found.kind() == kind)
            .filter(found -> namespace.isEmpty() || found.namespace().equals(namespace))
            .sorted(Comparator.comparingLong(Found::incarnation))
            .toList();
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public RecordedEffects effects() {
        return effects;
    }
}
