package io.ringmaster.tuning.bench;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The maps that are compared do the same. */
class RecordMapTest {
    private static final int ENTRIES = 500;

    @ParameterizedTest
    @EnumSource(MapKind.class)
    void shouldFindWhatWasPutAndNothingElse(final MapKind kind) {
        try (RecordMap map = kind.create(ENTRIES, 4)) {
            final RecordMap.Writer writer = map.writer();
            for (int i = 0; i < ENTRIES; i++) {
                writer.put(i, FilledMap.content(i));
            }
            final RecordMap.Reader reader = map.reader();
            for (int i = 0; i < ENTRIES; i++) {
                assertEquals(1 + FilledMap.content(i), reader.get(i));
                assertEquals(RecordMap.NONE, reader.get(i + BenchKeys.MISSING));
            }
            writer.remove(17);
            assertEquals(RecordMap.NONE, reader.get(17));
            writer.put(17, 1_000_000);
            assertEquals(1_000_001, reader.get(17));
        }
    }

    @Test
    void shouldRefuseToGoOnWhenTheRegistryRefuses() {
        try (RecordMap map = MapKind.RINGMASTER.create(64, 1)) {
            assertThrows(IllegalStateException.class, () -> map.writer().remove(3));
        }
    }

    @Test
    void shouldGiveEachRecordItsOwnName() {
        final Set<String> names = new HashSet<>();
        final UnsafeBuffer key = BenchKeys.newKey();
        for (final int number : new int[] {0, 1, 9, 10, 15, 16, 255, 256, 65_535, 9_999_999, BenchKeys.MISSING}) {
            BenchKeys.set(key, number);
            final String name = new String(key.byteArray(), StandardCharsets.ISO_8859_1);
            assertTrue(name.startsWith("bench-nsservice-"), name);
            assertEquals(BenchKeys.LENGTH, name.length());
            assertTrue(names.add(name), name);
        }
    }

    @Test
    void shouldChooseEveryRecordAboutAsOften() {
        final int[] counts = new int[10];
        final RandomIndex random = new RandomIndex(10, 1);
        for (int i = 0; i < 100_000; i++) {
            counts[random.next()]++;
        }
        for (final int count : counts) {
            assertTrue(count > 9_000 && count < 11_000, "10,000 expected: " + count);
        }
    }
}
