package io.ringmaster.registry.store;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;

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
     * Writes all records into a new store and closes it. What is there of it is deleted again if that fails.
     * <p>
     * A writer may replace records while they are copied: what is shown later then comes in addition to what is gone by now, and may be
     * more than fits. So when the copy is full, what is not in the source any more is taken out of it.
     *
     * @param source  shows the records to a consumer.
     * @param isThere whether a record is in the source now.
     * @param to      settings of the new store.
     * @return what is in it: reopened, checked, and closed again.
     */
    static StoreReport copy(final Consumer<StoreConsumer> source, final LongPredicate isThere, final StoreSettings to) {
        checkEmpty(to.directory());
        final boolean isNew = !Files.exists(to.directory());
        boolean keep = false;
        try {
            try (ChronicleStore target = ChronicleStore.open(to)) {
                source.accept((incarnation, record, offset, length) -> put(target, isThere, to, incarnation, record, offset, length));
            }
            try (ChronicleStore target = ChronicleStore.open(to)) {
                final StoreReport report = target.report();
                keep = true;
                return report;
            }
        } catch (final StoreException e) {
            keep = e.reason() == Reason.LOCKED;
            throw e;
        } finally {
            if (!keep) {
                deleteStore(to.directory(), isNew);
            }
        }
    }

    /** What stays if this fails is refused by the next try, which names it. */
    private static void deleteStore(final Path directory, final boolean withDirectory) {
        try (Stream<Path> paths = Files.list(directory)) {
            for (final Path path : paths.filter(StoreCopy::isOfStore).toList()) {
                Files.delete(path);
            }
            Files.deleteIfExists(directory.resolve(StoreFiles.LOCK));
            if (withDirectory) {
                Files.delete(directory);
            }
        } catch (final IOException ignore) {
            // The failure that led here is the one to tell.
        }
    }

    /** The lock alone is no store. */
    private static boolean isOfStore(final Path path) {
        final String name = path.getFileName().toString();
        return name.startsWith("registry.") && !name.equals(StoreFiles.LOCK);
    }

    private static void put(
        final ChronicleStore target, final LongPredicate isThere, final StoreSettings to, final long incarnation,
        final DirectBuffer record, final int offset, final int length) {
        DurableStore.PutResult result = target.put(incarnation, record, offset, length);
        while (result == DurableStore.PutResult.FULL && removeGone(target, isThere) > 0) {
            result = target.put(incarnation, record, offset, length);
        }
        if (result != DurableStore.PutResult.STORED && isThere.test(incarnation)) {
            throw new StoreException(Reason.OTHER_CONFIGURATION, to.directory() + " cannot take incarnation " + incarnation
                + " of " + length + " bytes: " + result + " at entries=" + to.entries() + ", maxRecordLength="
                + to.maxRecordLength() + ", bytesPerEntry=" + to.bytesPerEntry());
        }
    }

    private static int removeGone(final ChronicleStore target, final LongPredicate isThere) {
        final LongArrayList gone = new LongArrayList();
        target.forEach((incarnation, record, offset, length) -> {
            if (!isThere.test(incarnation)) {
                gone.addLong(incarnation);
            }
        });
        for (int i = 0; i < gone.size(); i++) {
            target.remove(gone.getLong(i));
        }
        return gone.size();
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
            // An earlier try may have been killed.
            delete(work);
            delete(next(to));
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
        final Path next = next(to);
        final StoreReport report = copy(source::forEach, incarnation -> true, to.withDirectory(next));
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

    private static Path next(final StoreSettings to) {
        return to.directory().resolve(WORK + ".new");
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
            if (paths.anyMatch(StoreCopy::isOfStore)) {
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
