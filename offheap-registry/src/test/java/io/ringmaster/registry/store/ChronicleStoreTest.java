package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.store.DurableStore.PutResult;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Put, overwrite, remove, close and open again. */
class ChronicleStoreTest {
    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;

    @Test
    void shouldKeepRecordsWhenClosedAndOpened() {
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, 1000))) {
            assertEquals(StoreReport.Opening.CREATED, store.report().opening());
            assertEquals(PutResult.STORED, support.put(store, 1, 1, 20));
            assertEquals(PutResult.STORED, support.put(store, 2, 1, 2000));
            assertEquals(PutResult.STORED, support.put(store, 3, 1, 500));
            assertEquals(PutResult.STORED, support.put(store, 2, 2, 100));
            assertEquals(PutResult.STORED, support.put(store, 1, 2, 3000));
            assertTrue(store.remove(3));
            assertFalse(store.remove(3));
            assertEquals(Map.of(1L, 2L, 2L, 2L), StoreTestSupport.contents(store));
        }
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, 1000))) {
            assertEquals(StoreReport.Opening.CLEAN, store.report().opening(), () -> store.report().notes().toString());
            assertEquals(2, store.report().entries());
            assertEquals(Map.of(1L, 2L, 2L, 2L), StoreTestSupport.contents(store));
            assertEquals(2, store.size());
            assertEquals(1 + PieceDescriptor.pieces(3000 + 64 + 7), store.pieces());
        }
    }
}
