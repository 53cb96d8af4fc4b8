package io.ringmaster.registry.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Program of the child of {@link StoreDiskTest}, on a disk that fails: opens a store, fills it, writes all of it to the disk, makes the
 * file {@code ready}, waits until that is gone, changes all and writes again, twice, closes the store, and says how each went. Arguments:
 * directory, entries.
 */
final class FailingDiskStore {
    private FailingDiskStore() {
    }

    public static void main(final String[] args) throws IOException, InterruptedException {
        final StoreTestSupport support = new StoreTestSupport();
        final int entries = Integer.parseInt(args[1]);
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(Path.of(args[0]), entries))) {
            put(support, store, entries, 1);
            write(store);
            StoreChild.awaitTurn();
            put(support, store, entries, 2);
            write(store);
            // The kernel tells an error once; the store remembers it.
            write(store);
        } catch (final StoreException e) {
            System.out.println(e.getMessage() + ": " + e.getCause().getMessage());
        }
    }

    private static void put(final StoreTestSupport support, final ChronicleStore store, final int entries, final int version) {
        for (int i = 1; i <= entries; i++) {
            if (support.put(store, i, version, 50) != DurableStore.PutResult.STORED) {
                throw new IllegalStateException("record " + i + " was not stored");
            }
        }
    }

    private static void write(final ChronicleStore store) {
        try {
            store.writeBack(0, store.writeBackLength());
            System.out.println("written");
        } catch (final UncheckedIOException e) {
            System.out.println(e.getCause().getMessage());
        }
    }
}
