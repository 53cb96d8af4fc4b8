package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.AttributeSchema.Attribute;
import io.ringmaster.registry.AttributeSchema.Type;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.LeaseWheel;
import io.ringmaster.registry.layout.SlotDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random updates with and without an expected version, attributes, orphans, drops of namespaces, more namespaces than fit, blocks of all
 * lengths in a slab that is too small without compaction; after each, lookups, queries of all kinds and counts are compared with a
 * model on the heap that filters all of its records.
 */
class CompleteTwinTest {
    private static final long CLOCK_OFFSET_NS = 5;
    private static final int NAMES = 60;
    private static final int NAMESPACES = 7;
    private static final int MAX_NAMESPACES = 5;
    private static final int MAX_METADATA = 900;
    private static final AttributeSchema SCHEMA = AttributeSchema.of(List.of(
        new Attribute("zone", Type.KEYWORD), new Attribute("memory-mb", Type.INTEGER), new Attribute("rank", Type.INTEGER)));

    private static final class Entry {
        private String key;
        private String namespace;
        private String name;
        private byte kind;
        private byte readiness;
        private long owner;
        private long leaseNs;
        private long deadlineNs;
        private long dropDeadlineNs;
        private long incarnation;
        private long version;
        private boolean orphan;
        private boolean dropped;
        private String metadata;
        private final CapabilitySet capabilities = new CapabilitySet();
        private final AttributeValues attributes = new AttributeValues();
    }

    private final RecordedEffects effects = new RecordedEffects();
    private final Map<String, Entry> model = new TreeMap<>();
    private final RegistryQuery query = new RegistryQuery();
    private final Registration registration = new Registration();
    private final RecordUpdate update = new RecordUpdate();
    private final int[] results = new int[32];
    private Random random;
    private RegistryPartition partition;
    private RegistryReader reader;
    private RecordView view;
    private long nowNs = 1000 * LeaseWheel.TICK_NS + CLOCK_OFFSET_NS;

    @Test
    void shouldBehaveLikeAModelInAHundredThousandSteps() {
        run(100_000);
    }

    @Test
    @Tag("slow")
    void shouldBehaveLikeAModelInAMillionSteps() {
        run(1_000_000);
    }

    private void run(final int steps) {
        final long seed = System.nanoTime();
        System.out.println("CompleteTwinTest seed " + seed);
        random = new Random(seed);
        final RegistrySettings settings = new RegistrySettings(1, 300, MAX_METADATA, 24 * 1024, 24, 1000, 1 << 16)
            .withAttributes(SCHEMA).withMaxNamespaces(MAX_NAMESPACES).withInlineLength(128);
        partition = new RegistryPartition(0, settings, effects);
        reader = RegistryReader.of(new RegistryPartition[] {partition});
        view = new RecordView(settings);
        for (int i = 0; i < 20; i++) {
            restore(i);
        }
        for (int i = 0; i < steps; i++) {
            final String context = "seed " + seed + " step " + i;
            try {
                step();
                compareLookup();
                if (i % 20 == 0) {
                    compareQuery();
                }
                if (i % 1000 == 0) {
                    compareNamespaces();
                }
            } catch (final AssertionError | RuntimeException ex) {
                throw new AssertionError(context, ex);
            }
        }
        assertTrue(results[RegistryResult.OK] > 0 && results[RegistryResult.VERSION_CONFLICT] > 0
            && results[RegistryResult.NOT_OWNER] > 0 && results[RegistryResult.NOT_FOUND] > 0
            && results[RegistryResult.ALREADY_REGISTERED] > 0 && results[RegistryResult.NAMESPACES_FULL] > 0, "not all came up");
        assertTrue(partition.counters().get(RegistryCounters.BLOCKS_MOVED_TYPE_ID) > 0, "nothing was compacted");
        assertTrue(partition.counters().get(RegistryCounters.NAMESPACE_DROPPED_TYPE_ID) > 0, "nothing was dropped");
        empty();
    }

