package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Answer;
import io.ringmaster.registry.RegistryModel.Found;
import io.ringmaster.registry.RegistryModel.Spec;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.LeaseWheel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gives the same random commands to the off-heap registry and to its heap twin and compares all that can be seen. The clock
 * is moved by hand, in whole ticks of the lease wheel and always just behind the start of a tick, and leases end just before
 * one, so that the off-heap registry can notice a lease in the same step as the twin.
 */
class RegistryTwinTest {
    private static final long CLOCK_OFFSET_NS = 5;
    private static final int MAX_UNDRAINED_TICKS = 400;

    private final List<Long> incarnations = new ArrayList<>();
    private Random random;
    private OffHeapRegistry offHeap;
    private HeapRegistry heap;
    private long nowNs = 1000 * LeaseWheel.TICK_NS + CLOCK_OFFSET_NS;
    private int undrainedTicks;
    private int results;

    @ParameterizedTest
    @CsvSource({
        "1,    20,  40, 65536,  60000",
        "4,   100,  64, 262144, 60000",
        "2,   300,  20, 262144, 60000",
        "1,    60, 900, 6144,   60000",
        "1,    64,   0, 4096,   20000"})
    void shouldBehaveLikeTheHeapTwin(
        final int partitions, final int entries, final int maxMetadataLength, final int slabBytes, final int operations) {
        final long seed = System.nanoTime();
        System.out.println("RegistryTwinTest seed " + seed + " partitions " + partitions + " entries " + entries);
        random = new Random(seed);
        final RegistrySettings settings = new RegistrySettings(
            partitions, entries, maxMetadataLength, slabBytes, 24, 1000, 1 << 16);
        offHeap = new OffHeapRegistry(settings);
        heap = new HeapRegistry(settings);
        for (int i = 0; i < operations; i++) {
            final String context = "seed " + seed + " operation " + i;
            step(settings, context);
            assertEquals(heap.size(), offHeap.size(), context);
            assertSameEffects(context);
            if (i % 100 == 0) {
                assertSameQueries(context);
            }
        }
        // All of these must have come up, or the test is not what it says.
        final int expected = 1 << RegistryResult.OK | 1 << RegistryResult.ALREADY_REGISTERED | 1 << RegistryResult.NOT_FOUND
            | 1 << RegistryResult.NOT_OWNER;
        assertEquals(expected, results & expected);
        assertTrue((results & (1 << RegistryResult.FULL | 1 << RegistryResult.SLAB_FULL)) != 0, "never full");
        drainToEmpty(settings);
    }

    private void step(final RegistrySettings settings, final String context) {
        final int dice = random.nextInt(100);
        if (dice < 40) {
            register(settings, context);
        } else if (dice < 52) {
            final String[] key = key(settings);
            final long session = random.nextInt(8) == 0 ? 0 : session();
            final Answer answer = heap.unregister(key[0], key[1], session, nowNs);
            assertEquals(answer, offHeap.unregister(key[0], key[1], session, nowNs), context);
            results |= 1 << answer.result();
        } else if (dice < 68) {
            renew(context);
        } else if (dice < 69) {
            if (random.nextInt(settings.entries() / 20) > 0) {
                return;
            }
            final long session = session();
            heap.releaseSession(session);
            offHeap.releaseSession(session);
        } else if (dice < 73) {
            final int ticks = 1 + random.nextInt(12);
            nowNs += ticks * LeaseWheel.TICK_NS;
            undrainedTicks += ticks;
        } else if (dice < 78 || undrainedTicks > MAX_UNDRAINED_TICKS) {
            drain();
        } else if (dice < 79) {
            final boolean accepting = undrainedTicks > MAX_UNDRAINED_TICKS / 2 || random.nextInt(3) > 0;
            heap.effects().accepting = accepting;
            offHeap.effects().accepting = accepting;
        } else {
            final String[] key = key(settings);
            assertEquals(heap.lookup(key[0], key[1], nowNs), offHeap.lookup(key[0], key[1], nowNs), context);
        }
    }

    private void drain() {
        heap.effects().accepting = true;
        offHeap.effects().accepting = true;
        heap.drain(nowNs);
        offHeap.drain(nowNs);
        undrainedTicks = 0;
    }

