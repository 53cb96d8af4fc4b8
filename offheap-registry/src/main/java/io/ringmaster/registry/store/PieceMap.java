package io.ringmaster.registry.store;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import net.openhft.chronicle.hash.ChronicleHashCorruption;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The Chronicle Map of pieces: the only class that uses it. Keys and values have fixed lengths; segments are never extended, so the
 * file keeps the length with which it was made. The map has room for a ninth more pieces than the store admits, and each segment for
 * six standard deviations more than its share of those.
 * <p>
 * Threading: {@link #put} and {@link #remove} single writer; {@link #copySegment} and {@link #get} any thread, each with its own key
 * and piece; they hold the lock of one segment for as long as they copy it.
 */
final class PieceMap implements AutoCloseable {
    private static final int PIECES_PER_SEGMENT = 2048;
    private static final double FILL = 0.9;
    private static final int DEVIATIONS = 6;
    /** Chronicle's file: checksum int64, size word int32 (its low 30 bits are the length of the text that follows), text. */
    private static final int SIZE_WORD_OFFSET = 8;
    private static final int TEXT_OFFSET = 12;
    private static final int TEXT_LENGTH_MASK = (1 << 30) - 1;
    private static final int GLOBAL_STATE_LENGTH = 1024;

    private final ChronicleMap<PieceKey, Piece> map;
    private final PieceKey key = new PieceKey();

    private PieceMap(final ChronicleMap<PieceKey, Piece> map) {
        this.map = map;
    }

    /** Copies the pieces of a segment into a buffer of entries. */
    static final class SegmentCopy implements Consumer<MapEntry<PieceKey, Piece>> {
        /** Incarnation int64, index int32, 4 unused bytes, the piece. */
        static final int ENTRY_LENGTH = BitUtil.align(2 * BitUtil.SIZE_OF_LONG + PieceDescriptor.PIECE_LENGTH, BitUtil.SIZE_OF_LONG);

        private final ByteBuffer memory;
        private final UnsafeBuffer entries;
        private final PieceKey key = new PieceKey();
        private final Piece piece = new Piece();
        private int count;

        SegmentCopy(final int maxEntries) {
            memory = ByteBuffer.allocateDirect(maxEntries * ENTRY_LENGTH);
            entries = new UnsafeBuffer(memory);
        }

        @Override
        public void accept(final MapEntry<PieceKey, Piece> entry) {
            entry.key().getUsing(key);
            entry.value().getUsing(piece);
            final int offset = count * ENTRY_LENGTH;
            entries.putLong(offset, key.incarnation());
            entries.putInt(offset + BitUtil.SIZE_OF_LONG, key.index());
            entries.putBytes(offset + 2 * BitUtil.SIZE_OF_LONG, piece.buffer(), 0, PieceDescriptor.PIECE_LENGTH);
            count++;
        }

        int count() {
            return count;
        }

        long incarnation(final int i) {
            return entries.getLong(i * ENTRY_LENGTH);
        }

        int index(final int i) {
            return entries.getInt(i * ENTRY_LENGTH + BitUtil.SIZE_OF_LONG);
        }

        int pieceOffset(final int i) {
            return i * ENTRY_LENGTH + 2 * BitUtil.SIZE_OF_LONG;
        }

        UnsafeBuffer buffer() {
            return entries;
        }

        void free() {
            BufferUtil.free(memory);
        }
    }

    static PieceMap create(final File file, final StoreSettings settings) throws IOException {
        return open(() -> builder(settings).createPersistedTo(file));
    }

    static PieceMap recover(final File file, final StoreSettings settings, final ChronicleHashCorruption.Listener listener)
        throws IOException {
        return open(() -> builder(settings).recoverPersistedTo(file, true, listener));
    }

    /** Opens a map. */
    @FunctionalInterface
    private interface Opener {
        ChronicleMap<PieceKey, Piece> open() throws IOException;
    }

    private static PieceMap open(final Opener opener) throws IOException {
        try {
            return new PieceMap(opener.open());
        } catch (final LinkageError e) {
            throw unsupported(e);
        } catch (final RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InaccessibleObjectException) {
                    throw unsupported(e);
                }
            }
            throw e;
        }
    }

    private static StoreException unsupported(final Throwable cause) {
        return new StoreException(StoreException.Reason.UNSUPPORTED_JVM, "Chronicle Map does not work on Java "
            + System.getProperty("java.version") + " as it was started (" + cause + "); it needs a JDK 17, 21 or 25 with the module"
            + " jdk.compiler, not a smaller runtime, and the flags of the jar's manifest: start the jar with java -jar", cause);
    }

    private static ChronicleMapBuilder<PieceKey, Piece> builder(final StoreSettings settings) {
        Chronicle.prepare();
        final PieceKeyMarshaller keys = new PieceKeyMarshaller();
        final PieceMarshaller values = new PieceMarshaller();
        return ChronicleMapBuilder.of(PieceKey.class, Piece.class)
            .name("ringmaster-registry")
            .entries(mapEntries(settings))
            .actualSegments(segments(settings))
            .entriesPerSegment(entriesPerSegment(settings))
            .constantKeySizeBySample(new PieceKey())
            .constantValueSizeBySample(new Piece())
            .keyMarshallers(keys, keys)
            .valueMarshallers(values, values)
            .checksumEntries(true)
            .maxBloatFactor(1.0)
            .allowSegmentTiering(false)
            .sparseFile(false)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true);
    }

    static long mapEntries(final StoreSettings settings) {
        return (long) Math.ceil(settings.pieceCapacity() / FILL);
    }

    static int segments(final StoreSettings settings) {
        final long wanted = Math.max(1, settings.pieceCapacity() / PIECES_PER_SEGMENT);
        return BitUtil.findNextPositivePowerOfTwo((int) wanted);
    }

    static int entriesPerSegment(final StoreSettings settings) {
        final int segments = segments(settings);
        final double mean = (double) mapEntries(settings) / segments;
        return (int) Math.ceil(segments == 1 ? mean : mean + DEVIATIONS * Math.sqrt(mean));
    }

    /** Length of what Chronicle wrote in front of its segments: its header, and the lengths and offsets of the map. */
    static int startLength(final RandomAccessFile file) throws IOException {
        file.seek(SIZE_WORD_OFFSET);
        final int textLength = Integer.reverseBytes(file.readInt()) & TEXT_LENGTH_MASK;
        return BitUtil.align(TEXT_OFFSET + textLength, BitUtil.CACHE_LINE_LENGTH) + GLOBAL_STATE_LENGTH;
    }

    /**
     * Length of a record.
     *
     * @param incarnation of the record.
     * @return bytes as its first piece says; -1: no such record.
     */
    int recordLength(final long incarnation) {
        try (ExternalMapQueryContext<PieceKey, Piece, ?> context = map.queryContext(key.set(incarnation, 0))) {
            final MapEntry<PieceKey, Piece> entry = context.entry();
            if (entry == null) {
                return -1;
            }
            final Data<Piece> value = entry.value();
            return value.bytes().readInt(value.offset() + PieceDescriptor.RECORD_LENGTH_OFFSET);
        }
    }

    void put(final long incarnation, final int index, final Piece piece) {
        map.put(key.set(incarnation, index), piece);
    }

    void remove(final long incarnation, final int index) {
        map.remove(key.set(incarnation, index));
    }

    boolean get(final PieceKey wanted, final Piece into) {
        return map.getUsing(wanted, into) != null;
    }

    int segments() {
        return map.segments();
    }

    void copySegment(final int segment, final SegmentCopy copy) {
        copy.count = 0;
        try (MapSegmentContext<PieceKey, Piece, ?> context = map.segmentContext(segment)) {
            context.forEachSegmentEntry(copy);
        }
    }

    @Override
    public void close() {
        map.close();
    }
}
