package io.ringmaster.server.config;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class KnownKeysTest {
    @ParameterizedTest
    @CsvSource({"'','',0", "a,'',1", "'',abc,3", "kitten,sitting,3", "max,max,0", "flaw,lawn,2"})
    void shouldCountEditsWhenComparingTexts(final String a, final String b, final int expected) {
        assertEquals(expected, KnownKeys.distance(a, b));
        assertEquals(expected, KnownKeys.distance(b, a));
    }
}
