package io.ringmaster.client.sample;

import io.ringmaster.client.Task;
import io.ringmaster.client.TaskCompletion;
import io.ringmaster.client.TaskHandler;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;
import java.util.Map;

/**
 * Simulated work: a first-come-first-served queue before {@code parallelism} virtual servers that hold each task for its
 * {@link SimulatedWork work time} divided by {@code speed}, then answer it. Mode {@code sleep} does not occupy the worker's
 * thread: tasks start and finish by the clock in {@link #doWork}. A task that starts late because the duty cycle came late
 * is still counted from the moment its virtual server was free, so lateness does not add up along the queue.
 * <p>
 * A task that finds {@code refuse-above} tasks waiting is refused; {@code capacityIn} is then the work that is queued and
 * running, divided by {@code parallelism}. One task's work is at most 2^42 ns.
 * <p>
 * Threading: confined to the worker of the handler. Allocates nothing after construction.
 */
public final class SimulatedWorkHandler implements TaskHandler {
    private static final long NEVER = Long.MAX_VALUE;
    /** 73 minutes: the sum over the longest queue still fits a long. */
    private static final long MAX_WORK_NS = 1L << 42;

    private final SimulatedWorkSettings settings;
    private final NanoClock clock;
    private final UnsafeBuffer result = new UnsafeBuffer(new byte[SimulatedWork.RESULT_LENGTH]);

    private final HeldTasks running;
    private final HeldTasks waiting;
    private long nextFinishNs = NEVER;
    private long waitingWorkNs;

    /**
     * A handler on the system's clock.
     *
     * @param settings as text; see {@link SimulatedWorkSettings#of}.
     */
    public SimulatedWorkHandler(final Map<String, String> settings) {
        this(SimulatedWorkSettings.of(settings), SystemNanoClock.INSTANCE);
    }

    /**
     * A handler on a clock of the caller's.
     *
     * @param settings of the handler.
     * @param clock    the one that also gives {@link #doWork} its time.
     */
    public SimulatedWorkHandler(final SimulatedWorkSettings settings, final NanoClock clock) {
        this.settings = settings;
        this.clock = clock;
        this.running = new HeldTasks(settings.parallelism());
        this.waiting = new HeldTasks(Math.max(1, settings.refuseAbove()));
    }

    @Override
    public void onTask(final Task task, final TaskCompletion completion) {
        final DirectBuffer payload = task.payloadBuffer();
        final int offset = task.payloadOffset();
        final int length = task.payloadLength();
        final long headerWorkNs = SimulatedWork.hasHeader(payload, offset, length) ? SimulatedWork.workNs(payload, offset) : 0;
        final long workNs = atSpeed(headerWorkNs > 0 ? headerWorkNs : settings.workNs());
        final long echo0 = echo(payload, offset, length);
        final long echo1 = echo(payload, offset + Long.BYTES, length - Long.BYTES);
        final long nowNs = clock.nanoTime();

        if (settings.mode() == SimulatedWorkSettings.Mode.SPIN) {
            spin(nowNs, workNs);
            answer(completion, task.taskId(), task.attempt(), echo0, echo1, clock.nanoTime() - nowNs);
        } else if (running.size < running.capacity) {
            running.add(task.taskId(), task.attempt(), echo0, echo1, workNs, nowNs + workNs);
            updateNextFinish();
        } else if (waiting.size >= settings.refuseAbove()) {
            completion.refuse(task.taskId(), task.attempt(), queuedWorkNs(nowNs));
        } else {
            waiting.add(task.taskId(), task.attempt(), echo0, echo1, workNs, nowNs);
            waitingWorkNs += workNs;
        }
    }

    @Override
    public int doWork(final long nowNs, final TaskCompletion completion) {
        int workCount = 0;
        while (nowNs >= nextFinishNs && running.size > 0) {
            finish(running.earliest(), nowNs, completion);
            workCount++;
        }
        return workCount;
    }

    @Override
    public void onCancel(final long taskId, final int attempt, final TaskCompletion completion) {
        final int queued = waiting.find(taskId, attempt);
        if (queued >= 0) {
            waitingWorkNs -= waiting.workNs[waiting.slot(queued)];
            waiting.remove(queued);
            return;
        }
        final int index = running.find(taskId, attempt);
        if (index >= 0) {
            running.remove(index);
            startNext(clock.nanoTime());
        }
    }

    /**
     * Tasks that the handler holds.
     *
     * @return waiting and running ones.
     */
    public int held() {
        return waiting.size + running.size;
    }

