package io.ringmaster.server.coordination;

import static org.agrona.BitUtil.CACHE_LINE_LENGTH;
import static org.agrona.BitUtil.align;

import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.BatchReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first answer to each batch id, in a circular log: a batch that is sent again gets its first answer. The oldest
 * answers give way to new ones; the answer of a batch that still has unfinished tasks is carried forward instead, and
 * when more than half of the log is such answers, new batches are refused.
 * <pre>
 *  0  length of the answer  4
 *  4  live                  4   tasks of the batch that are not finished; -1 = forgotten
 *  8  batchId               8
 * 16  sessionId             8
 * 24  encoded BatchReply, aligned to 8 at its end
 * </pre>
 * Threading: confined to the coordinator's role.
 */
final class AnswerLog {
    static final int HEADER_LENGTH = 24;
    private static final long MISSING = Long.MIN_VALUE;
    private static final int FORGOTTEN = -1;

    private final UnsafeBuffer buffer;
    private final int capacity;
    private final Long2LongHashMap positionByBatchId;
    private final ExpandableArrayBuffer carried = new ExpandableArrayBuffer();
    /** Positions only grow; the place in the buffer is the position modulo capacity. An answer never wraps. */
    private long head;
    private long tail;
    private long liveBytes;

    AnswerLog(final int capacity) {
        this.capacity = capacity & ~7;
        buffer = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(this.capacity, CACHE_LINE_LENGTH).order(ByteOrder.nativeOrder()));
        positionByBatchId = new Long2LongHashMap(1024, 0.6f, MISSING);
    }

    /** Bytes that the answer of a batch takes at most. */
    static int maxAnswerLength(final int tasks) {
        return HEADER_LENGTH + align(MessageHeaderEncoder.ENCODED_LENGTH + BatchReplyEncoder.BLOCK_LENGTH
            + BatchReplyEncoder.TasksEncoder.sbeHeaderSize()
            + tasks * BatchReplyEncoder.TasksEncoder.sbeBlockLength() + 2, 8);
    }

    /** Whether a batch of this many tasks may be accepted: unfinished batches must leave half of the log free. */
    boolean hasRoom(final int taskCount) {
        return liveBytes + maxAnswerLength(taskCount) <= capacity / 2;
    }

    /** Position of a batch's answer, or a negative number. */
    long find(final long batchId) {
        return positionByBatchId.get(batchId);
    }

    int size() {
        return positionByBatchId.size();
    }

    void append(final long batchId, final long sessionId, final int live, final DirectBuffer answer, final int offset,
        final int length) {
        final long position = claim(align(HEADER_LENGTH + length, 8));
        final int index = (int)(position % capacity);
        buffer.putInt(index, length);
        buffer.putInt(index + 4, live);
        buffer.putLong(index + 8, batchId);
        buffer.putLong(index + 16, sessionId);
        buffer.putBytes(index + HEADER_LENGTH, answer, offset, length);
        if (live > 0) {
            liveBytes += align(HEADER_LENGTH + length, 8);
        }
        positionByBatchId.put(batchId, position);
    }

    /** One task of a session's batch is finished. */
    void taskFinished(final long batchId, final long sessionId) {
        final long position = positionByBatchId.get(batchId);
        if (position != MISSING && sessionId(position) == sessionId) {
            final int index = (int)(position % capacity);
            final int live = buffer.getInt(index + 4) - 1;
            buffer.putInt(index + 4, live);
            if (live == 0) {
                liveBytes -= align(HEADER_LENGTH + buffer.getInt(index), 8);
            }
        }
    }

    /** Forgets a session's answer: the batch id may be used again. */
    void forget(final long batchId, final long sessionId) {
        final long position = positionByBatchId.get(batchId);
        if (position != MISSING && sessionId(position) == sessionId) {
            positionByBatchId.remove(batchId);
            final int index = (int)(position % capacity);
            if (buffer.getInt(index + 4) > 0) {
                liveBytes -= align(HEADER_LENGTH + buffer.getInt(index), 8);
            }
            buffer.putInt(index + 4, FORGOTTEN);
        }
    }

    long sessionId(final long position) {
        return buffer.getLong((int)(position % capacity) + 16);
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int answerOffset(final long position) {
        return (int)(position % capacity) + HEADER_LENGTH;
    }

    int answerLength(final long position) {
        return buffer.getInt((int)(position % capacity));
    }

    /** Marks the stored answer as a repeated one for another request. */
    void readdress(final long position, final long correlationId) {
        final int body = answerOffset(position) + MessageHeaderEncoder.ENCODED_LENGTH;
        buffer.putLong(body + BatchReplyDecoder.correlationIdEncodingOffset(), correlationId, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(body + BatchReplyDecoder.duplicateEncodingOffset(), (byte)1);
    }

    private long claim(final int length) {
        while (true) {
            final int toEnd = capacity - (int)(head % capacity);
            final int needed = toEnd < length ? toEnd + length : length;
            if (head + needed - tail <= capacity) {
                if (toEnd < length) {
                    pad(toEnd);
                    head += toEnd;
                }
                final long position = head;
                head += length;
                return position;
            }
            evictOldest();
        }
    }

    private void pad(final int length) {
        final int index = (int)(head % capacity);
        if (length >= HEADER_LENGTH) {
            buffer.putInt(index, length - HEADER_LENGTH);
            buffer.putInt(index + 4, FORGOTTEN);
        } else {
            buffer.putInt(index, -length);
        }
    }

    private void evictOldest() {
        final int index = (int)(tail % capacity);
        final int length = buffer.getInt(index);
        if (length < 0) {
            tail += -length;
            return;
        }
        final int taken = align(HEADER_LENGTH + length, 8);
        final int live = buffer.getInt(index + 4);
        tail += taken;
        if (live == FORGOTTEN) {
            return;
        }
        final long batchId = buffer.getLong(index + 8);
        positionByBatchId.remove(batchId);
        if (live > 0) {
            carryForward(index, taken, batchId);
        }
    }

    /** Half of the log is free of live answers, so that the copy meets room before it meets itself. */
    private void carryForward(final int index, final int taken, final long batchId) {
        carried.putBytes(0, buffer, index, taken);
        final long position = claim(taken);
        buffer.putBytes((int)(position % capacity), carried, 0, taken);
        positionByBatchId.put(batchId, position);
    }
}
