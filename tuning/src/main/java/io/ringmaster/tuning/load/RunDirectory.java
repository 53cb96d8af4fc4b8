package io.ringmaster.tuning.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Temporary directories of one run: one for files, one in shared memory for media drivers. Both are removed when the run
 * ends, in whatever way (a shutdown hook removes what is left).
 * <p>
 * Threading: confined to the thread of the run; the hook runs when that is over.
 */
final class RunDirectory implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path files;
    private final Path memory;
    private final Thread hook;

    private RunDirectory(final Path files, final Path memory) {
        this.files = files;
        this.memory = memory;
        this.hook = new Thread(() -> {
            ChildProcess.killAll();
            remove();
        }, "remove-run-directory");
    }

    static RunDirectory create() throws IOException {
        final Path files = Files.createTempDirectory("ringmaster-load-");
        final Path memory = Files.isWritable(SHARED_MEMORY)
            ? Files.createTempDirectory(SHARED_MEMORY, "ringmaster-load-")
            : Files.createDirectory(files.resolve("memory"));
        final RunDirectory directory = new RunDirectory(files, memory);
        Runtime.getRuntime().addShutdownHook(directory.hook);
        return directory;
    }

    /** For data, logs and traces. */
    Path file(final String name) {
        return files.resolve(name);
    }

    /** For media drivers. */
    Path memory(final String name) {
        return memory.resolve(name);
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ex) {
            // The JVM is shutting down: the hook runs anyway and finds nothing.
        }
    }

    private void remove() {
        delete(memory);
        delete(files);
    }

    /** Deletes a tree; what another process deletes meanwhile is no error. */
    static void delete(final Path root) {
        if (!Files.exists(root)) {
            return;
        }
        final List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (final IOException | UncheckedIOException ex) {
            return;
        }
        for (final Path path : paths) {
            path.toFile().delete();
        }
    }
}
