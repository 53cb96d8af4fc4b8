package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.AttributeSchema.Attribute;
import io.ringmaster.registry.AttributeSchema.Type;
import io.ringmaster.registry.index.CapabilitySet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One writer against one reader, for a bounded time. Each record carries a stamp, from which all of its other content
 * follows, so that a reader can tell whether what it got was ever written like this.
 */
@Timeout(60)
class RegistryConcurrencyTest {
    private static final long NOW = 1_000_000_000L;
    private static final long HUNT_NS = 2_000_000_000L;
    private static final int KEYS = 8;
    private static final int MAX_METADATA = 700;
    private static final UnsafeBuffer NAMESPACE = OffHeapRegistry.bytes("hunt");

    private final RegistrySettings settings = new RegistrySettings(1, 64, MAX_METADATA, 65_536, 16, 0, 64).withAttributes(
        AttributeSchema.of(List.of(new Attribute("zone", Type.INTEGER), new Attribute("load", Type.INTEGER))));
    private final RegistryPartition partition = new RegistryPartition(0, settings, new SilentEffects());
    private final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
    private final UnsafeBuffer[] names = new UnsafeBuffer[KEYS];
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    RegistryConcurrencyTest() {
        for (int key = 0; key < KEYS; key++) {
            names[key] = OffHeapRegistry.bytes(name(key));
        }
    }

    /** Names of 7 and of 16 bytes. */
    private static String name(final int key) {
        return (key & 1) == 0 ? "agent-" + key : "agent-" + key + "-of-rack1";
    }

    private static final class SilentEffects implements RegistryEffects {
        @Override
        public boolean canAccept() {
            return true;
        }

        @Override
        public void onUp(final RegistryPartition partition, final RecordView record) {
            assertEquals("hunt", OffHeapRegistry.text(record, record.namespaceOffset(), record.namespaceLength()));
        }

        @Override
        public void onChanged(final RegistryPartition partition, final RecordView record) {
            // Nobody listens.
        }

