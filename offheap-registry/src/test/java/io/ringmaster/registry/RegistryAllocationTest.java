package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** No operation of the hot path allocates, measured over a million calls after warm-up. */
class RegistryAllocationTest {
    private static final int WARM_UP = 200_000;
    private static final int OPERATIONS = 1_000_000;
    private static final int KEYS = 1024;
    private static final double MAX_BYTES_PER_OPERATION = 0.01;

    private final RegistrySettings settings = RegistrySettings.of(1, 4096, 0);
    private final CountingEffects effects = new CountingEffects();
    private final RegistryPartition partition = new RegistryPartition(0, settings, effects);
    private final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
    private final RecordView view = new RecordView(settings);
    private final Registration registration = new Registration();
    private final UnsafeBuffer key = OffHeapRegistry.bytes("default/agent-0000");
    private final UnsafeBuffer metadata = new UnsafeBuffer(new byte[256]);
    private final CapabilitySet allOf = new CapabilitySet();
    private final RegistryQuery simpleQuery = new RegistryQuery();
    private final long[] incarnations = new long[KEYS];
    private long nowNs = 1_000_000_000L;
    private long sink;

    private static final class CountingEffects implements RegistryEffects {
        private long ups;
        private long changes;
        private long downs;

        @Override
        public boolean canAccept() {
            return true;
        }

        @Override
        public void onUp(final RegistryPartition partition, final RecordView record) {
            ups++;
        }

        @Override
        public void onChanged(final RegistryPartition partition, final RecordView record) {
            changes++;
        }

