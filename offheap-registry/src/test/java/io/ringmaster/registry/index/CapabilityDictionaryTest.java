package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CapabilityDictionaryTest {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    private final CapabilityDictionary dictionary = new CapabilityDictionary();
    private final CapabilitySet set = new CapabilitySet();

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(("##" + text + "##").getBytes(StandardCharsets.ISO_8859_1));
    }

    private int parse(final String list, final boolean intern) {
        return dictionary.parse(ascii(list), 2, list.length(), set, intern);
    }

    private int idOf(final String name) {
        return dictionary.idOf(ascii(name), 2, name.length());
    }

    @Test
    void shouldCountIdsFromZeroAndKeepThem() {
        assertEquals(3, parse("gpu,llm/7b,zone:eu-1", true));
        assertEquals(0, idOf("gpu"));
        assertEquals(1, idOf("llm/7b"));
        assertEquals(2, idOf("zone:eu-1"));
        assertEquals(2, parse("zone:eu-1,cpu", true));
        assertEquals(new CapabilitySet().add(2).add(3), set);
        assertEquals("cpu", dictionary.name(3));
        assertArrayEquals("cpu".getBytes(StandardCharsets.US_ASCII), dictionary.nameBytes(3));
        assertThrows(IndexOutOfBoundsException.class, () -> dictionary.name(4));
    }

    @Test
    void shouldReadAnEmptyListAsAnEmptySet() {
        set.add(9);
        assertEquals(0, parse("", true));
        assertTrue(set.isEmpty());
    }

    @Test
    void shouldCountANameThatComesTwiceAndEnterItOnce() {
        assertEquals(3, parse("a,b,a", true));
        assertEquals(2, set.size());
        assertEquals(2, dictionary.size());
    }

    @Test
    void shouldNameTheFirstUnknown() {
        parse("a", true);
        assertEquals(NameDictionary.UNKNOWN, parse("a,b,c", false));
        assertEquals("b", dictionary.lastOffender());
        assertTrue(set.isEmpty());
        assertEquals(1, dictionary.size());
        assertEquals(1, parse("a", false));
        assertEquals("", dictionary.lastOffender());
    }

    @Test
    void shouldRefuseInvalidNamesAndTakeNewOnesBack() {
        final String[] badLists = {"a,", ",a", "a,,b", ",", "a b", "a,b\n", "a,\u00e9", "x".repeat(129), "new1,new2,sp ace"};
        for (final String bad : badLists) {
            assertEquals(NameDictionary.INVALID, parse(bad, true), bad);
            assertEquals(0, dictionary.size(), bad);
            assertEquals(NameDictionary.UNKNOWN, idOf("new1"));
            assertTrue(set.isEmpty());
        }
        assertEquals("sp ace", dictionary.lastOffender());
        assertEquals(1, parse("x".repeat(128), true));
    }

    @Test
    void shouldSayFullWhenAllIdsAreTaken() {
        for (int i = 0; i < 255; i++) {
            assertEquals(1, parse("capability-" + i, true));
        }
        assertEquals(NameDictionary.FULL, parse("one-more,and-another", true));
        assertEquals("and-another", dictionary.lastOffender());
        assertEquals(255, dictionary.size());
        assertEquals(NameDictionary.UNKNOWN, idOf("one-more"));
        assertEquals(1, parse("one-more", true));
        assertEquals(NameDictionary.FULL, dictionary.intern(ascii("x"), 2, 1));
        for (int i = 0; i < 255; i++) {
            assertEquals(i, idOf("capability-" + i));
        }
    }

    @Test
    void shouldWriteNamesInTheOrderOfTheirIds() {
        parse("c,bb,aaa", true);
        final UnsafeBuffer out = new UnsafeBuffer(new byte[64]);
        assertEquals(8, dictionary.encodedLength(set));
        assertEquals(8, dictionary.encode(set, out, 5));
        assertEquals("c,bb,aaa", out.getStringWithoutLengthAscii(5, 8));
        assertEquals(0, dictionary.encode(new CapabilitySet(), out, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> dictionary.encode(new CapabilitySet().add(7), out, 0));
    }

    @Test
    void shouldParseRandomBytesAsTheirSplitSays() {
        final long seed = System.nanoTime();
        System.out.println("CapabilityDictionaryTest seed " + seed);
        final Random random = new Random(seed);
        final String likely = "ab,,.:/-_Z9 \u0000\u00ff";
        for (int round = 0; round < 100_000; round++) {
            final StringBuilder builder = new StringBuilder();
            final int length = random.nextInt(round % 100 == 0 ? 400 : 12);
            for (int i = 0; i < length; i++) {
                builder.append(random.nextInt(8) == 0
                    ? (char) random.nextInt(256) : likely.charAt(random.nextInt(likely.length())));
            }
            checkAgainstSplit(builder.toString(), random.nextInt(4) != 0);
        }
        assertTrue(dictionary.size() <= CapabilitySet.MAX_CAPABILITIES);
    }

    private void checkAgainstSplit(final String list, final boolean intern) {
        final int sizeBefore = dictionary.size();
        final int result = parse(list, intern);
        final String[] names = list.isEmpty() ? new String[0] : list.split(",", -1);
        if (result >= 0) {
            assertEquals(names.length, result, list);
            for (final String name : names) {
                assertTrue(NAME.matcher(name).matches(), list);
                assertTrue(set.contains(idOf(name)), list);
            }
        } else {
            assertEquals(sizeBefore, dictionary.size(), list);
            assertTrue(set.isEmpty());
            boolean anyInvalid = false;
            for (final String name : names) {
                anyInvalid |= !NAME.matcher(name).matches();
            }
            switch (result) {
                case NameDictionary.INVALID -> assertTrue(anyInvalid, list);
                case NameDictionary.UNKNOWN -> assertEquals(NameDictionary.UNKNOWN, idOf(dictionary.lastOffender()), list);
                case NameDictionary.FULL -> assertEquals(NameDictionary.UNKNOWN, idOf(dictionary.lastOffender()), list);
                default -> throw new AssertionError("result " + result + " for " + list);
            }
        }
    }

    @Test
    void shouldServeOtherNamesWithAnotherBound() {
        final NameDictionary kinds = new NameDictionary(1000);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 1000; i++) {
                final String name = "kind." + i;
                assertEquals(i, kinds.intern(ascii(name), 2, name.length()));
            }
        }
        assertEquals(NameDictionary.FULL, kinds.intern(ascii("more"), 2, 4));
        assertEquals(NameDictionary.INVALID, kinds.intern(ascii("mo,re"), 2, 5));
        assertEquals(1000, kinds.size());
        assertThrows(IllegalArgumentException.class, () -> new NameDictionary(0));
    }
}