    private void empty() {
        for (int owner = 0; owner < 4; owner++) {
            partition.releaseSession(owner);
        }
        nowNs += 10_000 * LeaseWheel.TICK_NS;
        drain();
        final RegistryTables tables = partition.tables();
        assertEquals(0, partition.size());
        assertEquals(0, tables.slab.usedBytes());
        assertEquals(0, tables.namespaces.size());
        assertEquals(0, tables.names.size());
        assertEquals(0, tables.keys.displacement());
        assertEquals(0, partition.quota().used());
        for (int i = 0; i < SCHEMA.size(); i++) {
            assertEquals(0, tables.attributes[i].size());
        }
    }

    private void step() {
        final int dice = random.nextInt(100);
        if (dice < 35) {
            drain();
            register();
        } else if (dice < 65) {
            update();
        } else if (dice < 73) {
            unregister();
        } else if (dice < 85) {
            renew();
        } else if (dice < 90) {
            nowNs += (1 + random.nextInt(10)) * LeaseWheel.TICK_NS;
            drain();
        } else if (dice < 91) {
            final long owner = 1 + random.nextInt(3);
            partition.releaseSession(owner);
            model.values().removeIf(entry -> entry.owner == owner && !entry.orphan);
        } else if (dice < 92 && random.nextInt(3) == 0) {
            drop();
        } else {
            partition.doWork(nowNs);
            purge();
        }
    }

    private void drain() {
        int idle = 0;
        while (idle < 3) {
            idle = partition.doWork(nowNs) == 0 ? idle + 1 : 0;
        }
        purge();
    }

    private void purge() {
        model.values().removeIf(entry -> entry.deadlineNs <= nowNs);
        effects.ups.clear();
        effects.changes.clear();
        effects.downs.clear();
    }

    private Entry live(final String key) {
        final Entry entry = model.get(key);
        return entry == null || entry.deadlineNs <= nowNs ? null : entry;
    }

    private String randomNamespace() {
        return "ns" + random.nextInt(NAMESPACES);
    }

    private String randomName() {
        return "agent-" + Integer.toString(random.nextInt(NAMES), 3);
    }

    private static String key(final String namespace, final String name) {
        return namespace + '/' + name;
    }

    private void fill(final Entry entry) {
        entry.kind = (byte) (1 + random.nextInt(2));
        entry.owner = random.nextInt(4);
        entry.leaseNs = random.nextInt(3) == 0 ? 0 : (1 + random.nextInt(200)) * LeaseWheel.TICK_NS - CLOCK_OFFSET_NS - 1;
        fillContent(entry.capabilities, entry.attributes);
        entry.metadata = metadata();
        registration.reset().kind(entry.kind).ownerSession(entry.owner).leaseNs(entry.leaseNs)
            .namespace(OffHeapRegistry.bytes(entry.namespace), 0, entry.namespace.length())
            .name(OffHeapRegistry.bytes(entry.name), 0, entry.name.length())
            .metadata(OffHeapRegistry.bytes(entry.metadata), 0, entry.metadata.length());
        registration.capabilities().copyFrom(entry.capabilities);
        registration.attributes().copyFrom(entry.attributes);
    }

    private void fillContent(final CapabilitySet capabilities, final AttributeValues attributes) {
        capabilities.clear();
        attributes.clear();
        for (int i = random.nextInt(5); i > 0; i--) {
            capabilities.add(random.nextInt(6) * 50);
        }
        for (int i = 0; i < SCHEMA.size(); i++) {
            if (random.nextInt(4) > 0) {
                attributes.set(i, random.nextInt(i == 0 ? 3 : 40) - 5L);
            }
        }
    }

    private String metadata() {
        final int length = random.nextInt(3) == 0 ? random.nextInt(MAX_METADATA + 1) : random.nextInt(150);
        return String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
    }

