package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.AttributeSchema.Attribute;
import io.ringmaster.registry.AttributeSchema.Type;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeDictionaryTest {
    private final AttributeDictionary dictionary = new AttributeDictionary(AttributeSchema.of(List.of(
        new Attribute("zone", Type.KEYWORD), new Attribute("memory-mb", Type.INTEGER))), 2);
    private final AttributeValues values = new AttributeValues();
    private final AttributeValues removed = new AttributeValues();
    private final AttributeFilter filter = new AttributeFilter();

    private int parse(final String text) {
        return dictionary.parse(OffHeapRegistry.bytes(text), 0, text.length(), values, removed, true);
    }

    private int parseFilter(final String text) {
        return dictionary.parseFilter(OffHeapRegistry.bytes(text), 0, text.length(), filter);
    }

    @Test
    void shouldEncodeWhatItParsed() {
        for (final String text : new String[] {"", "zone=eu-1", "zone=eu-1,memory-mb=-9223372036854775808",
            "memory-mb=9223372036854775807", "memory-mb=0"}) {
            assertTrue(parse(text) >= 0, text);
            final UnsafeBuffer out = new UnsafeBuffer(new byte[100]);
            assertEquals(text.length(), dictionary.encodedLength(values));
            assertEquals(text, out.getStringWithoutLengthAscii(0, dictionary.encode(values, out, 0)));
        }
        assertEquals(2, parse("zone=,memory-mb=7"));
        assertTrue(removed.has(0));
        assertFalse(values.has(0));
        assertEquals(7, values.get(1));
    }

    @ParameterizedTest
    @CsvSource({"'zone', -1", "'=x', -1", "'zone=a,zone=b', -1", "'zone=a,', -1", "'zone=a b', -1", "'size=1', -2",
        "'memory-mb=1x', -3", "'memory-mb=9223372036854775808', -3", "'memory-mb=-', -3"})
    void shouldNameWhatIsWrong(final String text, final int code) {
        assertEquals(code, parse(text));
        assertEquals(0, values.present());
        assertEquals(0, dictionary.keywords(), "nothing is kept of a text that fails");
        assertTrue(text.contains(dictionary.lastOffender()));
    }

    @Test
    void shouldBoundKeywords() {
        assertEquals(1, parse("zone=a"));
        assertEquals(1, parse("zone=b"));
        assertEquals(AttributeDictionary.FULL, parse("zone=c"));
        assertEquals(1, parse("zone=b"));
        assertEquals(AttributeDictionary.UNKNOWN,
            dictionary.parse(OffHeapRegistry.bytes("zone=d"), 0, 6, values, null, false));
    }

    @Test
    void shouldReadConditions() {
        assertEquals(1, parse("zone=a"));
        assertEquals(3, parseFilter("zone=a,memory-mb>=4,memory-mb<10"));
        values.set(1, 9);
        assertTrue(filter.matches(values));
        values.set(1, 10);
        assertFalse(filter.matches(values));
        values.set(1, 4);
        assertTrue(filter.matches(values));
        assertEquals(1, parseFilter("zone=nowhere"));
        assertTrue(filter.matchesNothing());
        assertEquals(2, parseFilter("memory-mb>5,memory-mb<=5"));
        assertTrue(filter.matchesNothing());
        assertEquals(AttributeDictionary.NOT_INTEGER, parseFilter("zone>a"));
        assertEquals(AttributeDictionary.INVALID, parseFilter("memory-mb>="));
    }
}
