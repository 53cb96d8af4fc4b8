package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on disk and its twin on the heap agree after every one of many random operations; the seed is printed. */
class StoreTwinTest {
    private static final int OPERATIONS = 100_000;
    private static final int KEYS = 400;

    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;

    @Test
    void shouldAgreeWithTwin() {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final StoreSettings settings = new StoreSettings(directory, 300, 2000, 400);
        final HeapStore twin = new HeapStore(settings);
        ChronicleStore store = ChronicleStore.open(settings);
        try {
            for (int i = 1; i <= OPERATIONS; i++) {
                final long incarnation = ((long) random.nextInt(4) << 48) + random.nextInt(KEYS / 4);
                if (random.nextInt(3) == 0) {
                    assertEquals(twin.remove(incarnation), store.remove(incarnation));
                } else {
                    final int metadata = random.nextInt(10) == 0 ? random.nextInt(2500) : random.nextInt(400);
                    assertEquals(support.put(twin, incarnation, i, metadata), support.put(store, incarnation, i, metadata));
                }
                assertEquals(twin.size(), store.size());
                assertEquals(twin.pieces(), store.pieces());
                if (i % 10_000 == 0) {
                    assertEquals(StoreTestSupport.contents(twin), StoreTestSupport.contents(store));
                    store.close();
                    store = ChronicleStore.open(settings);
                    assertEquals(StoreTestSupport.contents(twin), StoreTestSupport.contents(store));
                }
            }
        } finally {
            store.close();
        }
    }
}