        @Override
        public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
            downs++;
        }
    }

    private void key(final int i) {
        final int number = i & KEYS - 1;
        key.putByte(14, (byte) ('0' + number / 1000));
        key.putByte(15, (byte) ('0' + number / 100 % 10));
        key.putByte(16, (byte) ('0' + number / 10 % 10));
        key.putByte(17, (byte) ('0' + number % 10));
    }

    private int register(final int i) {
        key(i);
        registration.reset().namespace(key, 0, 7).name(key, 8, 10).metadata(metadata, 0, i & 255).kind((byte) 1)
            .ownerSession(i & KEYS - 1 & 31).leaseNs(1_000_000_000L).capacity(4).capabilities().add(i & 63).add(200);
        final int result = partition.register(registration, nowNs);
        incarnations[i & KEYS - 1] = partition.lastIncarnation();
        return result;
    }

    private boolean onRecord(final RecordView record) {
        sink += record.incarnation();
        return true;
    }

    private static void assertAllocatesNothing(final String what, final IntConsumer operation) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            operation.accept(i);
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.accept(i);
        }
        final double perOperation = (double) (threads.getCurrentThreadAllocatedBytes() - before) / OPERATIONS;
        System.out.printf("%s: %.5f bytes per operation%n", what, perOperation);
        assertTrue(perOperation < MAX_BYTES_PER_OPERATION, what + " allocates " + perOperation + " bytes per operation");
    }

    @Test
    void shouldAllocateNothing() {
        for (int i = 0; i < KEYS; i++) {
            assertEquals(RegistryResult.OK, register(i));
        }
        assertAllocatesNothing("lookup", i -> {
            key(i);
            sink += reader.lookup(key, 0, 7, key, 8, 10, nowNs, view) ? 1 : 0;
        });
        assertEquals(OPERATIONS + WARM_UP, sink);
        assertAllocatesNothing("replace", i -> sink += register(i * 7));
        assertAllocatesNothing("renew", i -> {
            nowNs += 10_000;
            sink += partition.renew(incarnations[i & KEYS - 1], i & KEYS - 1 & 31, (byte) 1, i, i, nowNs);
            partition.doWork(nowNs);
        });
        final RecordConsumer consumer = this::onRecord;
        assertAllocatesNothing("query", i -> {
            simpleQuery.reset().kind((byte) 1).namespace(key, 0, 7).allOf().add(i & 63).add(200);
            reader.query(simpleQuery, 0, 4, nowNs, consumer);
        });
        assertEquals(0, effects.downs);
        assertAllocatesNothing("unregister and register", i -> {
            key(i);
            sink += partition.unregister(key, 0, 7, key, 8, 10, 0, true, nowNs);
            sink += register(i);
        });
        assertAllocatesNothing("release session", i -> {
            partition.releaseSession(i & 31);
            partition.doWork(nowNs);
            sink += register(i * 5);
        });
        assertTrue(effects.ups > 3L * OPERATIONS);
    }

    @Test
    void shouldAllocateNothingForUpdatesQueriesCountsAndDrops() {
        final RegistrySettings indexed = new RegistrySettings(1, 4096, 1024, 1 << 20, 128, 0, 64)
            .withInlineLength(64)
            .withAttributes(AttributeSchema.of(List.of(new AttributeSchema.Attribute("rank", AttributeSchema.Type.INTEGER))));
        final RegistryPartition full = new RegistryPartition(0, indexed, effects);
        final RegistryReader finder = RegistryReader.of(new RegistryPartition[] {full});
        for (int i = 0; i < KEYS; i++) {
            assertEquals(RegistryResult.OK, registerIndexed(full, i));
        }
        final RecordUpdate update = new RecordUpdate();
        assertAllocatesNothing("update", i -> {
            key(i);
            update.reset().namespace(key, 0, 7).name(key, 8, 10).administrator(true)
                .flags(RecordUpdate.METADATA | RecordUpdate.CAPABILITIES | RecordUpdate.MERGE_ATTRIBUTES)
                .metadata(metadata, 0, i & 255);
            update.attributes().set(0, i & 127);
            update.capabilities().add(i & 63).add(200);
            sink += full.update(update, nowNs);
        });
        assertEquals(0, sink, "a result other than OK");
        final RegistryQuery query = new RegistryQuery();
        final RecordConsumer consumer = this::onRecord;
        assertAllocatesNothing("query of capabilities", i -> {
            query.reset().kind((byte) 1).readiness((byte) 1).allOf().add(200);
            query.anyOf().add(i & 63).add(i + 1 & 63);
            query.noneOf().add(i + 2 & 63);
            finder.query(query, 0, 4, nowNs, consumer);
        });
        assertAllocatesNothing("query of a name", i -> {
            key(i);
            query.reset().namespace(key, 0, 7).namePrefix(key, 8, 9);
            finder.query(query, 0, 4, nowNs, consumer);
        });
        assertAllocatesNothing("query of an attribute", i -> {
            query.reset().attributes().atLeast(0, i & 127).atMost(0, i + 1 & 127);
            finder.query(query, 0, 4, nowNs, consumer);
        });
        assertAllocatesNothing("count", i -> {
            query.reset().attributes().equal(0, i & 127);
            sink += finder.count(query, 0, nowNs) + finder.lastCount();
        });
        assertAllocatesNothing("compaction", i -> {
            sink += full.unregister(key, 0, 7, key, 8, 10, 0, true, nowNs);
            sink += registerIndexed(full, i * 7);
            sink += full.doWork(nowNs);
        });
        assertAllocatesNothing("drop", i -> {
            if ((i & 1023) == 0) {
                sink += full.dropNamespace(key, 0, 7, i & 1024, nowNs);
            }
            sink += full.doWork(nowNs);
            sink += registerIndexed(full, i);
        });
    }

    private int registerIndexed(final RegistryPartition into, final int i) {
        key(i);
        registration.reset().namespace(key, 0, 7).name(key, 8, 10).metadata(metadata, 0, i & 255).kind((byte) 1)
            .ownerSession(1).capacity(4).capabilities().add(i & 63).add(200);
        registration.attributes().set(0, i & 127);
        return into.register(registration, nowNs);
    }

    @Test
    void shouldAllocateNothingForKnownCapabilities() {
        final CapabilityDictionary dictionary = new CapabilityDictionary();
        final UnsafeBuffer list = OffHeapRegistry.bytes("gpu,llm/7b,zone:eu-1");
        dictionary.parse(list, 0, list.capacity(), allOf, true);
        final UnsafeBuffer out = new UnsafeBuffer(new byte[64]);
        assertAllocatesNothing("parse and encode", i -> {
            dictionary.parse(list, 0, list.capacity(), allOf, (i & 1) == 0);
            sink += dictionary.encode(allOf, out, 0);
        });
        assertEquals(20L * (OPERATIONS + WARM_UP), sink);
    }
}