        @Override
        public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
            assertTrue(record.incarnation() > 0);
        }
    }

    private static int metadataLength(final long stamp) {
        return 16 + (int) (OffHeapRegistry.spread(stamp) >>> 40) % (MAX_METADATA - 15);
    }

    private Thread startWriter() {
        final Thread writer = new Thread(this::write, "writer");
        writer.setUncaughtExceptionHandler((thread, throwable) -> failure.set(throwable));
        writer.start();
        return writer;
    }

    private void write() {
        final Registration registration = new Registration();
        final UnsafeBuffer metadata = new UnsafeBuffer(new byte[MAX_METADATA]);
        final long[] incarnations = new long[KEYS];
        long stamp = 0;
        while (running.get()) {
            stamp++;
            final long mixed = OffHeapRegistry.spread(stamp);
            final int key = (int) (mixed & KEYS - 1);
            switch ((int) (mixed >>> 8 & 7)) {
                case 0 -> partition.unregister(NAMESPACE, 0, 4, names[key], 0, names[key].capacity(), 0, true, NOW);
                case 1 -> partition.renew(incarnations[key], key, (byte) (stamp & 3), (int) stamp, stamp, NOW);
                case 2 -> {
                    partition.releaseSession(key);
                    partition.doWork(NOW);
                }
                default -> {
                    register(registration, metadata, stamp, key);
                    incarnations[key] = partition.lastIncarnation();
                }
            }
        }
    }

    private void register(final Registration registration, final UnsafeBuffer metadata, final long stamp, final int key) {
        final int length = metadataLength(stamp);
        metadata.putLong(0, stamp);
        metadata.putLong(8, key);
        for (int i = 16; i < length; i++) {
            metadata.putByte(i, (byte) (stamp + i));
        }
        registration.reset().namespace(NAMESPACE, 0, 4).name(names[key], 0, names[key].capacity()).metadata(metadata, 0, length)
            .kind((byte) (1 + (stamp & 1))).ownerSession(key).leaseNs(1 + (stamp & 0xFFFF)).capacity((int) stamp & 0x7FFF_FFFF)
            .parallelism((int) (stamp >> 3)).localAgent((int) stamp)
            .capabilities().words(stamp, ~stamp, stamp * 3, stamp);
        if ((stamp & 4) != 0) {
            registration.attributes().set(0, stamp * 5);
        }
        registration.attributes().set(1, stamp * 7);
        assertEquals(RegistryResult.OK, partition.register(registration, NOW));
    }

    private static void assertWhole(final RecordView view, final long key) {
        final long stamp = view.buffer().getLong(view.metadataOffset());
        assertEquals(key, view.buffer().getLong(view.metadataOffset() + 8), "block of another record");
        assertEquals(metadataLength(stamp), view.metadataLength());
        for (int i = 16; i < view.metadataLength(); i++) {
            assertEquals((byte) (stamp + i), view.buffer().getByte(view.metadataOffset() + i));
        }
        assertEquals(key, view.ownerSession());
        assertEquals(1 + (stamp & 1), view.kind());
        assertEquals((int) stamp & 0x7FFF_FFFF, view.capacity());
        assertEquals((int) (stamp >> 3), view.parallelism());
        assertEquals((int) stamp, view.localAgent());
        assertEquals(NOW + 1 + (stamp & 0xFFFF), view.leaseDeadlineNs());
        assertEquals(stamp, view.capabilities().word(0));
        assertEquals(~stamp, view.capabilities().word(1));
        assertEquals(stamp * 3, view.capabilities().word(2));
        assertEquals(stamp, view.capabilities().word(3));
        assertEquals((stamp & 4) != 0, view.attributes().has(0));
        assertEquals((stamp & 4) != 0 ? stamp * 5 : 0, view.attributes().has(0) ? view.attributes().get(0) : 0);
        assertEquals(stamp * 7, view.attributes().get(1));
        assertEquals((int) view.estimatedWaitNs(), view.inFlight(), "load of two renewals");
    }

    @Test
    void shouldNeverReturnATornRecord() throws InterruptedException {
        final Thread writer = startWriter();
        final RecordView view = new RecordView(settings);
        final long start = System.nanoTime();
        int key = 0;
        try {
            while (System.nanoTime() - start < HUNT_NS && failure.get() == null) {
                for (int i = 0; i < 1000; i++) {
                    key = key + 1 & KEYS - 1;
                    if (reader.lookup(NAMESPACE, 0, 4, names[key], 0, names[key].capacity(), NOW, view)) {
                        assertEquals(name(key), OffHeapRegistry.text(view, view.nameOffset(), view.nameLength()));
                        assertWhole(view, key);
                    }
                }
            }
        } finally {
            running.set(false);
            writer.join();
        }
        assertNull(failure.get());
        System.out.println("torn-read hunt: " + reader.hits() + " hits, " + reader.misses() + " misses, "
            + reader.retries() + " copies thrown away");
        assertTrue(reader.hits() > 1000, "hits " + reader.hits());
    }

    @Test
    void shouldNeverFindARecordThatLacksACapabilityThatWasAskedFor() throws InterruptedException {
        final Thread writer = startWriter();
        final long start = System.nanoTime();
        final RegistryQuery query = new RegistryQuery();
        final CapabilitySet allOf = query.allOf();
        final long[] found = new long[1];
        long round = 0;
        try {
            while (System.nanoTime() - start < HUNT_NS / 2 && failure.get() == null) {
                final byte kind = (byte) (round % 3);
                query.reset().kind(kind).namespace(NAMESPACE, 0, 4);
                allOf.add((int) (round++ & 15)).add(64 + 20);
                reader.query(query, 0, 100, NOW, record -> {
                    assertTrue(record.capabilities().containsAll(allOf));
                    assertTrue(kind == 0 || record.kind() == kind);
                    assertWhole(record, record.ownerSession());
                    found[0]++;
                    return true;
                });
            }
        } finally {
            running.set(false);
            writer.join();
        }
        assertNull(failure.get());
        assertTrue(found[0] > 100, "found " + found[0]);
    }

    @Test
    void shouldReadItsOwnWritesFromTheWritersThread() {
        final Registration registration = new Registration();
        final UnsafeBuffer metadata = new UnsafeBuffer(new byte[MAX_METADATA]);
        final RecordView view = new RecordView(settings);
        for (long stamp = 1; stamp < 10_000; stamp++) {
            final int key = (int) stamp & KEYS - 1;
            register(registration, metadata, stamp, key);
            assertTrue(reader.lookup(NAMESPACE, 0, 4, names[key], 0, names[key].capacity(), NOW, view));
            assertWhole(view, key);
            assertEquals(partition.lastVersion(), view.version());
        }
        assertEquals(0, reader.retries());
    }
}