    private Entry newEntry() {
        final Entry entry = new Entry();
        entry.namespace = randomNamespace();
        entry.name = randomName();
        entry.key = key(entry.namespace, entry.name);
        return entry;
    }

    private void restore(final int number) {
        final Entry entry = newEntry();
        fill(entry);
        entry.orphan = true;
        entry.readiness = RegistryPartition.STALE;
        entry.incarnation = 500 + number;
        entry.version = 7 + number;
        entry.deadlineNs = nowNs + 300 * LeaseWheel.TICK_NS - CLOCK_OFFSET_NS - 1;
        final int result = partition.restore(registration, entry.incarnation, entry.version, entry.deadlineNs, nowNs);
        final int expected = model.containsKey(entry.key) ? RegistryResult.ALREADY_REGISTERED
            : isNamespaceFull(entry.namespace) ? RegistryResult.NAMESPACES_FULL : RegistryResult.OK;
        assertEquals(expected, result);
        if (result == RegistryResult.OK) {
            model.put(entry.key, entry);
        }
    }

    private boolean isNamespaceFull(final String namespace) {
        final TreeSet<String> namespaces = new TreeSet<>();
        model.values().forEach(entry -> namespaces.add(entry.namespace));
        return !namespaces.contains(namespace) && namespaces.size() == MAX_NAMESPACES;
    }

    private void register() {
        final Entry entry = newEntry();
        fill(entry);
        final Entry old = live(entry.key);
        final boolean replaces = old != null && !old.orphan;
        int expected = RegistryResult.OK;
        if (replaces && old.owner != entry.owner) {
            expected = RegistryResult.ALREADY_REGISTERED;
        } else if (!replaces && isNamespaceFullWithout(entry)) {
            expected = RegistryResult.NAMESPACES_FULL;
        }
        final int result = partition.register(registration, nowNs);
        results[result]++;
        if (result == RegistryResult.SLAB_FULL && expected == RegistryResult.OK) {
            if (!replaces) {
                model.remove(entry.key);
            }
            return;
        }
        assertEquals(expected, result);
        if (result == RegistryResult.NAMESPACES_FULL) {
            model.remove(entry.key);
        }
        if (result != RegistryResult.OK) {
            return;
        }
        entry.deadlineNs = entry.leaseNs == 0 ? SlotDescriptor.NO_LEASE : nowNs + entry.leaseNs;
        entry.readiness = RegistryPartition.INITIAL_READINESS;
        entry.version = 1;
        entry.incarnation = partition.lastIncarnation();
        if (replaces) {
            assertEquals(old.incarnation, entry.incarnation);
            entry.version = old.version + 1;
            if (old.dropped) {
                entry.dropped = true;
                entry.dropDeadlineNs = old.dropDeadlineNs;
                entry.readiness = RegistryPartition.DRAINING;
                entry.deadlineNs = Math.min(entry.deadlineNs, entry.dropDeadlineNs);
            }
        } else {
            model.values().forEach(other -> assertTrue(other.incarnation != entry.incarnation));
        }
        assertEquals(entry.version, partition.lastVersion());
        model.put(entry.key, entry);
    }

    /** An orphan of the same key goes before the new record needs a namespace. */
    private boolean isNamespaceFullWithout(final Entry entry) {
        final Entry orphan = model.remove(entry.key);
        final boolean full = isNamespaceFull(entry.namespace);
        if (orphan != null) {
            model.put(entry.key, orphan);
        }
        return full;
    }

