package io.ringmaster.registry.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Program of the child of {@link StoreIsolationTest}: makes, recovers, backs up and closes stores below a directory. */
final class QuietStore {
    private QuietStore() {
    }

    public static void main(final String[] args) throws IOException {
        final Path directory = Path.of(args[0]);
        if (args.length > 1) {
            // Only what any program does that uses files: the JDK itself tries out sockets when it loads its libraries.
            final Path file = Files.createDirectories(directory).resolve("file");
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
            return;
        }
        final StoreTestSupport support = new StoreTestSupport();
        final Path image = directory.resolve("image");
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory.resolve("store"), 1000))) {
            support.put(store, 1, 1, 100);
            Files.createDirectories(image);
            for (final String name : List.of(StoreFiles.HEADER, StoreFiles.MAP, StoreFiles.INTENT)) {
                Files.copy(directory.resolve("store").resolve(name), image.resolve(name));
            }
            store.backup(directory.resolve("backup"));
        }
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(image, 1000))) {
            if (store.report().opening() != StoreReport.Opening.RECOVERED) {
                throw new AssertionError(store.report().toString());
            }
        }
    }
}
