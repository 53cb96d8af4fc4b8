package io.ringmaster.tuning.load;

import io.ringmaster.client.sample.SimulatedWork;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The payload that the rig gives a task and by which it knows the result again: a {@link SimulatedWork} header with the
 * task's id, then bytes made from that id. An echo agent has to return all of it, a simulated-work agent a result with the
 * same id.
 * <p>
 * Threading: static methods over the caller's buffers.
 */
final class TaskContent {
    /** Bytes of a payload. */
    static final int LENGTH = 64;

    private TaskContent() {
    }

    static void encode(final MutableDirectBuffer buffer, final long id, final long workNs) {
        final int headerLength = SimulatedWork.encode(buffer, 0, id, workNs);
        for (int i = headerLength; i < LENGTH; i += Long.BYTES) {
            buffer.putLong(i, RecordContent.mix(id, i));
        }
    }

    /**
     * Whether a result is the right one.
     *
     * @param result  bytes of the result from 0 to its capacity.
     * @param id      of the task.
     * @param workNs  of the task.
     * @param scratch at least {@link #LENGTH} bytes that may be overwritten.
     * @return true if it is an exact echo, or the simulated agent's result of this id.
     */
    static boolean isResultOf(
        final DirectBuffer result, final long id, final long workNs, final MutableDirectBuffer scratch) {
        if (result.capacity() != LENGTH) {
            return SimulatedWork.isResultOf(result, 0, result.capacity(), id);
        }
        encode(scratch, id, workNs);
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            if (result.getLong(i) != scratch.getLong(i)) {
                return false;
            }
        }
        return true;
    }
}