    private void update() {
        final Entry named = newEntry();
        final Entry entry = live(named.key);
        final boolean administrator = random.nextInt(3) == 0;
        final long session = entry != null && random.nextInt(4) > 0 ? entry.owner : random.nextInt(4);
        final long expectedVersion = random.nextBoolean() ? 0 : entry == null ? 1 : entry.version + random.nextInt(2);
        final long expectedIncarnation = random.nextInt(3) > 0 ? 0 : entry == null ? 1 : entry.incarnation + random.nextInt(4) / 3;
        final int[] attributeFlags = {0, RecordUpdate.ATTRIBUTES, RecordUpdate.MERGE_ATTRIBUTES};
        final int flags = random.nextInt(4) | attributeFlags[random.nextInt(3)];
        final int removed = random.nextInt(1 << SCHEMA.size());
        final String metadata = metadata();
        update.reset().sessionId(session).administrator(administrator).expectedVersion(expectedVersion).flags(flags)
            .expectedIncarnation(expectedIncarnation).removedAttributes(removed)
            .namespace(OffHeapRegistry.bytes(named.namespace), 0, named.namespace.length())
            .name(OffHeapRegistry.bytes(named.name), 0, named.name.length())
            .metadata(OffHeapRegistry.bytes(metadata), 0, metadata.length());
        fillContent(update.capabilities(), update.attributes());
        int expected = RegistryResult.OK;
        if (entry == null) {
            expected = RegistryResult.NOT_FOUND;
        } else if (!administrator && (entry.orphan || entry.owner != session)) {
            expected = RegistryResult.NOT_OWNER;
        } else if (expectedVersion != 0 && expectedVersion != entry.version
            || expectedIncarnation != 0 && expectedIncarnation != entry.incarnation) {
            expected = RegistryResult.VERSION_CONFLICT;
        }
        final int result = partition.update(update, nowNs);
        results[result]++;
        if (result == RegistryResult.SLAB_FULL && expected == RegistryResult.OK) {
            return;
        }
        assertEquals(expected, result);
        if (result == RegistryResult.VERSION_CONFLICT) {
            assertEquals(entry.version, partition.lastVersion());
            assertEquals(entry.incarnation, partition.lastIncarnation());
        }
        if (result != RegistryResult.OK) {
            return;
        }
        entry.version++;
        if ((flags & RecordUpdate.METADATA) != 0) {
            entry.metadata = metadata;
        }
        if ((flags & RecordUpdate.CAPABILITIES) != 0) {
            entry.capabilities.copyFrom(update.capabilities());
        }
        if ((flags & RecordUpdate.ATTRIBUTES) != 0) {
            entry.attributes.copyFrom(update.attributes());
        }
        if ((flags & RecordUpdate.MERGE_ATTRIBUTES) != 0) {
            for (int i = 0; i < SCHEMA.size(); i++) {
                if ((removed & 1 << i) != 0) {
                    entry.attributes.unset(i);
                } else if (update.attributes().has(i)) {
                    entry.attributes.set(i, update.attributes().get(i));
                }
            }
        }
        compare(entry, partition.lastRecord());
        final RecordedEffects.Change change = effects.changes.get(effects.changes.size() - 1);
        assertEquals(new RecordedEffects.Change(entry.incarnation, entry.version, entry.readiness), change);
    }

    private void unregister() {
        final Entry named = newEntry();
        final Entry entry = live(named.key);
        final boolean administrator = random.nextInt(3) == 0;
        final long session = random.nextInt(4);
        int expected = RegistryResult.OK;
        if (entry == null) {
            expected = RegistryResult.NOT_FOUND;
        } else if (!administrator && (entry.orphan || entry.owner != session)) {
            expected = RegistryResult.NOT_OWNER;
        }
        final int result = partition.unregister(OffHeapRegistry.bytes(named.namespace), 0, named.namespace.length(),
            OffHeapRegistry.bytes(named.name), 0, named.name.length(), session, administrator, nowNs);
        results[result]++;
        assertEquals(expected, result);
        if (result == RegistryResult.OK) {
            model.remove(entry.key);
        }
    }

