package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.store.DurableStore.PutResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full means FULL: to the last record and piece that was promised, never an exception of the map's. */
class StoreCapacityTest {
    private static final int ENTRIES = 20_000;

    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;

    private long fill(final DurableStore store, final long first, final IntSupplier metadataLength, final List<Long> live) {
        long incarnation = first;
        while (support.put(store, incarnation, 1, metadataLength.getAsInt()) == PutResult.STORED) {
            live.add(incarnation++);
        }
        return incarnation;
    }

    private void fillAndRefill(final StoreSettings settings, final IntSupplier metadataLength, final int greatest) throws Exception {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            final long length = Files.size(directory.resolve(StoreFiles.MAP));
            final List<Long> live = new ArrayList<>();
            long next = 1;
            for (int round = 0; round < 4; round++) {
                next = fill(store, next, metadataLength, live);
                assertEquals(live.size(), store.size());
                assertTrue(store.size() == store.capacity() || store.pieceCapacity() - store.pieces() < greatest,
                    () -> "full at " + store.size() + " records, " + store.pieces() + " of " + store.pieceCapacity() + " pieces");
                assertEquals(PutResult.STORED, support.put(store, live.get(0), 2, 0), "an overwrite that is not longer is taken");
                for (int i = live.size() / 2; i > 0; i--) {
                    final int victim = random.nextInt(live.size());
                    assertTrue(store.remove(live.get(victim)));
                    live.set(victim, live.get(live.size() - 1));
                    live.remove(live.size() - 1);
                }
            }
            assertEquals(length, Files.size(directory.resolve(StoreFiles.MAP)), "the file never grows");
        }
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            assertTrue(store.report().clean());
        }
    }

    @Test
    void shouldTakeEveryEntryOfOnePieceAgainAndAgain() throws Exception {
        fillAndRefill(StoreTestSupport.settings(directory, ENTRIES), () -> 100, 1);
    }

    @Test
    void shouldTakeEveryPieceWithRecordsOfTheGreatestLength() throws Exception {
        final int metadata = StoreTestSupport.MAX_LENGTH - 64 - "agent-10000".length();
        fillAndRefill(StoreTestSupport.settings(directory, ENTRIES), () -> metadata, PieceDescriptor.pieces(StoreTestSupport.MAX_LENGTH));
    }

    @Test
    void shouldTakeEveryPieceWithMixedRecords() throws Exception {
        final SplittableRandom random = new SplittableRandom(1);
        fillAndRefill(StoreTestSupport.settings(directory, ENTRIES), () -> random.nextInt(4) == 0 ? random.nextInt(3900) : 60,
            PieceDescriptor.pieces(StoreTestSupport.MAX_LENGTH));
    }

    @Test
    void shouldHoldAllEntriesOfTheAverageLength() throws Exception {
        final StoreSettings settings = new StoreSettings(directory, 2000, 4096, 1000);
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            final List<Long> live = new ArrayList<>();
            fill(store, 1, () -> 1000 - 64 - "agent-1000".length(), live);
            assertEquals(2000, store.size());
        }
    }

    @Test
    void shouldRefuseWhatIsTooLongOrNoRecord() {
        try (ChronicleStore store = ChronicleStore.open(new StoreSettings(directory, 10, 300, 228))) {
            assertEquals(PutResult.TOO_LONG, support.put(store, 1, 1, 300));
            assertEquals(PutResult.STORED, support.put(store, 1, 1, 300 - 64 - "agent-1".length()));
            final int length = support.encode("x", 1, 10);
            assertThrows(IllegalArgumentException.class, () -> store.put(2, support.buffer(), 0, length - 1));
            assertThrows(IllegalArgumentException.class, () -> store.put(2, support.buffer(), 0, 10));
            assertEquals(1, store.size());
        }
    }

    @Test
    void shouldRefuseSettingsOutOfTheirBounds() {
        assertThrows(IllegalArgumentException.class, () -> new StoreSettings(directory, 0, 4096, 228));
        assertThrows(IllegalArgumentException.class, () -> new StoreSettings(directory, (1 << 25) + 1, 4096, 228));
        assertThrows(IllegalArgumentException.class, () -> new StoreSettings(directory, 1, 63, 63));
        assertThrows(IllegalArgumentException.class, () -> new StoreSettings(directory, 1, 100, 101));
        assertThrows(IllegalArgumentException.class, () -> new StoreSettings(null, 1, 100, 100));
    }

    @Test
    void shouldRefuseUseAfterClose() {
        final ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, 10));
        store.close();
        store.close();
        assertThrows(IllegalStateException.class, () -> support.put(store, 1, 1, 1));
        assertThrows(IllegalStateException.class, () -> store.remove(1));
        assertThrows(IllegalStateException.class, () -> store.forEach((incarnation, record, offset, length) -> { }));
        assertThrows(IllegalStateException.class, () -> store.backup(directory.resolve("backup")));
    }
}
