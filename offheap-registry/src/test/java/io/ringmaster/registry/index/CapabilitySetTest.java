package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CapabilitySetTest {
    @Test
    void shouldBehaveLikeABitSet() {
        final Random random = new Random(42);
        final CapabilitySet set = new CapabilitySet();
        final BitSet model = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            final int id = random.nextInt(CapabilitySet.MAX_CAPABILITIES);
            switch (random.nextInt(20)) {
                case 0 -> {
                    set.clear();
                    model.clear();
                }
                case 1, 2, 3, 4, 5, 6 -> {
                    set.remove(id);
                    model.clear(id);
                }
                default -> {
                    set.add(id);
                    model.set(id);
                }
            }
            assertEquals(model.get(id), set.contains(id));
            assertEquals(model.isEmpty(), set.isEmpty());
            assertEquals(model.cardinality(), set.size());
            assertEquals(model.nextSetBit(id), set.nextId(id));
        }
    }

    @Test
    void shouldContainAllOfASubsetInEachWord() {
        final CapabilitySet all = new CapabilitySet().add(0).add(63).add(64).add(127).add(128).add(191).add(192).add(255);
        assertTrue(all.containsAll(new CapabilitySet()));
        assertTrue(all.containsAll(all));
        for (int id = all.nextId(0); id >= 0; id = all.nextId(id + 1)) {
            final CapabilitySet one = new CapabilitySet().add(id);
            assertTrue(all.containsAll(one));
            final CapabilitySet without = new CapabilitySet().copyFrom(all).remove(id);
            assertFalse(without.containsAll(one), "id " + id);
            assertFalse(without.containsAll(all), "id " + id);
        }
    }

    @Test
    void shouldGiveAndTakeWords() {
        final CapabilitySet set = new CapabilitySet().word(0, 1).word(1, 2).word(2, 4).word(3, Long.MIN_VALUE);
        assertEquals(new CapabilitySet().add(0).add(65).add(130).add(255), set);
        assertEquals(Long.MIN_VALUE, set.word(3));
        assertEquals("{0,65,130,255}", set.toString());
        assertEquals(-1, set.nextId(256));
    }

    @Test
    void shouldRefuseIdsOutOfBounds() {
        final CapabilitySet set = new CapabilitySet();
        assertThrows(IndexOutOfBoundsException.class, () -> set.add(256));
        assertThrows(IndexOutOfBoundsException.class, () -> set.contains(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> set.word(4));
    }
}
