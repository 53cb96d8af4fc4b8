package io.ringmaster.registry.store;

import io.ringmaster.registry.store.StoreException.Reason;
import io.ringmaster.registry.store.StoreReport.Opening;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens a store: makes it, opens it clean, or recovers it.
 * <pre>
 *   no header, no map ──► make
 *   header: creating  ──► delete, make            (killed before anything was acknowledged)
 *   header: closed    ──► CRC of the map's file fits ──► open
 *                         does not                   ──► recover (altered)
 *   header: open      ──► recover                   (killed)
 * </pre>
 * Threading: confined to the thread that opens the store.
 */
final class StoreOpening {
    private static final int BYTES_PER_SLOT_AND_BIT = 20;
    private static final long OVERHEAD = 1 << 20;

    private final StoreSettings settings;
    private final StoreFiles files;
    private final StoreNotes notes = new StoreNotes();
    private final long startNs = System.nanoTime();

    private StoreOpening(final StoreSettings settings, final StoreFiles files) {
        this.settings = settings;
        this.files = files;
    }

    static ChronicleStore open(final StoreSettings settings) {
        StoreFiles files = null;
        ChronicleStore store = null;
        try {
            files = StoreFiles.lock(settings.directory());
            store = new StoreOpening(settings, files).open();
            return store;
        } catch (final IOException e) {
            throw new StoreException(Reason.IO, settings.directory() + ": " + e, e);
        } finally {
            if (store == null && files != null) {
                files.close();
            }
        }
    }

    private ChronicleStore open() throws IOException {
        if (!Files.exists(files.header())) {
            if (Files.exists(files.map())) {
                throw new StoreException(Reason.DAMAGED_HEADER, files.header() + " is missing beside " + files.map()
                    + "; restore a backup, or move the directory away to start empty");
            }
            return create();
        }
        final StoreHeader header = StoreHeader.read(files.header());
        header.checkConfiguration(settings);
        if (header.state() == StoreHeaderDescriptor.CREATING) {
            files.deleteStore();
            return create();
        }
        if (!Files.exists(files.map())) {
            throw new StoreException(Reason.DAMAGED_MAP, files.map() + " is missing beside " + files.header()
                + "; restore a backup, or move the directory away to start empty");
        }
        if (header.state() == StoreHeaderDescriptor.CLOSED && isAsClosed(header)) {
            return openClosed(header);
        }
        return recover(header);
    }

    private boolean isAsClosed(final StoreHeader header) throws IOException {
        if (Files.size(files.map()) != header.mapLength()) {
            notes.corruption(StoreFiles.MAP + " has " + Files.size(files.map()) + " bytes, had " + header.mapLength()
                + " when it was closed");
            return false;
        }
        if (StoreFiles.crc(files.map(), false) != header.mapCrc()) {
            notes.corruption(StoreFiles.MAP + " is not as it was when it was closed: its CRC is another");
            return false;
        }
        return true;
    }

    /** Bytes that the map's file will take: entries, and for each a slot of the hash table and a bit. */
    static long estimatedLength(final StoreSettings settings) {
        final long entries = (long) PieceMap.segments(settings) * PieceMap.entriesPerSegment(settings);
        return entries * (PieceDescriptor.KEY_LENGTH + PieceDescriptor.PIECE_LENGTH + BYTES_PER_SLOT_AND_BIT)
            + PieceMap.segments(settings) * 512L + OVERHEAD;
    }

    private ChronicleStore create() throws IOException {
        // Chronicle itself asks for a tenth more than it takes.
        final long needed = estimatedLength(settings) * 11 / 10 + Intent.fileLength(settings);
        files.checkSpace(needed, "a store of entries=" + settings.entries());
        final StoreHeader header = StoreHeader.create(files.header(), settings, System.currentTimeMillis());
        PieceMap map = null;
        Intent intent = null;
        boolean made = false;
        try {
            map = createMap(needed);
            intent = new Intent(files.createIntent(Intent.fileLength(settings)));
            header.created(Files.size(files.map()), mapStart(), System.currentTimeMillis());
            made = true;
        } finally {
            if (!made) {
                close(map, intent);
                files.deleteStore();
            }
        }
        return store(header, map, intent, Opening.CREATED, 0, 0, 0);
    }

    private PieceMap createMap(final long needed) throws IOException {
        try {
            return PieceMap.create(files.map().toFile(), settings);
        } catch (final IOException e) {
            files.checkSpace(needed, "a store of entries=" + settings.entries());
            throw new StoreException(Reason.NO_SPACE, files.map() + " cannot be given its blocks (" + e.getMessage() + "); it needs about "
                + needed + " bytes, available are " + Files.getFileStore(files.directory()).getUsableSpace(), e);
        }
    }

