package io.ringmaster.server.coordination;

import static org.agrona.BitUtil.CACHE_LINE_LENGTH;
import static org.agrona.BitUtil.SIZE_OF_INT;
import static org.agrona.BitUtil.SIZE_OF_LONG;

import io.ringmaster.registry.index.CapabilitySet;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All tasks, off heap, in slots of {@link #SLOT_LENGTH} bytes. Free slots form a list through the place link.
 * <pre>
 *   0  taskId          8   (counter &lt;&lt; 20) | slot; 0 = free
 *   8  sessionId       8
 *  16  batchId         8
 *  24  costNs          8   as submitted
 *  32  plannedNs       8   service time charged to the agent
 *  40  deadlineNs      8   absolute; Long.MAX_VALUE = none
 *  48  receivedNs      8
 *  56  offeredNs       8   last offer
 *  64  leaseDeadlineNs 8   remote offers only
 *  72  resultSequence  8
 *  80  serviceNs       8
 *  88  completedNs     8
 *  96  agentId         8   of the last offer
 * 104  dueNs           8   what the timer is armed for; Long.MAX_VALUE = not armed
 * 112  capabilities   32
 * 144  payloadBlock    4  |  148 payloadLength 4
 * 152  resultBlock     4  |  156 resultLength  4
 * 160  agentSlot       4  |  164 taskIndex     4
 * 168  attempt         4  |  172 code          2  |  174 kindId 2
 * 176  priority        1  |  177 maxAttempts   1  |  178 place 1  |  179 flags 1  |  180 losses 4
 * 184  three links (place, session, result) of next 4, prev 4
 * 208  urgency heap: child 4, sibling 4, previous 4
 * 220  timer heap: child 4, sibling 4, previous 4
 * 232  namespaceId     4
 * 236  padding        20
 * </pre>
 * Threading: confined to the coordinator's role.
 */
final class TaskTable {
    static final int SLOT_LENGTH = 256;
    static final int NULL = -1;
    static final long NO_DEADLINE = Long.MAX_VALUE;
    static final long NO_TIMER = Long.MAX_VALUE;

    /** Place: with no agent and in no queue. */
    static final byte PLACE_NONE = 0;
    /** Place: in the queue planned for an agent. */
    static final byte PLACE_PLANNED = 1;
    /** Place: offered to an agent, which holds it. */
    static final byte PLACE_OFFERED = 2;
    /** Place: waits for an agent that can do it, or for its back-off. */
    static final byte PLACE_WAITING = 3;

    /** Flag: its result is decided. */
    static final byte FLAG_DONE = 1;
    /** Flag: the submitter has the result, or is gone. */
    static final byte FLAG_ACKED = 2;
    /** Flag: a cancel was asked for. */
    static final byte FLAG_CANCEL = 4;
    /** Flag: backing off until its timer fires; not planned before. */
    static final byte FLAG_BACKOFF = 8;

    /** Flag: its offer has to be sent once more, the agent's connection was gone. */
    static final byte FLAG_REPEAT = 16;

    static final int LINK_PLACE = 184;
    static final int LINK_SESSION = 192;
    static final int LINK_RESULT = 200;
    static final int URGENCY_HEAP = 208;
    static final int TIMER_HEAP = 220;
    private static final int LINKS_END = 232;

    private static final int CAPABILITIES = 112;

    private final int capacity;
    private final long indexMask = (1L << CoordinatorSettings.INDEX_BITS) - 1;
    private final UnsafeBuffer buffer;
    private int freeHead;
    private int size;
    private long nextId;

    TaskTable(final int capacity, final long idSeed) {
        this.capacity = capacity;
        this.nextId = idSeed;
        buffer = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(Math.multiplyExact(capacity, SLOT_LENGTH), CACHE_LINE_LENGTH)
                .order(ByteOrder.nativeOrder()));
        for (int task = 0; task < capacity; task++) {
            linkNext(LINK_PLACE, task, task + 1 < capacity ? task + 1 : NULL);
        }
        freeHead = 0;
    }

    int capacity() {
        return capacity;
    }

    int size() {
        return size;
    }

    int free() {
        return capacity - size;
    }

    /** Takes a slot with all fields zero but its id and links; {@link #NULL} when there is none. */
    int allocate() {
        final int task = freeHead;
        if (task == NULL) {
            return NULL;
        }
        freeHead = linkNext(LINK_PLACE, task);
        size++;
        buffer.setMemory(task * SLOT_LENGTH, SLOT_LENGTH, (byte)0);
        buffer.putLong(at(task, 0), (nextId++ << CoordinatorSettings.INDEX_BITS) | task);
        for (int link = LINK_PLACE; link < LINKS_END; link += SIZE_OF_INT) {
            buffer.putInt(at(task, link), NULL);
        }
        payloadBlock(task, NULL);
        resultBlock(task, NULL);
        agentSlot(task, NULL);
        dueNs(task, NO_TIMER);
        return task;
    }

    void release(final int task) {
        assert taskId(task) != 0 : "released twice";
        buffer.putLong(at(task, 0), 0);
        linkNext(LINK_PLACE, task, freeHead);
        freeHead = task;
        size--;
    }

    /** The slot of an id, or {@link #NULL} when that task is gone. */
    int find(final long taskId) {
        final long task = taskId & indexMask;
        return taskId > 0 && task < capacity && taskId((int)task) == taskId ? (int)task : NULL;
    }

    long taskId(final int task) {
        return buffer.getLong(at(task, 0));
    }

    long sessionId(final int task) {
        return buffer.getLong(at(task, 8));
    }

    void sessionId(final int task, final long value) {
        buffer.putLong(at(task, 8), value);
    }

    long batchId(final int task) {
        return buffer.getLong(at(task, 16));
    }

    void batchId(final int task, final long value) {
        buffer.putLong(at(task, 16), value);
    }

    long costNs(final int task) {
        return buffer.getLong(at(task, 24));
    }

    void costNs(final int task, final long value) {
        buffer.putLong(at(task, 24), value);
    }

    long plannedNs(final int task) {
        return buffer.getLong(at(task, 32));
    }

    void plannedNs(final int task, final long value) {
        buffer.putLong(at(task, 32), value);
    }

    long deadlineNs(final int task) {
        return buffer.getLong(at(task, 40));
    }

    void deadlineNs(final int task, final long value) {
        buffer.putLong(at(task, 40), value);
    }

    long receivedNs(final int task) {
        return buffer.getLong(at(task, 48));
    }

    void receivedNs(final int task, final long value) {
        buffer.putLong(at(task, 48), value);
    }

    long offeredNs(final int task) {
        return buffer.getLong(at(task, 56));
    }

    void offeredNs(final int task, final long value) {
        buffer.putLong(at(task, 56), value);
    }

    long leaseDeadlineNs(final int task) {
        return buffer.getLong(at(task, 64));
    }

    void leaseDeadlineNs(final int task, final long value) {
        buffer.putLong(at(task, 64), value);
    }

    long resultSequence(final int task) {
        return buffer.getLong(at(task, 72));
    }

    void resultSequence(final int task, final long value) {
        buffer.putLong(at(task, 72), value);
    }

    long serviceNs(final int task) {
        return buffer.getLong(at(task, 80));
    }

    void serviceNs(final int task, final long value) {
        buffer.putLong(at(task, 80), value);
    }

    long completedNs(final int task) {
        return buffer.getLong(at(task, 88));
    }

    void completedNs(final int task, final long value) {
        buffer.putLong(at(task, 88), value);
    }

    long agentId(final int task) {
        return buffer.getLong(at(task, 96));
    }

    void agentId(final int task, final long value) {
        buffer.putLong(at(task, 96), value);
    }

    long dueNs(final int task) {
        return buffer.getLong(at(task, 104));
    }

    void dueNs(final int task, final long value) {
        buffer.putLong(at(task, 104), value);
    }

    void capabilities(final int task, final CapabilitySet set) {
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            buffer.putLong(at(task, CAPABILITIES + i * SIZE_OF_LONG), set.word(i));
        }
    }

    long capabilityWord(final int task, final int word) {
        return buffer.getLong(at(task, CAPABILITIES + word * SIZE_OF_LONG));
    }

    int payloadBlock(final int task) {
        return buffer.getInt(at(task, 144));
    }

    void payloadBlock(final int task, final int value) {
        buffer.putInt(at(task, 144), value);
    }

    int payloadLength(final int task) {
        return buffer.getInt(at(task, 148));
    }

    void payloadLength(final int task, final int value) {
        buffer.putInt(at(task, 148), value);
    }

    int resultBlock(final int task) {
        return buffer.getInt(at(task, 152));
    }

    void resultBlock(final int task, final int value) {
        buffer.putInt(at(task, 152), value);
    }

    int resultLength(final int task) {
        return buffer.getInt(at(task, 156));
    }

    void resultLength(final int task, final int value) {
        buffer.putInt(at(task, 156), value);
    }

    int agentSlot(final int task) {
        return buffer.getInt(at(task, 160));
    }

    void agentSlot(final int task, final int value) {
        buffer.putInt(at(task, 160), value);
    }

    int taskIndex(final int task) {
        return buffer.getInt(at(task, 164));
    }

    void taskIndex(final int task, final int value) {
        buffer.putInt(at(task, 164), value);
    }

    int attempt(final int task) {
        return buffer.getInt(at(task, 168));
    }

    void attempt(final int task, final int value) {
        buffer.putInt(at(task, 168), value);
    }

    int code(final int task) {
        return buffer.getShort(at(task, 172)) & 0xFFFF;
    }

    void code(final int task, final int value) {
        buffer.putShort(at(task, 172), (short)value);
    }

    int kindId(final int task) {
        return buffer.getShort(at(task, 174)) & 0xFFFF;
    }

    void kindId(final int task, final int value) {
        buffer.putShort(at(task, 174), (short)value);
    }

    int priority(final int task) {
        return buffer.getByte(at(task, 176));
    }

    void priority(final int task, final int value) {
        buffer.putByte(at(task, 176), (byte)value);
    }

    int maxAttempts(final int task) {
        return buffer.getByte(at(task, 177)) & 0xFF;
    }

    void maxAttempts(final int task, final int value) {
        buffer.putByte(at(task, 177), (byte)value);
    }

    byte place(final int task) {
        return buffer.getByte(at(task, 178));
    }

    void place(final int task, final byte value) {
        buffer.putByte(at(task, 178), value);
    }

    boolean is(final int task, final byte flag) {
        return (buffer.getByte(at(task, 179)) & flag) != 0;
    }

    void set(final int task, final byte flag) {
        buffer.putByte(at(task, 179), (byte)(buffer.getByte(at(task, 179)) | flag));
    }

    void clear(final int task, final byte flag) {
        buffer.putByte(at(task, 179), (byte)(buffer.getByte(at(task, 179)) & ~flag));
    }

    int losses(final int task) {
        return buffer.getInt(at(task, 180));
    }

    void losses(final int task, final int value) {
        buffer.putInt(at(task, 180), value);
    }

    int namespaceId(final int task) {
        return buffer.getInt(at(task, 232));
    }

    void namespaceId(final int task, final int value) {
        buffer.putInt(at(task, 232), value);
    }

    int linkNext(final int link, final int task) {
        return buffer.getInt(at(task, link));
    }

    void linkNext(final int link, final int task, final int value) {
        buffer.putInt(at(task, link), value);
    }

    int linkPrevious(final int link, final int task) {
        return buffer.getInt(at(task, link + SIZE_OF_INT));
    }

    void linkPrevious(final int link, final int task, final int value) {
        buffer.putInt(at(task, link + SIZE_OF_INT), value);
    }

    int heapLink(final int field, final int task) {
        return buffer.getInt(at(task, field));
    }

    void heapLink(final int field, final int task, final int value) {
        buffer.putInt(at(task, field), value);
    }

    private static int at(final int task, final int field) {
        return task * SLOT_LENGTH + field;
    }
}
