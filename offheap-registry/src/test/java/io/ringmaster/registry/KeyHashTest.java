package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Locale;
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
    void shouldGiveTheSameValuesOnEveryMachine() {
        assertEquals(0x02219A051B496380L, hash(""));
        assertEquals(0xE4391C6A681D562FL, hash("a"));
        assertEquals(0xF9578CCFC95D2448L, hash("abc"));
        assertEquals(0x415FB6B5407083ACL, hash("agent-1"));
        assertEquals(0x899D75810BE4C9CCL, hash("agent-17"));
        assertEquals(0xAB481423E88D931AL, hash("a name of 28 bytes, in words"));
        assertEquals(0x95615AAE241545F4L, hash("this name has 22 bytes"));
        assertEquals(0x55C075E6DC862219L, hash("default", "agent-17"));
    }

    @Test
    void shouldChangeAboutHalfOfTheBitsWithEachBitOfAKey() {
        final int samples = 400;
        final SplittableRandom random = new SplittableRandom(3);
        for (final int length : new int[] {3, 4, 7, 8, 9, 15, 16, 17, 24, 31}) {
            final byte[] key = new byte[length];
            final UnsafeBuffer buffer = new UnsafeBuffer(key);
            for (int bit = 0; bit < length * Byte.SIZE; bit++) {
                final int[] changes = new int[Long.SIZE];
                for (int i = 0; i < samples; i++) {
                    random.nextBytes(key);
                    final long before = KeyHash.hash(buffer, 0, length);
                    key[bit >>> 3] ^= (byte) (1 << (bit & 7));
                    final long changed = before ^ KeyHash.hash(buffer, 0, length);
                    for (int out = 0; out < Long.SIZE; out++) {
                        changes[out] += (int) (changed >>> out & 1);
                    }
                }
                for (int out = 0; out < Long.SIZE; out++) {
                    // Half of 400 give or take six times the standard deviation of 10.
                    assertEquals(samples / 2, changes[out], 60, "length " + length + ", bit " + bit + " of the key, bit " + out);
                }
            }
        }
    }

    @Test
    void shouldSpreadSimilarKeysOverCellsAsRandomNumbersWould() {
        final int keys = 1 << 18;
        for (final String format : new String[] {"agent-%d", "%08x-worker", "node-%06d.rack-7.example", "%d"}) {
            final BitSet homes = new BitSet();
            final Set<Integer> lowHalves = new HashSet<>();
            for (int i = 0; i < keys; i++) {
                final long hash = hash("default", String.format(Locale.ROOT, format, i));
                homes.set((int) hash & 2 * keys - 1);
                lowHalves.add((int) hash);
            }
            // Cells that random numbers leave empty: e^-1/2 of twice as many; pairs with the same 32 bits: 8.
            assertEquals(2 * keys * (1 - Math.exp(-0.5)), homes.cardinality(), keys * 0.005, format);
            assertTrue(keys - lowHalves.size() < 40, format + ": " + (keys - lowHalves.size()));
        }
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
    void shouldNotCollideForShortNamesOfDifferentLengths() {
        final String letters = "abcdefghijklmnopqrstuvwxyz0123456789";
        final Set<Long> ofNames = new HashSet<>();
        final Set<Long> ofKeys = new HashSet<>();
        int names = 0;
        for (int i = 0; i < letters.length(); i++) {
            for (int j = -1; j < letters.length(); j++) {
                for (int k = -1; k < (j < 0 ? 0 : letters.length()); k++) {
                    final String name = "" + letters.charAt(i) + (j < 0 ? "" : letters.charAt(j)) + (k < 0 ? "" : letters.charAt(k));
                    ofNames.add(hash(name));
                    ofKeys.add(hash("ab", name));
                    ofKeys.add(hash(name, "ab"));
                    names++;
                }
            }
        }
        assertEquals(36 + 36 * 36 + 36 * 36 * 36, names);
        assertEquals(names, ofNames.size());
        // ("ab", "ab") is in it twice.
        assertEquals(2 * names - 1, ofKeys.size());
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
