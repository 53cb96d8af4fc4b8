package io.ringmaster.registry.store;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Copies records from a store into a new one: backup and restore.
 * <p>
 * Threading: confined to the thread that copies.
 */
final class StoreCopy {
    private static final String WORK = "restoring";

    private StoreCopy() {
    }

    /**
     * Writes all records into a new store and closes it.
     *
     * @param source shows the records to a consumer.
     * @param to     settings of the new store.
     * @return what is in it: reopened, checked, and closed again.
     */
    static StoreReport copy(final Consumer<StoreConsumer> source, final StoreSettings to) {
        checkEmpty(to.directory());
        try (ChronicleStore target = ChronicleStore.open(to)) {
            source.accept((incarnation, record, offset, length) -> {
                final DurableStore.PutResult result = target.put(incarnation, record, offset, length);
                if (result != DurableStore.PutResult.STORED) {
                    throw new StoreException(Reason.OTHER_CONFIGURATION, to.directory() + " cannot take incarnation " + incarnation
                        + " of " + length + " bytes: " + result + " at entries=" + to.entries() + ", maxRecordLength="
                        + to.maxRecordLength() + ", bytesPerEntry=" + to.bytesPerEntry());
                }
            });
        }
        try (ChronicleStore target = ChronicleStore.open(to)) {
            return target.report();
        }
    }

    static StoreReport restore(final Path from, final StoreSettings to) {
        checkEmpty(to.directory());
        try {
            final Path headerPath = from.resolve(StoreFiles.HEADER);
            if (!Files.exists(headerPath)) {
                throw new StoreException(Reason.NOT_A_BACKUP, headerPath + " is missing: " + from + " holds no store");
            }
            final StoreHeader header = StoreHeader.read(headerPath);
            if (header.state() != StoreHeaderDescriptor.CLOSED) {
                throw new StoreException(Reason.NOT_A_BACKUP, headerPath + " is in state " + header.state() + ", expected "
                    + StoreHeaderDescriptor.CLOSED + " (closed); a store in use is backed up by its server");
            }
            final Path work = to.directory().resolve(WORK);
            Files.createDirectories(work);
            try {
                copyFile(from, work, StoreFiles.HEADER);
                copyFile(from, work, StoreFiles.MAP);
                return restoreFrom(header.settings(work), to, from);
            } finally {
                delete(work);
            }
        } catch (final IOException e) {
            throw new StoreException(Reason.IO, from + " cannot be restored into " + to.directory() + ": " + e, e);
        }
    }

    private static StoreReport restoreFrom(final StoreSettings work, final StoreSettings to, final Path from) {
        try (ChronicleStore source = ChronicleStore.open(work)) {
            if (!source.report().clean() || source.report().dropped() > 0) {
                throw new StoreException(Reason.NOT_A_BACKUP, from + " is damaged: " + source.report() + " "
                    + source.report().notes() + "; use another backup");
            }
            return copyInto(source, to);
        }
    }

    private static StoreReport copyInto(final ChronicleStore source, final StoreSettings to) {
        final Path target = to.directory();
        final Path next = target.resolve(WORK + ".new");
        final StoreReport report = copy(source::forEach, to.withDirectory(next));
        try {
            for (final String name : new String[] {StoreFiles.MAP, StoreFiles.INTENT, StoreFiles.HEADER}) {
                Files.move(next.resolve(name), target.resolve(name));
            }
            delete(next);
        } catch (final IOException e) {
            throw new StoreException(Reason.IO, next + " cannot be moved into " + target + ": " + e, e);
        }
        return report;
    }

    private static void copyFile(final Path from, final Path to, final String name) throws IOException {
        if (!Files.exists(from.resolve(name))) {
            throw new StoreException(Reason.NOT_A_BACKUP, from.resolve(name) + " is missing");
        }
        Files.copy(from.resolve(name), to.resolve(name));
    }

    private static void checkEmpty(final Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.list(directory)) {
            if (paths.anyMatch(path -> path.getFileName().toString().startsWith("registry."))) {
                throw new StoreException(Reason.NOT_EMPTY, directory + " holds a store already; use an empty directory");
            }
        } catch (final IOException e) {
            throw new StoreException(Reason.IO, directory + " cannot be listed: " + e, e);
        }
    }

    private static void delete(final Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.list(directory)) {
                for (final Path path : paths.toList()) {
                    Files.delete(path);
                }
            }
            Files.delete(directory);
        }
    }
}
