package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Records of a namespace in pages that go on behind a name. */
class NameWalkTest {
    private static final long NOW = 1_000_000_000L;
    private static final int PAGE = 7;

    private final RegistryQuery query = new RegistryQuery();
    private final NameWalk.Position position = new NameWalk.Position(128);
    private final List<String> found = new ArrayList<>();
    private OffHeapRegistry registry;
    private NameWalk walk;

    private void start(final int partitions) {
        registry = new OffHeapRegistry(RegistrySettings.of(partitions, 4_000, 0));
        final RegistryPartition[] all = new RegistryPartition[partitions];
        for (int i = 0; i < partitions; i++) {
            all[i] = registry.partition(i);
        }
        walk = NameWalk.of(all);
    }

    private void register(final String namespace, final String name) {
        assertEquals(RegistryResult.OK, registry.register(Spec.of(name, 1).namespace(namespace), NOW).result());
    }

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void ask(final String namespace, final String prefix) {
        query.reset().namespace(bytes(namespace), 0, namespace.length());
        query.namePrefix(bytes(prefix), 0, prefix.length());
        position.reset();
        found.clear();
    }

    private boolean page(final int limit) {
        return walk.next(query, position, limit, NOW, this::take);
    }

    private boolean take(final RecordView record) {
        found.add(record.buffer().getStringWithoutLengthAscii(record.nameOffset(), record.nameLength()));
        return true;
    }

    @Test
    void shouldFindEveryRecordOnceWhenReadInPages() {
        for (int partitions = 1; partitions <= 4; partitions += 3) {
            start(partitions);
            final TreeSet<String> expected = new TreeSet<>();
            for (int i = 0; i < 500; i++) {
                register("ns", "a-" + i);
                register("ns", "b-" + i);
                register("ns2", "a-" + i);
                expected.add("a-" + i);
            }
            ask("ns", "a-");
            int pages = 1;
            while (page(PAGE)) {
                assertTrue(found.size() <= pages * PAGE);
                pages++;
            }
            assertEquals(expected.size(), found.size());
            assertEquals(expected, new TreeSet<>(found));
            assertEquals(1_000, walk.records(bytes("ns"), 0, 2));
            assertFalse(page(PAGE), "it stays at its end");
        }
    }

    @Test
    void shouldComeAgainWithTheRecordThatWasRefused() {
        start(1);
        register("ns", "a");
        register("ns", "b");
        ask("ns", "");
        assertTrue(walk.next(query, position, PAGE, NOW, record -> false));
        assertFalse(page(PAGE));
        assertEquals(List.of("a", "b"), found);
    }

    @Test
    void shouldFindWhatStaysExactlyOnceWhenOthersComeAndGoBetweenPages() {
        start(2);
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            register("ns", "stays-" + i);
            register("ns", "goes-" + i);
        }
        ask("ns", "");
        int gone = 0;
        while (page(1 + random.nextInt(20))) {
            if (gone < 400) {
                registry.unregister("ns", "goes-" + gone, 1, NOW);
                gone++;
                register("ns", "new-" + random.nextInt(1_000_000));
            }
        }
        final List<String> stayed = found.stream().filter(name -> name.startsWith("stays-")).toList();
        assertEquals(400, stayed.size(), "seed " + seed);
        assertEquals(400, new HashSet<>(stayed).size(), "seed " + seed);
    }

    @Test
    void shouldLookAtABoundedNumberOfRecordsInAPageWhenTheFilterLetsFewThrough() {
        start(1);
        final int records = 3 * NameWalk.MAX_LOOKS_PER_PAGE;
        for (int i = 0; i < records; i++) {
            register("ns", "a-" + i);
        }
        ask("ns", "");
        query.kind((byte) 9);
        int pages = 1;
        while (page(PAGE)) {
            pages++;
        }
        assertTrue(found.isEmpty());
        assertTrue(pages >= 3 && pages <= 4, "each record is looked at once: " + pages + " pages");
    }
}