    private byte[] mapStart() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(files.map().toFile(), "r")) {
            final byte[] start = new byte[PieceMap.startLength(file)];
            file.seek(0);
            file.readFully(start);
            return start;
        }
    }

    private ChronicleStore openClosed(final StoreHeader header) throws IOException {
        header.opened(System.currentTimeMillis());
        PieceMap map = null;
        Intent intent = null;
        boolean opened = false;
        try {
            map = PieceMap.create(files.map().toFile(), settings);
            intent = new Intent(files.openIntent(Intent.fileLength(settings)));
            final RecordScan scan = new RecordScan(map, settings, notes).run();
            opened = true;
            return store(header, map, intent, Opening.CLEAN, scan.entries(), scan.pieces(),
                Math.max(scan.highestSequence(), intent.sequence()));
        } finally {
            if (!opened) {
                close(map, intent);
            }
        }
    }

    private ChronicleStore recover(final StoreHeader header) throws IOException {
        final Opening opening = header.state() == StoreHeaderDescriptor.CLOSED ? Opening.ALTERED : Opening.RECOVERED;
        if (opening == Opening.ALTERED) {
            header.opened(System.currentTimeMillis());
        }
        // The file never changes its length while it is in use.
        final boolean otherLength = Files.size(files.map()) != header.mapLength();
        if (otherLength && opening == Opening.RECOVERED) {
            notes.corruption(StoreFiles.MAP + " has " + Files.size(files.map()) + " bytes, was made with " + header.mapLength()
                + ": what was in the missing part is lost");
        }
        files.copyForRecovery(header);
        Intent intent = null;
        PieceMap map = null;
        boolean opened = false;
        try {
            intent = new Intent(files.openIntent(Intent.fileLength(settings)));
            final RecordScan scan;
            try (PieceMap copy = recoverMap()) {
                redo(copy, intent);
                scan = new RecordScan(copy, settings, notes).run();
                notes.dropLost(incarnation -> copy.recordLength(incarnation) >= 0);
            }
            files.adoptRecovered(
                notes.isLossPossible() || otherLength || opening == Opening.ALTERED, System.currentTimeMillis());
            map = PieceMap.create(files.map().toFile(), settings);
            opened = true;
            return store(header, map, intent, opening, scan.entries(), scan.pieces(),
                Math.max(scan.highestSequence(), intent.sequence()));
        } finally {
            if (!opened) {
                close(map, intent);
            }
        }
    }

    private PieceMap recoverMap() throws IOException {
        try {
            return PieceMap.recover(files.recovering().toFile(), settings, notes);
        } catch (final StoreException e) {
            throw e;
        } catch (final RuntimeException e) {
            throw new StoreException(Reason.DAMAGED_MAP, files.map() + " cannot be recovered (" + e
                + "); restore a backup, or move the directory away to start empty", e);
        }
    }

    /** Does the operation again that was under way, or the last complete one, which changes nothing. */
    private void redo(final PieceMap map, final Intent intent) {
        final StoredRecord record = new StoredRecord();
        if (!intent.isWhole(record)) {
            return;
        }
        final long incarnation = intent.incarnation();
        final int length = map.recordLength(incarnation);
        if (intent.length() == Intent.REMOVE) {
            if (length >= 0) {
                map.remove(incarnation, 0);
                notes.redone();
            }
            return;
        }
        final RecordAssembler assembler = new RecordAssembler(map, settings.maxRecordLength());
        final int assembled = assembler.assemble(incarnation);
        final boolean done = assembled == intent.length() && new UnsafeBuffer(assembler.buffer(), 0, assembled)
            .compareTo(new UnsafeBuffer(intent.buffer(), Intent.RECORD_OFFSET, assembled)) == 0;
        if (!done) {
            notes.redone();
            ChronicleStore.write(
                map, new Piece(), intent.sequence(), incarnation, intent.buffer(), Intent.RECORD_OFFSET, intent.length());
        }
    }

    private ChronicleStore store(
        final StoreHeader header, final PieceMap map, final Intent intent, final Opening opening, final long entries,
        final long pieces, final long sequence) {
        final StoreReport report = notes.report(opening, entries, pieces, System.nanoTime() - startNs);
        return new ChronicleStore(settings, files, header, map, intent, report, sequence);
    }

    private static void close(final PieceMap map, final Intent intent) {
        if (map != null) {
            map.close();
        }
        if (intent != null) {
            intent.close();
        }
    }
}
