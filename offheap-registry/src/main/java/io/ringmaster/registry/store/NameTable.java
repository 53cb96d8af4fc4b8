package io.ringmaster.registry.store;

import io.ringmaster.registry.KeyHash;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which incarnation has a key, while a store is checked: open addressing over direct memory, hash of the key and incarnation, 16
 * bytes a cell. Knows only hashes; the caller compares the keys.
 * <p>
 * Threading: confined to the thread that uses it.
 */
final class NameTable implements AutoCloseable {
    /** No incarnation. */
    static final long NONE = Long.MIN_VALUE;

    private static final int CELL_LENGTH = 2 * BitUtil.SIZE_OF_LONG;

    private final ByteBuffer memory;
    private final UnsafeBuffer cells;
    private final int mask;

    NameTable(final int entries) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(16, 2 * entries));
        memory = ByteBuffer.allocateDirect(capacity * CELL_LENGTH);
        cells = new UnsafeBuffer(memory);
        mask = capacity - 1;
    }

    static long hash(final StoredRecord record) {
        final long hash = KeyHash.hash(record.buffer(), record.namespaceOffset(), record.namespaceLength(),
            record.buffer(), record.nameOffset(), record.nameLength());
        return hash == 0 ? 1 : hash;
    }

    /** The incarnation that is known under a hash, or {@link #NONE}. */
    long get(final long hash) {
        final int cell = find(hash);
        return cells.getLong(cell) == 0 ? NONE : cells.getLong(cell + BitUtil.SIZE_OF_LONG);
    }

    void put(final long hash, final long incarnation) {
        final int cell = find(hash);
        cells.putLong(cell, hash);
        cells.putLong(cell + BitUtil.SIZE_OF_LONG, incarnation);
    }

    private int find(final long hash) {
        int i = (int) (hash ^ hash >>> 32) & mask;
        while (cells.getLong(i * CELL_LENGTH) != 0 && cells.getLong(i * CELL_LENGTH) != hash) {
            i = i + 1 & mask;
        }
        return i * CELL_LENGTH;
    }

    @Override
    public void close() {
        BufferUtil.free(memory);
    }
}
