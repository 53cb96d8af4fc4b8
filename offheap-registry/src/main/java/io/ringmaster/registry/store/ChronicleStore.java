package io.ringmaster.registry.store;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The store on disk: a Chronicle Map of fixed-length pieces in mapped memory, in front of it the {@link Intent} of the one operation
 * under way. Layouts: {@link StoreHeaderDescriptor}, {@link PieceDescriptor}, {@link StoredRecordDescriptor}, {@link Intent}.
 * <p>
 * A put writes the intent, then the pieces in place. The kernel keeps what was written when the process dies, so after a kill the map
 * has every operation but the last, and the intent has that one: recovery lets Chronicle mend the structure of a copy of the map, does
 * the intent again, checks every record, and takes the copy for the map. Records are never lost to a kill, whenever it comes; a power
 * loss may lose them. An operation that throws half-way is treated like a kill: the store takes no more, is not marked clean when it is
 * closed, and is recovered when it is opened.
 * <p>
 * Threading: see {@link DurableStore}.
 */
public final class ChronicleStore implements DurableStore {
    private final StoreSettings settings;
    private final StoreFiles files;
    private final StoreHeader header;
    private final PieceMap map;
    private final Intent intent;
    private final StoreReport report;
    private final long pieceCapacity;
    private final Piece piece = new Piece();
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong pieces = new AtomicLong();
    /** Readers of other threads hold the read lock while they use the map, closing holds the write lock. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    /** Made when it is first needed, under the read lock. */
    private MapPages pages;
    /** The kernel tells of a failed write once only, so that closing would not hear of it. */
    private volatile IOException writeBackFailure;
    private long sequence;
    /** Stays true when an operation has thrown: only recovery can complete it. */
    private boolean isUnderWay;
    private volatile boolean closed;

    ChronicleStore(
        final StoreSettings settings, final StoreFiles files, final StoreHeader header, final PieceMap map, final Intent intent,
        final StoreReport report, final long sequence) {
        this.settings = settings;
        this.files = files;
        this.header = header;
        this.map = map;
        this.intent = intent;
        this.report = report;
        this.sequence = sequence;
        pieceCapacity = settings.pieceCapacity();
        entries.set(report.entries());
        pieces.set(report.pieces());
    }

    /**
     * Opens a store, or makes one if there is none. Mends one whose process died.
     *
     * @param settings of the store.
     * @return the store.
     * @throws StoreException with a reason for each thing that can be wrong.
     */
    public static ChronicleStore open(final StoreSettings settings) {
        return StoreOpening.open(settings);
    }

    @Override
    public PutResult put(final long incarnation, final DirectBuffer record, final int offset, final int length) {
        checkWritable();
        if (length > settings.maxRecordLength()) {
            return PutResult.TOO_LONG;
        }
        if (length < StoredRecordDescriptor.HEADER_LENGTH || StoredRecord.lengthOf(record, offset) != length) {
            throw new IllegalArgumentException("length=" + length + " is not that of the record, or less than "
                + StoredRecordDescriptor.HEADER_LENGTH);
        }
        final int oldLength = map.recordLength(incarnation);
        final int oldPieces = oldLength < 0 ? 0 : PieceDescriptor.pieces(oldLength);
        final int newPieces = PieceDescriptor.pieces(length);
        final int newEntries = oldLength < 0 ? 1 : 0;
        if (entries.getPlain() + newEntries > settings.entries() || pieces.getPlain() + newPieces - oldPieces > pieceCapacity) {
            return PutResult.FULL;
        }
        sequence++;
        isUnderWay = true;
        intent.put(sequence, incarnation, record, offset, length);
        write(map, piece, sequence, incarnation, record, offset, length);
        for (int i = newPieces; i < oldPieces; i++) {
            map.remove(incarnation, i);
        }
        isUnderWay = false;
        VarHandle.releaseFence();
        entries.lazySet(entries.getPlain() + newEntries);
        pieces.lazySet(pieces.getPlain() + newPieces - oldPieces);
        return PutResult.STORED;
    }

    static void write(
        final PieceMap map, final Piece piece, final long sequence, final long incarnation, final DirectBuffer record, final int offset,
        final int length) {
        final int count = PieceDescriptor.pieces(length);
        for (int i = 0; i < count; i++) {
            map.put(incarnation, i, piece.fill(sequence, record, offset, length, i));
        }
    }

    @Override
    public boolean remove(final long incarnation) {
        checkWritable();
        final int length = map.recordLength(incarnation);
        if (length < 0) {
            return false;
        }
        final int count = PieceDescriptor.pieces(length);
        sequence++;
        isUnderWay = true;
        intent.remove(sequence, incarnation);
        for (int i = 0; i < count; i++) {
            map.remove(incarnation, i);
        }
        isUnderWay = false;
        VarHandle.releaseFence();
        entries.lazySet(entries.getPlain() - 1);
        pieces.lazySet(pieces.getPlain() - count);
        return true;
    }

