package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.NamedSlots.MAX_NAME_LENGTH;
import static io.ringmaster.registry.index.NamedSlots.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NameIndexTest {
    private record Key(byte[] namespace, byte[] name) {
        private static final Comparator<Key> ORDER = Comparator.comparing(Key::namespace, Arrays::compareUnsigned)
            .thenComparing(Key::name, Arrays::compareUnsigned);

        static Key of(final String namespace, final String name) {
            return new Key(bytes(namespace), bytes(name));
        }

        boolean startsWith(final Key prefix) {
            return Arrays.equals(namespace, prefix.namespace) && name.length >= prefix.name.length
                && Arrays.equals(prefix.name, Arrays.copyOf(name, prefix.name.length));
        }
    }

    private static final int SLOTS = 3000;

    private final NamedSlots slots = new NamedSlots(SLOTS);
    private final NameIndex.Cursor cursor = new NameIndex.Cursor(MAX_NAME_LENGTH);
    private final TreeMap<Key, Integer> model = new TreeMap<>(Key.ORDER);
    private final TreeMap<Integer, Key> keys = new TreeMap<>();

    private void add(final int slot, final Key key) {
        assertTrue(slots.add(slot, key.namespace, key.name));
        model.put(key, slot);
        keys.put(slot, key);
    }

    private void remove(final int slot) {
        assertTrue(slots.remove(slot));
        model.remove(keys.remove(slot));
    }

    private static UnsafeBuffer buffer(final byte[] bytes) {
        return new UnsafeBuffer(bytes);
    }

    private NameIndex.Cursor seek(final Key prefix) {
        return cursor.seek(
            slots.index, buffer(prefix.namespace), 0, prefix.namespace.length, buffer(prefix.name), 0, prefix.name.length);
    }

    private List<Integer> rest() {
        final List<Integer> found = new ArrayList<>();
        for (int slot = cursor.next(); slot >= 0; slot = cursor.next()) {
            found.add(slot);
        }
        return found;
    }

    private List<Integer> expected(final Key prefix, final byte[] after) {
        return model.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(prefix))
            .filter(entry -> after == null || Arrays.compareUnsigned(entry.getKey().name, after) > 0)
            .map(Map.Entry::getValue)
            .toList();
    }

    private void check(final Key prefix, final byte[] after) {
        seek(prefix);
        if (after != null) {
            cursor.after(buffer(after), 0, after.length);
        }
        assertEquals(expected(prefix, after), rest());
    }

    private static byte[] randomBytes(final Random random, final int maxLength) {
        final byte[] bytes = new byte[1 + random.nextInt(maxLength)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 'a' + random.nextInt(3));
        }
        return bytes;
    }

    private static byte[] prefixOf(final Random random, final byte[] name) {
        return Arrays.copyOf(name, random.nextInt(name.length + 1));
    }

    private void churn(final long seed, final int operations) {
        System.out.println("name index against a tree map: seed " + seed);
        final Random random = new Random(seed);
        final byte[][] namespaces = {bytes("a"), bytes("aa"), bytes("ab"), bytes("default"), {(byte) 0xE4}};
        int target = SLOTS / 2;
        for (int i = 0; i < operations; i++) {
            if (i % 5_000 == 0) {
                target = random.nextInt(SLOTS);
            }
            final int slot = random.nextInt(SLOTS);
            final Key key = new Key(namespaces[random.nextInt(namespaces.length)], randomBytes(random, 24));
            final boolean grow = random.nextInt(100) < (keys.size() < target ? 80 : 20);
            if (!slots.isFree(slot)) {
                if (random.nextInt(3) == 0) {
                    slots.move(slot);
                } else if (!grow) {
                    remove(slot);
                }
            } else if (grow && !model.containsKey(key)) {
                add(slot, key);
            }
            if (i % 500 == 0) {
                final byte[] start = prefixOf(random, randomBytes(random, 3));
                check(new Key(key.namespace, start), null);
                check(new Key(key.namespace, start), key.name);
                check(new Key(key.namespace, new byte[0]), random.nextBoolean() ? start : key.name);
                OrderedIndexCheck.check(slots.index);
            }
        }
        List.copyOf(keys.keySet()).forEach(this::remove);
        OrderedIndexCheck.check(slots.index);
        assertEquals(1, slots.index.usedNodes());
    }

    @Test
    void shouldHaveWhatATreeMapHasWhenOperationsAreRandom() {
        churn(System.nanoTime(), 100_000);
    }

    @Test
    @Tag("slow")
    void shouldHaveWhatATreeMapHasAfterAMillionOperations() {
        churn(System.nanoTime(), 1_000_000);
    }

    @Test
    void shouldOrderByNamespaceFirstAndTakeBytesAsUnsigned() {
        add(3, Key.of("b", "a"));
        add(1, Key.of("a", "z"));
        add(2, Key.of("aa", "a"));
        add(7, Key.of("a", "\u00e4"));
        add(5, Key.of("a", "za"));
        add(6, Key.of("a", "a"));
        assertEquals(List.of(6, 1, 5, 7), expected(Key.of("a", ""), null));
        for (final String namespace : List.of("a", "aa", "b", "c", "")) {
            for (final String prefix : List.of("", "a", "z", "za", "zab", "\u00e4", "\u00ff")) {
                check(Key.of(namespace, prefix), null);
            }
        }
    }

    @Test
    void shouldPageByTheLastNameWhenItIsGoneToo() {
        for (int i = 0; i < 500; i++) {
            add(i, Key.of("default", "agent-%03d".formatted(i)));
        }
        final Key prefix = Key.of("default", "agent-");
        final List<Integer> found = new ArrayList<>();
        byte[] last = new byte[0];
        while (true) {
            seek(prefix).after(buffer(last), 0, last.length);
            int slot = -1;
            for (int i = 0; i < 7; i++) {
                slot = cursor.next();
                if (slot < 0) {
                    assertEquals(500, found.size());
                    return;
                }
                found.add(slot);
                last = keys.get(slot).name;
                assertEquals(found.size() - 1, slot);
            }
            remove(slot);
        }
    }

    @Test
    void shouldStartAtThePrefixWhenTheLastNameComesBeforeIt() {
        add(1, Key.of("n", "aa"));
        add(2, Key.of("n", "ba"));
        add(3, Key.of("n", "bb"));
        add(4, Key.of("n", "c"));
        check(Key.of("n", "b"), bytes("a"));
        check(Key.of("n", "b"), bytes("b"));
        check(Key.of("n", "b"), bytes("ba"));
        check(Key.of("n", "b"), bytes("c"));
        seek(Key.of("n", "b")).after(buffer(bytes("a")), 0, 1);
        assertEquals(List.of(2, 3), rest());
    }

    @Test
    void shouldFindNothingWhenANamespaceOrPrefixIsTooLongForARecord() {
        final String longest = "x".repeat(MAX_NAME_LENGTH);
        add(1, Key.of(longest, longest));
        seek(Key.of(longest, longest));
        assertEquals(List.of(1), rest());
        seek(Key.of(longest, longest + "x"));
        assertEquals(List.of(), rest());
        seek(Key.of(longest + "x", ""));
        assertEquals(List.of(), rest());
        seek(Key.of(longest, "")).after(buffer(bytes(longest + "x")), 0, MAX_NAME_LENGTH + 1);
        assertEquals(List.of(), rest());
        seek(Key.of(longest, "")).after(buffer(bytes("w" + longest)), 0, MAX_NAME_LENGTH + 1);
        assertEquals(List.of(1), rest());
    }

    @Test
    void shouldSayThatASlotIsThereOrNot() {
        add(1, Key.of("n", "a"));
        assertFalse(slots.index.add(1));
        assertTrue(slots.index.remove(1));
        assertFalse(slots.index.remove(1));
        assertEquals(0, slots.index.size());
    }

    @Test
    void shouldThrowWhenARecordWasFreedBeforeItWasRemovedFromTheIndex() {
        for (int i = 0; i < 200; i++) {
            add(i, Key.of("n", "%03d".formatted(i)));
        }
        for (int i = 0; i < 200; i++) {
            slots.table.beginWrite(i);
            slots.table.kind(i, SlotDescriptor.FREE);
            slots.table.endWrite(i);
        }
        seek(Key.of("n", ""));
        assertThrows(IllegalStateException.class, cursor::next);
    }

    @Test
    void shouldRefuseSizesOutOfBounds() {
        final NameOrder order = new SlotNameOrder(slots.table, slots.slab);
        assertThrows(IllegalArgumentException.class, () -> new NameIndex(0, order));
        assertThrows(IllegalArgumentException.class, () -> new NameIndex(SlotTable.MAX_SLOTS + 1, order));
        assertThrows(IllegalArgumentException.class, () -> slots.index.add(-1));
        assertThrows(IllegalArgumentException.class, () -> slots.index.remove(SLOTS));
        assertThrows(IllegalArgumentException.class, () -> new NameKey(0));
    }
}
