package io.ringmaster.registry.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Program of the child of {@link StoreDiskTest}, inside of a small file system: opens a store, makes the file {@code ready}, waits
 * until that is gone, fills the store, and says how it went. Arguments: directory, entries.
 */
final class FullDiskStore {
    private FullDiskStore() {
    }

    public static void main(final String[] args) throws IOException, InterruptedException {
        final StoreTestSupport support = new StoreTestSupport();
        final int entries = Integer.parseInt(args[1]);
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(Path.of(args[0]), entries))) {
            StoreChild.awaitTurn();
            long i = 0;
            while (support.put(store, i, 1, 50) == DurableStore.PutResult.STORED) {
                i++;
            }
            System.out.println(store.report().opening() + " filled " + i + " of " + entries);
        } catch (final StoreException e) {
            System.out.println(e.getMessage());
        }
    }
}