    @Override
    public void forEach(final StoreConsumer consumer) {
        life.readLock().lock();
        try {
            checkOpen();
            forEachRecord(consumer);
        } finally {
            life.readLock().unlock();
        }
    }

    private void forEachRecord(final StoreConsumer consumer) {
        final PieceMap.SegmentCopy copy = new PieceMap.SegmentCopy(PieceMap.entriesPerSegment(settings));
        final RecordAssembler assembler = new RecordAssembler(map, settings.maxRecordLength());
        try {
            for (int segment = 0; segment < map.segments(); segment++) {
                map.copySegment(segment, copy);
                for (int i = 0; i < copy.count(); i++) {
                    if (copy.index(i) == 0) {
                        deliver(copy, i, assembler, consumer);
                    }
                }
            }
        } finally {
            copy.free();
        }
    }

    private static void deliver(
        final PieceMap.SegmentCopy copy, final int i, final RecordAssembler assembler, final StoreConsumer consumer) {
        final UnsafeBuffer buffer = copy.buffer();
        final int offset = copy.pieceOffset(i);
        final int length = RecordAssembler.recordLength(buffer, offset);
        final long incarnation = copy.incarnation(i);
        if (length <= PieceDescriptor.PAYLOAD_LENGTH) {
            consumer.onRecord(incarnation, buffer, offset + PieceDescriptor.PAYLOAD_OFFSET, length);
            return;
        }
        final int assembled = assembler.assembleBesideWriter(incarnation);
        if (assembled != RecordAssembler.GONE) {
            consumer.onRecord(incarnation, assembler.buffer(), 0, assembled);
        }
    }

    @Override
    public long size() {
        return entries.get();
    }

    @Override
    public long capacity() {
        return settings.entries();
    }

    @Override
    public long pieces() {
        return pieces.get();
    }

    @Override
    public long pieceCapacity() {
        return pieceCapacity;
    }

    @Override
    public long bytes() {
        return header.mapLength() + Intent.fileLength(settings) + StoreHeaderDescriptor.HEADER_LENGTH + header.start().capacity();
    }

    @Override
    public long writeBackLength() {
        return header.mapLength();
    }

    @Override
    public void writeBack(final long from, final long to) {
        life.readLock().lock();
        try {
            checkOpen();
            if (pages == null) {
                pages = MapPages.open(files.map());
            }
            pages.writeBack(from, to);
        } catch (final UncheckedIOException e) {
            writeBackFailure = e.getCause();
            throw e;
        } catch (final IOException e) {
            throw new UncheckedIOException(files.map() + " cannot be mapped to be written back", e);
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public StoreReport report() {
        return report;
    }

    @Override
    public void backup(final Path target) {
        life.readLock().lock();
        try {
            checkOpen();
            final RecordAssembler assembler = new RecordAssembler(map, settings.maxRecordLength());
            StoreCopy.copy(this::forEachRecord, incarnation -> assembler.assembleBesideWriter(incarnation) != RecordAssembler.GONE,
                settings.withDirectory(target));
        } finally {
            life.readLock().unlock();
        }
    }

    /**
     * Makes a store from a backup. The backup is checked as it is read and stays as it is; the new store may have other settings.
     *
     * @param from a directory with a store that was closed.
     * @param to   settings of the new store; its directory must be new or empty.
     * @return what is in the new store now.
     * @throws StoreException if there is no closed store, something in it is damaged, or it cannot be written.
     */
    public static StoreReport restore(final Path from, final StoreSettings to) {
        return StoreCopy.restore(from, to);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("store in " + files.directory() + " is closed");
        }
    }

    private void checkWritable() {
        checkOpen();
        if (isUnderWay) {
            throw new IllegalStateException("store in " + files.directory() + ": operation " + sequence
                + " has failed half-way; it is completed when the store is opened again");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        life.writeLock().lock();
        try {
            closed = true;
            if (pages != null) {
                pages.close();
            }
            map.close();
            intent.close();
            if (writeBackFailure != null) {
                throw writeBackFailure;
            }
            final int crc = StoreFiles.crc(files.map(), true);
            if (!isUnderWay) {
                header.closed(crc, System.currentTimeMillis());
            }
        } catch (final IOException e) {
            throw new StoreException(Reason.IO, files.directory() + " cannot be marked clean; it will be recovered when it is opened", e);
        } finally {
            life.writeLock().unlock();
            files.close();
        }
    }
}
