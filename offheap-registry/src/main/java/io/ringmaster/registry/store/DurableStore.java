package io.ringmaster.registry.store;

import java.nio.file.Path;
import org.agrona.DirectBuffer;

/**
 * Where the registry's records are kept for after a restart. A record is the bytes that {@link StoredRecord} lays out, under its
 * incarnation. What {@link #put} or {@link #remove} has done when it returns survives the death of the process.
 * <p>
 * Threading: single writer: {@link #put}, {@link #remove} and {@link #close} belong to one thread; {@link #size}, {@link #pieces},
 * {@link #bytes}, {@link #forEach} and {@link #backup} to any, {@link #writeBack} to any one thread at a time, while the store is open.
 */
public interface DurableStore extends AutoCloseable {
    /** Outcome of a put. */
    enum PutResult {
        /** The record is in the store. */
        STORED,
        /** No room for it; nothing was changed. */
        FULL,
        /** Longer than the store takes; nothing was changed. */
        TOO_LONG
    }

    /**
     * Inserts a record, or overwrites the one of this incarnation. After the death of the process in the middle of it, the store has
     * the record as it was before, or as it is after: never neither, never a mixture.
     *
     * @param incarnation of the record.
     * @param record      with the bytes of a {@link StoredRecord}.
     * @param offset      where they start.
     * @param length      in bytes.
     * @return what came of it.
     * @throws IllegalArgumentException if these bytes are no stored record of this length.
     * @throws IllegalStateException    when closed.
     */
    PutResult put(long incarnation, DirectBuffer record, int offset, int length);

    /**
     * Removes a record.
     *
     * @param incarnation of the record.
     * @return whether there was one.
     * @throws IllegalStateException when closed.
     */
    boolean remove(long incarnation);

    /**
     * Shows every record, in no order. Beside a writer each record that is there all the while is shown once, in one of its
     * versions; one that comes or goes meanwhile may be shown or not.
     *
     * @param consumer gets them; may not keep the buffer.
     * @throws IllegalStateException when closed.
     */
    void forEach(StoreConsumer consumer);

    /**
     * Records in the store.
     *
     * @return number.
     */
    long size();

    /**
     * Most records.
     *
     * @return number.
     */
    long capacity();

    /**
     * Pieces in use: each record takes one, or more if it is long. The store is full when either records or pieces are.
     *
     * @return number.
     */
    long pieces();

    /**
     * Most pieces.
     *
     * @return number.
     */
    long pieceCapacity();

    /**
     * Bytes that the store takes on disk.
     *
     * @return bytes.
     */
    long bytes();

    /**
     * Length of what {@link #writeBack} works on.
     *
     * @return bytes; 0: the store is in memory only.
     */
    long writeBackLength();

    /**
     * Writes to the disk what was changed in a part of the store, and waits until it is there. It is not needed for what the store
     * promises, since a process that dies leaves its changes with the kernel; but a kernel that is left alone writes all of them at a
     * time of its own, in one go, on a core that a role may need. The writer may go on beside it; its next change of a page that was
     * written is a page fault. A store whose disk has failed here is not marked clean when it is closed.
     *
     * @param from first byte, 0 to {@link #writeBackLength}.
     * @param to   behind the last byte, up to {@link #writeBackLength}.
     * @throws java.io.UncheckedIOException when the disk does not take it.
     * @throws IllegalArgumentException     for a part that is not within the store; names the bound.
     * @throws IllegalStateException        when closed.
     */
    void writeBack(long from, long to);

    /**
     * What opening found.
     *
     * @return report.
     */
    StoreReport report();

    /**
     * Writes a copy that opens as a clean store. Each record is whole; one that changes meanwhile is in it with one of its versions.
     *
     * @param target directory for it, new or empty.
     * @throws StoreException if it cannot be written.
     * @throws IllegalStateException when closed.
     */
    void backup(Path target);

    /**
     * Marks the store clean and lets go of its files. Idempotent.
     *
     * @throws StoreException if it cannot be written.
     */
    @Override
    void close();
}