    private void register(final RegistrySettings settings, final String context) {
        final String[] key = key(settings);
        final List<Integer> capabilities = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            capabilities.add(random.nextInt(8) * 36);
        }
        final long leaseNs = random.nextInt(3) == 0 ? 0
            : (1 + random.nextInt(random.nextInt(20) == 0 ? 10_000 : 3 * settings.entries())) * LeaseWheel.TICK_NS - CLOCK_OFFSET_NS - 1;
        final int metadataLength = settings.maxMetadataLength() == 0 ? random.nextInt(20) / 19
            : random.nextInt(settings.maxMetadataLength() + 1);
        final Spec spec = new Spec(key[0], key[1], (byte) (1 + random.nextInt(3)), session(), leaseNs, random.nextInt(100),
            random.nextInt(5) - 1, capabilities, text(metadataLength));
        final Answer actual = offHeap.register(spec, nowNs);
        heap.slabFull(actual.result() == RegistryResult.SLAB_FULL);
        assertEquals(heap.register(spec, nowNs), actual, context);
        results |= 1 << actual.result();
        if (actual.result() == RegistryResult.OK) {
            incarnations.add(actual.incarnation());
        }
    }

    private void renew(final String context) {
        if (incarnations.isEmpty()) {
            return;
        }
        final int recent = Math.min(incarnations.size(), 80);
        final long incarnation = incarnations.get(incarnations.size() - 1 - random.nextInt(recent));
        final long session = session();
        final byte readiness = (byte) (1 + random.nextInt(4));
        final int inFlight = random.nextInt(50);
        final int result = heap.renew(incarnation, session, readiness, inFlight, inFlight * 1000L, nowNs);
        assertEquals(result, offHeap.renew(incarnation, session, readiness, inFlight, inFlight * 1000L, nowNs), context);
        results |= 1 << result;
    }

    private String[] key(final RegistrySettings settings) {
        final int keys = settings.entries() + settings.entries() / 2;
        return new String[] {"ns" + random.nextInt(2), "agent-" + random.nextInt(keys)};
    }

    private long session() {
        return 1 + random.nextInt(4);
    }

    private String text(final int length) {
        final StringBuilder builder = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            builder.append((char) random.nextInt(256));
        }
        return builder.toString();
    }

    private void assertSameEffects(final String context) {
        assertEquals(heap.effects().ups, offHeap.effects().ups, context);
        assertEquals(heap.effects().changes, offHeap.effects().changes, context);
        heap.effects().changes.clear();
        offHeap.effects().changes.clear();
        final Comparator<RecordedEffects.Down> byIncarnation = Comparator.comparingLong(RecordedEffects.Down::incarnation);
        heap.effects().downs.sort(byIncarnation);
        offHeap.effects().downs.sort(byIncarnation);
        assertEquals(heap.effects().downs, offHeap.effects().downs, context);
        heap.effects().ups.clear();
        offHeap.effects().ups.clear();
        heap.effects().downs.clear();
        offHeap.effects().downs.clear();
    }

    private void assertSameQueries(final String context) {
        for (int i = 0; i < 3; i++) {
            final CapabilitySet allOf = new CapabilitySet();
            for (int id = random.nextInt(4 - i); id > 0; id--) {
                allOf.add(random.nextInt(8) * 36);
            }
            final byte kind = (byte) random.nextInt(4);
            final String namespace = random.nextBoolean() ? "" : "ns" + random.nextInt(3);
            final List<Found> expected = heap.query(allOf, kind, namespace, Integer.MAX_VALUE, nowNs);
            assertEquals(expected, offHeap.query(allOf, kind, namespace, 1 + random.nextInt(30), nowNs), context);
        }
    }

    private void drainToEmpty(final RegistrySettings settings) {
        for (long session = 1; session <= 4; session++) {
            heap.releaseSession(session);
            offHeap.releaseSession(session);
        }
        drain();
        assertSameEffects("at the end");
        assertEquals(0, heap.size());
        assertEquals(0, offHeap.size());
        for (int i = 0; i < settings.partitions(); i++) {
            final RegistryTables tables = offHeap.partition(i).tables();
            assertEquals(0, tables.slab.usedBytes());
            assertEquals(0, tables.leases.size());
            assertEquals(0, tables.owners.sessions());
        }
    }
}
