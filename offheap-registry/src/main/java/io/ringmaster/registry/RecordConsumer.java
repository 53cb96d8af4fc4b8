package io.ringmaster.registry;

/**
 * Takes the results of {@link RegistryReader#query}.
 * <p>
 * Threading: called on the reader's thread.
 */
@FunctionalInterface
public interface RecordConsumer {
    /**
     * One record.
     *
     * @param record the reader's own view, valid during the call.
     * @return false: there was no room for this record. The query stops, and its cursor starts with this record.
     */
    boolean onRecord(RecordView record);
}
