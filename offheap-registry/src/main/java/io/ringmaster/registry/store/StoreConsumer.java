package io.ringmaster.registry.store;

import org.agrona.DirectBuffer;

/** Gets the records of a store. */
@FunctionalInterface
public interface StoreConsumer {
    /**
     * A record.
     *
     * @param incarnation of the record.
     * @param record      with the bytes of a {@link StoredRecord}; valid until this returns.
     * @param offset      where they start.
     * @param length      in bytes.
     */
    void onRecord(long incarnation, DirectBuffer record, int offset, int length);
}
