package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long hash(final String text) {
        return KeyHash.hash(ascii(text), 0, text.length());
    }

    private static long hash(final String namespace, final String name) {
        return KeyHash.hash(ascii(namespace), 0, namespace.length(), ascii(name), 0, name.length());
    }

    @Test
    void shouldGiveThePublishedValuesOfXxh64ForShortInput() {
        assertEquals(0xEF46DB3751D8E999L, hash(""));
        assertEquals(0xD24EC4F1A98C6E5BL, hash("a"));
        assertEquals(0x44BC2CF5AD770999L, hash("abc"));
    }

    @Test
    void shouldDependOnWhereTheNamespaceEnds() {
        assertNotEquals(hash("ab", "c"), hash("a", "bc"));
        assertNotEquals(hash("a", "b"), hash("b", "a"));
    }

    @Test
    void shouldNotDependOnTheOffset() {
        final UnsafeBuffer buffer = ascii("xxdefaultyyagent-17zz");
        assertEquals(hash("default", "agent-17"), KeyHash.hash(buffer, 2, 7, buffer, 11, 8));
    }

    @Test
    void shouldNotCollideForManySimilarKeys() {
        final Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(hashes.add(hash("default", "agent-" + i)));
        }
    }

    @Test
    void shouldSpreadKeysOverPartitions() {
        for (final int partitions : new int[] {1, 2, 4, 8, 16}) {
            final PartitionRouter router = new PartitionRouter(partitions);
            final int[] counts = new int[partitions];
            for (int i = 0; i < 10_000; i++) {
                counts[router.partitionOf(hash("default", "agent-" + i))]++;
            }
            for (final int count : counts) {
                assertTrue(count < 1.3 * 10_000 / partitions, count + " of 10000 in one of " + partitions);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new PartitionRouter(3));
    }

    @Test
    void shouldSpreadRandomKeysOverPartitions() {
        final SplittableRandom random = new SplittableRandom(7);
        for (final int partitions : new int[] {2, 4, 8, 16}) {
            final PartitionRouter router = new PartitionRouter(partitions);
            final int[] counts = new int[partitions];
            for (int i = 0; i < 10_000; i++) {
                counts[router.partitionOf(hash(Long.toString(random.nextLong(), 36), Long.toString(random.nextLong(), 36)))]++;
            }
            for (final int count : counts) {
                assertTrue(count < 1.3 * 10_000 / partitions, count + " of 10000 in one of " + partitions);
            }
        }
    }
}
