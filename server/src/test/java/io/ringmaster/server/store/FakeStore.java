package io.ringmaster.server.store;

import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.registry.store.StoreConsumer;
import io.ringmaster.registry.store.StoreReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.DirectBuffer;

/** Writes down what it is told, and fails as it is told. */
final class FakeStore implements DurableStore {
    final List<String> calls = new ArrayList<>();
    RuntimeException failure;
    Error error;
    String result = "STORED";
    /** Of its own: another thread writes back. */
    final List<String> writtenBack = new CopyOnWriteArrayList<>();
    long writeBackLength;
    long pieces = 1;
    Runnable afterPieces = () -> { };

    @Override
    public PutResult put(final long incarnation, final DirectBuffer record, final int offset, final int length) {
        if (error != null) {
            throw error;
        }
        if (failure != null) {
            throw failure;
        }
        calls.add("put " + incarnation + " " + record.getStringWithoutLengthAscii(offset, length));
        return PutResult.valueOf(result);
    }

    @Override
    public boolean remove(final long incarnation) {
        if (failure != null) {
            throw failure;
        }
        calls.add("remove " + incarnation);
        return true;
    }

    @Override
    public void forEach(final StoreConsumer consumer) {
        // Empty.
    }

    @Override
    public long size() {
        return 1;
    }

    @Override
    public long capacity() {
        return 2;
    }

    @Override
    public long pieces() {
        final long before = pieces;
        afterPieces.run();
        return before;
    }

    @Override
    public long pieceCapacity() {
        return 100;
    }

    @Override
    public long bytes() {
        return 3;
    }

    @Override
    public long writeBackLength() {
        return writeBackLength;
    }

    @Override
    public void writeBack(final long from, final long to) {
        if (error != null) {
            throw error;
        }
        if (failure != null) {
            throw failure;
        }
        writtenBack.add("write back " + from + " " + to);
    }

    @Override
    public StoreReport report() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void backup(final Path target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