    private void finish(final int index, final long nowNs, final TaskCompletion completion) {
        final int slot = running.slot(index);
        final long taskId = running.taskIds[slot];
        final int attempt = running.attempts[slot];
        final long echo0 = running.echoes0[slot];
        final long echo1 = running.echoes1[slot];
        final long finishNs = running.timesNs[slot];
        final long actualNs = nowNs - (finishNs - running.workNs[slot]);
        running.remove(index);
        startNext(finishNs);
        answer(completion, taskId, attempt, echo0, echo1, actualNs);
    }

    private void startNext(final long freeSinceNs) {
        if (waiting.size > 0) {
            final int from = waiting.slot(0);
            final long workNs = waiting.workNs[from];
            final long startNs = Math.max(freeSinceNs, waiting.timesNs[from]);
            running.add(
                waiting.taskIds[from], waiting.attempts[from], waiting.echoes0[from], waiting.echoes1[from], workNs,
                startNs + workNs);
            waiting.remove(0);
            waitingWorkNs -= workNs;
        }
        updateNextFinish();
    }

    private void updateNextFinish() {
        nextFinishNs = running.size == 0 ? NEVER : running.timesNs[running.slot(running.earliest())];
    }

    private long queuedWorkNs(final long nowNs) {
        long workNs = waitingWorkNs;
        for (int i = 0; i < running.size; i++) {
            workNs += Math.max(0, running.timesNs[running.slot(i)] - nowNs);
        }
        return workNs / running.capacity;
    }

    private void answer(
        final TaskCompletion completion, final long taskId, final int attempt, final long echo0, final long echo1,
        final long actualNs) {
        result.putLong(SimulatedWork.MAGIC_OFFSET, echo0, ByteOrder.LITTLE_ENDIAN);
        result.putLong(SimulatedWork.ID_OFFSET, echo1, ByteOrder.LITTLE_ENDIAN);
        result.putLong(SimulatedWork.ACTUAL_NS_OFFSET, actualNs, ByteOrder.LITTLE_ENDIAN);
        completion.complete(taskId, attempt, result, 0, SimulatedWork.RESULT_LENGTH);
    }

    private void spin(final long startNs, final long workNs) {
        while (clock.nanoTime() - startNs < workNs) {
            Thread.onSpinWait();
        }
    }

    private long atSpeed(final long workNs) {
        return (long) Math.min(MAX_WORK_NS, settings.speed() == 1.0 ? workNs : workNs / settings.speed());
    }

    private static long echo(final DirectBuffer buffer, final int offset, final int available) {
        if (available >= Long.BYTES) {
            return buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
        }
        long bits = 0;
        for (int i = 0; i < available; i++) {
            bits |= (buffer.getByte(offset + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return bits;
    }

    /** Tasks in order of arrival, in a ring of preallocated columns; index 0 is the oldest. */
    private static final class HeldTasks {
        final int capacity;
        final long[] taskIds;
        final int[] attempts;
        final long[] echoes0;
        final long[] echoes1;
        final long[] workNs;
        /** Waiting: its arrival. Running: its finish. */
        final long[] timesNs;
        private int head;
        private int size;

        HeldTasks(final int capacity) {
            this.capacity = capacity;
            taskIds = new long[capacity];
            attempts = new int[capacity];
            echoes0 = new long[capacity];
            echoes1 = new long[capacity];
            workNs = new long[capacity];
            timesNs = new long[capacity];
        }

        int slot(final int index) {
            final int slot = head + index;
            return slot < capacity ? slot : slot - capacity;
        }

        void add(
            final long taskId, final int attempt, final long echo0, final long echo1, final long work, final long timeNs) {
            final int slot = slot(size);
            taskIds[slot] = taskId;
            attempts[slot] = attempt;
            echoes0[slot] = echo0;
            echoes1[slot] = echo1;
            workNs[slot] = work;
            timesNs[slot] = timeNs;
            size++;
        }

        int find(final long taskId, final int attempt) {
            for (int i = 0; i < size; i++) {
                final int slot = slot(i);
                if (taskIds[slot] == taskId && attempts[slot] == attempt) {
                    return i;
                }
            }
            return -1;
        }

        /** Of tasks that finish at the same time, the one that came first. */
        int earliest() {
            int earliest = 0;
            for (int i = 1; i < size; i++) {
                if (timesNs[slot(i)] < timesNs[slot(earliest)]) {
                    earliest = i;
                }
            }
            return earliest;
        }

        void remove(final int index) {
            for (int i = index; i > 0; i--) {
                move(slot(i - 1), slot(i));
            }
            head = slot(1);
            size--;
        }

        private void move(final int from, final int to) {
            taskIds[to] = taskIds[from];
            attempts[to] = attempts[from];
            echoes0[to] = echoes0[from];
            echoes1[to] = echoes1[from];
            workNs[to] = workNs[from];
            timesNs[to] = timesNs[from];
        }
    }
}
