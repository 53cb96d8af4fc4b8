package io.ringmaster.registry.store;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The store's twin for tests: keeps copies of the records on the heap, forgets them with the process, and allocates at will.
 * <p>
 * Threading: thread-safe (synchronized).
 */
public final class HeapStore implements DurableStore {
    private final TreeMap<Long, byte[]> records = new TreeMap<>();
    private final StoreReport report = new StoreReport(StoreReport.Opening.CREATED, 0, 0, 0, 0, 0, List.of(), 0);
    private final StoreSettings settings;
    private long pieces;
    private boolean closed;

    /**
     * An empty store.
     *
     * @param settings the directory is not used.
     */
    public HeapStore(final StoreSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized PutResult put(final long incarnation, final DirectBuffer record, final int offset, final int length) {
        checkOpen();
        if (length > settings.maxRecordLength()) {
            return PutResult.TOO_LONG;
        }
        if (length < StoredRecordDescriptor.HEADER_LENGTH || StoredRecord.lengthOf(record, offset) != length) {
            throw new IllegalArgumentException("length=" + length + " is not that of the record, or less than "
                + StoredRecordDescriptor.HEADER_LENGTH);
        }
        final byte[] old = records.get(incarnation);
        final int more = PieceDescriptor.pieces(length) - (old == null ? 0 : PieceDescriptor.pieces(old.length));
        if (old == null && records.size() == settings.entries() || pieces + more > settings.pieceCapacity()) {
            return PutResult.FULL;
        }
        final byte[] bytes = new byte[length];
        record.getBytes(offset, bytes);
        records.put(incarnation, bytes);
        pieces += more;
        return PutResult.STORED;
    }

    @Override
    public synchronized boolean remove(final long incarnation) {
        checkOpen();
        final byte[] old = records.remove(incarnation);
        pieces -= old == null ? 0 : PieceDescriptor.pieces(old.length);
        return old != null;
    }

    @Override
    public synchronized void forEach(final StoreConsumer consumer) {
        checkOpen();
        records.forEach((incarnation, bytes) -> consumer.onRecord(incarnation, new UnsafeBuffer(bytes), 0, bytes.length));
    }

    @Override
    public synchronized long size() {
        return records.size();
    }

    @Override
    public long capacity() {
        return settings.entries();
    }

    @Override
    public synchronized long pieces() {
        return pieces;
    }

    @Override
    public long pieceCapacity() {
        return settings.pieceCapacity();
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public long writeBackLength() {
        return 0;
    }

    @Override
    public void writeBack(final long from, final long to) {
        checkOpen();
        if (from != 0 || to != 0) {
            throw new IllegalArgumentException("from=" + from + ", to=" + to + " must be 0: the store is in memory only");
        }
    }

    @Override
    public StoreReport report() {
        return report;
    }

    @Override
    public synchronized void backup(final Path target) {
        checkOpen();
        StoreCopy.copy(this::forEach, records::containsKey, settings.withDirectory(target));
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