    private void renew() {
        final Entry entry = live(newEntry().key);
        if (entry == null) {
            return;
        }
        final byte readiness = (byte) (1 + random.nextInt(4));
        final long session = random.nextInt(4) > 0 ? entry.owner : random.nextInt(4);
        final boolean allowed = !entry.orphan && entry.owner == session;
        final int result = partition.renew(entry.incarnation, session, readiness, 1, 2, nowNs);
        results[result]++;
        assertEquals(allowed ? RegistryResult.OK : RegistryResult.NOT_OWNER, result);
        if (allowed) {
            entry.readiness = entry.dropped ? RegistryPartition.DRAINING : readiness;
            entry.deadlineNs = entry.leaseNs == 0 ? SlotDescriptor.NO_LEASE : nowNs + entry.leaseNs;
            if (entry.dropped) {
                entry.deadlineNs = Math.min(entry.deadlineNs, entry.dropDeadlineNs);
            }
        }
    }

    private void drop() {
        drain();
        final String namespace = randomNamespace();
        final long graceNs = random.nextInt(3) == 0 ? 0
            : (1 + random.nextInt(100)) * LeaseWheel.TICK_NS - CLOCK_OFFSET_NS - 1;
        final long expected = model.values().stream().filter(entry -> entry.namespace.equals(namespace)).count();
        assertEquals(expected, partition.dropNamespace(
            OffHeapRegistry.bytes(namespace), 0, namespace.length(), graceNs, nowNs));
        for (final Entry entry : new ArrayList<>(model.values())) {
            if (!entry.namespace.equals(namespace)) {
                continue;
            }
            if (entry.kind != RegistryPartition.KIND_AGENT || entry.orphan || graceNs == 0
                || entry.dropped && entry.dropDeadlineNs <= nowNs) {
                model.remove(entry.key);
            } else {
                entry.dropDeadlineNs = entry.dropped ? Math.min(entry.dropDeadlineNs, nowNs + graceNs) : nowNs + graceNs;
                entry.dropped = true;
                entry.readiness = RegistryPartition.DRAINING;
                entry.deadlineNs = Math.min(entry.deadlineNs, entry.dropDeadlineNs);
            }
        }
        if (random.nextBoolean()) {
            drain();
        } else {
            // A command finds each record as if the drop had been done, whatever cycle will come to it.
            for (int i = 0; i < 20; i++) {
                update();
                renew();
            }
            drain();
        }
    }

    private void compareLookup() {
        final Entry named = newEntry();
        final Entry entry = live(named.key);
        final boolean found = reader.lookup(OffHeapRegistry.bytes(named.namespace), 0, named.namespace.length(),
            OffHeapRegistry.bytes(named.name), 0, named.name.length(), nowNs, view);
        assertEquals(entry != null, found, named.key);
        if (found) {
            compare(entry, view);
        }
    }

    private static void compare(final Entry entry, final RecordView record) {
        assertEquals(entry.namespace, OffHeapRegistry.text(record, record.namespaceOffset(), record.namespaceLength()));
        assertEquals(entry.name, OffHeapRegistry.text(record, record.nameOffset(), record.nameLength()));
        assertEquals(entry.metadata, OffHeapRegistry.text(record, record.metadataOffset(), record.metadataLength()));
        assertEquals(entry.version, record.version());
        assertEquals(entry.incarnation, record.incarnation());
        assertEquals(entry.owner, record.ownerSession());
        assertEquals(entry.kind, record.kind());
        assertEquals(entry.readiness, record.readiness());
        assertEquals(entry.leaseNs, record.leaseNs());
        assertEquals(entry.deadlineNs, record.leaseDeadlineNs());
        assertEquals(entry.orphan, record.isOrphan());
        assertEquals(entry.capabilities, record.capabilities());
        assertEquals(entry.attributes, record.attributes());
    }

