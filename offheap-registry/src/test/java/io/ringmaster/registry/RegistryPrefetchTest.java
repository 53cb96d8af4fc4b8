package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a prefetch must not change: lookups after it find what they would have found. */
@Timeout(60)
class RegistryPrefetchTest {
    private static final long NOW = 1_000_000_000L;
    /** Enough that the reader takes the registry for one that is not in the cache. */
    private static final int RECORDS = 4_000;
    private static final int NAME_LENGTH = 4;
    private static final UnsafeBuffer NAMESPACE = OffHeapRegistry.bytes("many");

    private final RegistrySettings settings = RegistrySettings.of(4, 2 * RECORDS, 0);
    private final RegistryPartition[] partitions = new RegistryPartition[4];
    private final RegistryReader reader;
    private final PartitionRouter router = new PartitionRouter(4);
    private final RecordView view = new RecordView(settings);
    private final UnsafeBuffer name = new UnsafeBuffer(new byte[NAME_LENGTH]);
    private final Registration registration = new Registration();

    RegistryPrefetchTest() {
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new RegistryPartition(i, settings, new RecordedEffects());
        }
        reader = RegistryReader.of(partitions);
        for (int i = 0; i < RECORDS; i++) {
            register(i);
        }
    }

    private long hash(final int number) {
        name.putInt(0, number);
        return KeyHash.hash(NAMESPACE, 0, NAMESPACE.capacity(), name, 0, NAME_LENGTH);
    }

    private RegistryPartition partitionOf(final int number) {
        return partitions[router.partitionOf(hash(number))];
    }

    private void register(final int number) {
        final RegistryPartition partition = partitionOf(number);
        assertEquals(RegistryResult.OK, partition.register(registration.reset().kind((byte) 1).capacity(number)
            .namespace(NAMESPACE, 0, NAMESPACE.capacity()).name(name, 0, NAME_LENGTH), NOW));
    }

    private void unregister(final int number) {
        final RegistryPartition partition = partitionOf(number);
        assertEquals(RegistryResult.OK,
            partition.unregister(NAMESPACE, 0, NAMESPACE.capacity(), name, 0, NAME_LENGTH, 0, true, NOW));
    }

    private boolean lookup(final int number, final long keyHash) {
        name.putInt(0, number);
        return reader.lookup(keyHash, NAMESPACE, 0, NAMESPACE.capacity(), name, 0, NAME_LENGTH, NOW, view);
    }

    private long[] hashes(final int from, final int count) {
        final long[] hashes = new long[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = hash(from + i);
        }
        return hashes;
    }

    @Test
    void shouldFindEachRecordWhenItWasPrefetched() {
        for (int from = 0; from < RECORDS; from += 32) {
            final long[] hashes = hashes(from, 32);
            reader.prefetch(hashes, 32);
            for (int i = 0; i < 32; i++) {
                assertTrue(lookup(from + i, hashes[i]));
                assertEquals(from + i, view.capacity());
            }
        }
        assertEquals(RECORDS, reader.hits());
    }

    @Test
    void shouldCountNothingWhenItPrefetches() {
        reader.prefetch(hashes(0, 32), 32);

        assertEquals(0, reader.hits() + reader.misses() + reader.retries());
    }

    @Test
    void shouldTakeMoreKeysThanItPrefetchesAndKeysWithoutARecord() {
        final int count = RegistryReader.MAX_PREFETCH + 44;
        final long[] hashes = hashes(RECORDS - count / 2, count);

        reader.prefetch(hashes, count);

        for (int i = 0; i < count; i++) {
            assertEquals(i < count / 2, lookup(RECORDS - count / 2 + i, hashes[i]), "key " + i);
        }
    }

    @Test
    void shouldSeeARecordThatChangedSinceThePrefetch() {
        final long[] hashes = hashes(7, 2);
        reader.prefetch(hashes, 2);

        unregister(7);

        assertFalse(lookup(7, hashes[0]));
        assertTrue(lookup(8, hashes[1]));
    }

    @Test
    void shouldFindNothingWhenTheHashIsOfAnotherKey() {
        assertFalse(lookup(7, hash(8)));
    }

    @Test
    void shouldPrefetchBesideAWriter() throws InterruptedException {
        final AtomicBoolean running = new AtomicBoolean(true);
        final long[] hashes = hashes(0, 64);
        final Thread other = new Thread(() -> {
            while (running.get()) {
                reader.prefetch(hashes, hashes.length);
            }
        });
        final Throwable[] failure = new Throwable[1];
        other.setUncaughtExceptionHandler((thread, throwable) -> failure[0] = throwable);
        other.start();
        for (int i = 0; i < 200_000; i++) {
            unregister(i & 63);
            register(i & 63);
        }
        running.set(false);
        other.join();

        assertEquals(null, failure[0]);
    }
}