    private void compareQuery() {
        query.reset();
        fillSome(query.allOf(), 2);
        fillSome(query.anyOf(), 3);
        fillSome(query.noneOf(), 2);
        query.kind((byte) random.nextInt(3)).readiness((byte) (random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0));
        String namespace = "";
        String prefix = "";
        if (random.nextBoolean()) {
            namespace = randomNamespace();
            prefix = random.nextBoolean() ? "" : randomName().substring(0, 6 + random.nextInt(2));
        }
        query.namespace(OffHeapRegistry.bytes(namespace), 0, namespace.length());
        query.namePrefix(OffHeapRegistry.bytes(prefix), 0, prefix.length());
        for (int i = random.nextInt(3); i > 0; i--) {
            final int index = random.nextInt(SCHEMA.size());
            final long value = random.nextInt(40) - 5L;
            switch (random.nextInt(3)) {
                case 0 -> query.attributes().equal(index, index == 0 ? value % 3 : value);
                case 1 -> query.attributes().atLeast(index, value);
                default -> query.attributes().atMost(index, value);
            }
        }
        final TreeMap<Long, Entry> expected = new TreeMap<>();
        for (final Entry entry : model.values()) {
            if (entry.deadlineNs > nowNs && matches(entry, namespace, prefix)) {
                expected.put(entry.incarnation, entry);
            }
        }
        final TreeSet<Long> found = new TreeSet<>();
        final int limit = 1 + random.nextInt(20);
        long cursor = 0;
        do {
            final int[] page = new int[1];
            cursor = reader.query(query, cursor, limit, nowNs, record -> {
                page[0]++;
                assertTrue(found.add(record.incarnation()), "twice: " + record);
                final Entry entry = expected.get(record.incarnation());
                assertTrue(entry != null, "not asked for: " + record);
                compare(entry, record);
                return true;
            });
            assertTrue(page[0] <= limit);
        } while (cursor != 0);
        assertEquals(expected.keySet(), found);
        assertEquals(0, reader.count(query, 0, nowNs));
        assertEquals(expected.size(), reader.lastCount());
        // Any cursor is safe.
        reader.query(query, random.nextLong(), limit, nowNs, record -> true);
        reader.query(query, 1L + random.nextInt(400), limit, nowNs, record -> random.nextBoolean());
    }

    private void fillSome(final CapabilitySet set, final int limit) {
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(limit); i >= 0; i--) {
                set.add(random.nextInt(6) * 50);
            }
        }
    }

    private boolean matches(final Entry entry, final String namespace, final String prefix) {
        boolean any = query.anyOf().isEmpty();
        boolean none = true;
        for (int id = 0; id < CapabilitySet.MAX_CAPABILITIES; id++) {
            final boolean has = entry.capabilities.contains(id);
            if (query.allOf().contains(id) && !has) {
                return false;
            }
            any |= query.anyOf().contains(id) && has;
            none &= !(query.noneOf().contains(id) && has);
        }
        for (int i = 0; i < SCHEMA.size(); i++) {
            if (query.attributes().has(i) && (!entry.attributes.has(i)
                || entry.attributes.get(i) < query.attributes().min(i) || entry.attributes.get(i) > query.attributes().max(i))) {
                return false;
            }
        }
        return any && none
            && (query.kind() == 0 || query.kind() == entry.kind)
            && (query.readiness() == 0 || query.readiness() == entry.readiness)
            && (namespace.isEmpty() || namespace.equals(entry.namespace))
            && entry.name.startsWith(prefix);
    }

    private void compareNamespaces() {
        drain();
        final Map<String, Integer> expected = new TreeMap<>();
        model.values().forEach(entry -> expected.merge(entry.namespace, 1, Integer::sum));
        final Map<String, Integer> found = new TreeMap<>();
        final UnsafeBuffer name = new UnsafeBuffer(new byte[24]);
        final NamespaceDirectory namespaces = partition.tables().namespaces;
        for (int entry = 0; entry < namespaces.entries(); entry++) {
            final int length = namespaces.copyName(entry, name, 0);
            if (length > 0) {
                found.put(name.getStringWithoutLengthAscii(0, length), namespaces.records(entry));
            }
        }
        assertEquals(expected, found);
    }
}
