package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One agent on its worker: takes offers while the handler has room, calls the handler, and writes its answers. Once warm,
 * it allocates nothing itself.
 * <p>
 * Threading: confined to the worker.
 */
final class AgentRunner implements TaskCompletion, Task {
    private static final int MAX_TEXT_LENGTH = 1024;
    private static final int DRAIN_PAUSE_MS = 10_000;
    private static final long NONE = -1;

    private final HostedAgent agent;
    private final HostMailbox mailbox;
    private final TaskHandler handler;
    private final HostWorker worker;
    private final IdleStrategy idle;
    private final KindCache kinds = new KindCache();
    private final MessageHandler onOffer = this::onOffer;
    private final MessageHandler onCancel = this::onCancel;
    private final long[] runningIds;
    private final int[] runningAttempts;
    private final long[] startsNs;
    private final Long2LongHashMap cancelled = new Long2LongHashMap(NONE);
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[MAX_TEXT_LENGTH]);
    private int running;
    private long epoch = HostedAgent.NO_EPOCH;
    private MutableDirectBuffer offer;
    private int offerIndex;

    AgentRunner(final HostedAgent agent, final HostWorker worker, final IdleStrategy idle) {
        this.agent = agent;
        this.mailbox = agent.mailbox;
        this.handler = agent.spec.handler();
        this.worker = worker;
        this.idle = idle;
        final int parallelism = agent.spec.registration().parallelism();
        runningIds = new long[parallelism];
        runningAttempts = new int[parallelism];
        startsNs = new long[parallelism];
    }

    boolean isFor(final HostedAgent other) {
        return agent == other;
    }

    int doWork(final long nowNs) {
        int work = 0;
        final long newEpoch = agent.epoch;
        if (epoch != newEpoch) {
            changeEpoch(newEpoch);
            work++;
        }
        work += mailbox.cancels.read(onCancel);
        for (int i = 0; i < runningIds.length && (running < runningIds.length || agent.isDraining); i++) {
            if (mailbox.offers.read(onOffer, 1) == 0) {
                cancelled.clear();
                break;
            }
            work++;
        }
        try {
            work += handler.doWork(nowNs, this);
        } catch (final RuntimeException ex) {
            worker.onError(ex);
        }
        return work;
    }

    /**
     * Whether a message belongs to the agent's present registration. The agent may have been registered since this duty cycle
     * began, and the conductor counts an offer as held from then on: it must be run, not taken for one of before. The epoch is
     * set before anything is sent with it, so what still differs after another look is void.
     */
    private boolean isCurrent(final MutableDirectBuffer buffer, final int index) {
        final long messageEpoch = buffer.getLong(index + HostMailbox.EPOCH_OFFSET);
        if (messageEpoch != epoch) {
            final long newEpoch = agent.epoch;
            if (newEpoch != epoch) {
                changeEpoch(newEpoch);
            }
        }
        return messageEpoch == epoch;
    }

    private void changeEpoch(final long newEpoch) {
        while (running > 0) {
            final int last = running - 1;
            final long taskId = runningIds[last];
            final int attempt = runningAttempts[last];
            cancelRunning(taskId, attempt);
            forget(taskId, attempt);
        }
        cancelled.clear();
        // Last: what a handler answered to its cancellation belongs to the old epoch, and is void.
        epoch = newEpoch;
    }

    private void cancelRunning(final long taskId, final int attempt) {
        try {
            handler.onCancel(taskId, attempt, this);
        } catch (final RuntimeException ex) {
            worker.onError(ex);
        }
    }

    private void onCancel(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final long taskId = buffer.getLong(index + HostMailbox.TASK_ID_OFFSET);
        final int attempt = buffer.getInt(index + HostMailbox.CANCEL_ATTEMPT_OFFSET);
        if (isCurrent(buffer, index)) {
            if (find(taskId, attempt) >= 0) {
                cancelRunning(taskId, attempt);
            } else {
                cancelled.put(taskId, attempt);
            }
        }
    }

    private void onOffer(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        if (!isCurrent(buffer, index)) {
            return;
        }
        offer = buffer;
        offerIndex = index;
        final long taskId = taskId();
        final int attempt = attempt();
        if (cancelled.get(taskId) >= attempt) {
            write(HostMailbox.ANSWER, taskId, attempt, ResultCode.CANCELLED.value(), 0, text, 0, 0);
        } else if (agent.isDraining) {
            write(HostMailbox.REFUSAL, taskId, attempt, DRAIN_PAUSE_MS, 0, text, 0, 0);
        } else {
            run(taskId, attempt);
        }
        offer = null;
    }

    private void run(final long taskId, final int attempt) {
        runningIds[running] = taskId;
        runningAttempts[running] = attempt;
        startsNs[running] = System.nanoTime();
        running++;
        try {
            handler.onTask(this, this);
        } catch (final InterruptedException ex) {
            fail(taskId, attempt, "the agent host is closing");
            Thread.currentThread().interrupt();
        } catch (final Exception | LinkageError | AssertionError | StackOverflowError ex) {
            fail(taskId, attempt, ex.getMessage() == null ? ex.getClass().getName() : ex.getMessage());
        }
    }

    private int find(final long taskId, final int attempt) {
        for (int i = 0; i < running; i++) {
            if (runningIds[i] == taskId && runningAttempts[i] == attempt) {
                return i;
            }
        }
        return -1;
    }

    private void forget(final long taskId, final int attempt) {
        final int i = find(taskId, attempt);
        if (i >= 0) {
            running--;
            runningIds[i] = runningIds[running];
            runningAttempts[i] = runningAttempts[running];
            startsNs[i] = startsNs[running];
        }
    }

    private void answer(final long taskId, final int attempt, final int code, final DirectBuffer result, final int offset,
                        final int length) {
        final int i = find(taskId, attempt);
        if (i < 0) {
            worker.onStrayAnswer();
            return;
        }
        final long serviceNs = System.nanoTime() - startsNs[i];
        write(HostMailbox.ANSWER, taskId, attempt, code, serviceNs, result, offset, length);
        forget(taskId, attempt);
    }

    /** Waits for room: an answer is not dropped, unless the host is torn down. */
    private void write(final int type, final long taskId, final int attempt, final int code, final long serviceNs,
                       final DirectBuffer result, final int offset, final int length) {
        int index = mailbox.answers.tryClaim(type, HostMailbox.RESULT_OFFSET + length);
        if (index < 0) {
            idle.reset();
            while (index < 0 && !worker.isAbandoned()) {
                idle.idle();
                index = mailbox.answers.tryClaim(type, HostMailbox.RESULT_OFFSET + length);
            }
            if (index < 0) {
                return;
            }
        }
        final var buffer = mailbox.answers.buffer();
        buffer.putLong(index + HostMailbox.EPOCH_OFFSET, epoch);
        buffer.putLong(index + HostMailbox.TASK_ID_OFFSET, taskId);
        buffer.putLong(index + HostMailbox.SERVICE_OFFSET, serviceNs);
        buffer.putInt(index + HostMailbox.ATTEMPT_OFFSET, attempt);
        buffer.putInt(index + HostMailbox.CODE_OFFSET, code);
        buffer.putInt(index + HostMailbox.RESULT_LENGTH_OFFSET, length);
        buffer.putBytes(index + HostMailbox.RESULT_OFFSET, result, offset, length);
        mailbox.answers.commit(index);
    }

    void close() {
        try {
            handler.close();
        } catch (final RuntimeException ex) {
            worker.onError(ex);
        }
    }

    // TaskCompletion.

    @Override
    public void complete(final long taskId, final int attempt, final DirectBuffer result, final int offset, final int length) {
        if (length > mailbox.maxResultLength) {
            final String message = "result of " + length + " bytes is over the bound of " + mailbox.maxResultLength;
            answer(taskId, attempt, ResultCode.TOO_LARGE.value(), text, 0, text.putStringWithoutLengthAscii(0, message));
        } else {
            answer(taskId, attempt, ResultCode.OK.value(), result, offset, length);
        }
    }

    @Override
    public void complete(final long taskId, final int attempt) {
        answer(taskId, attempt, ResultCode.OK.value(), text, 0, 0);
    }

    @Override
    public void fail(final long taskId, final int attempt, final CharSequence message) {
        final byte[] bytes = message.toString().getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(bytes.length, Math.min(MAX_TEXT_LENGTH, mailbox.maxResultLength));
        text.putBytes(0, bytes, 0, length);
        answer(taskId, attempt, ResultCode.TASK_FAILED.value(), text, 0, length);
    }

    @Override
    public void refuse(final long taskId, final int attempt, final long capacityInNs) {
        if (find(taskId, attempt) < 0) {
            worker.onStrayAnswer();
            return;
        }
        final long capacityInMs = TimeUnit.NANOSECONDS.toMillis(capacityInNs);
        write(HostMailbox.REFUSAL, taskId, attempt, (int) Math.max(1, Math.min(capacityInMs, Integer.MAX_VALUE)), 0, text, 0, 0);
        forget(taskId, attempt);
    }

    // Task: a view over the offer that is being run.

    @Override
    public long taskId() {
        return offer.getLong(offerIndex + HostMailbox.TASK_ID_OFFSET);
    }

    @Override
    public int attempt() {
        return offer.getInt(offerIndex + HostMailbox.OFFER_ATTEMPT_OFFSET);
    }

    @Override
    public int priority() {
        return offer.getInt(offerIndex + HostMailbox.PRIORITY_OFFSET);
    }

    @Override
    public long costNs() {
        return offer.getLong(offerIndex + HostMailbox.COST_OFFSET);
    }

    @Override
    public long deadlineNs() {
        return offer.getLong(offerIndex + HostMailbox.DEADLINE_OFFSET);
    }

    @Override
    public String kind() {
        return kinds.get(offer, offerIndex + HostMailbox.KIND_OFFSET, kindLength());
    }

    private int kindLength() {
        return offer.getInt(offerIndex + HostMailbox.KIND_LENGTH_OFFSET);
    }

    @Override
    public DirectBuffer payloadBuffer() {
        return offer;
    }

    @Override
    public int payloadOffset() {
        return offerIndex + HostMailbox.KIND_OFFSET + kindLength();
    }

    @Override
    public int payloadLength() {
        return offer.getInt(offerIndex + HostMailbox.PAYLOAD_LENGTH_OFFSET);
    }

    /** Task kinds as strings, made once each. */
    static final class KindCache {
        private static final int MAX_KINDS = 64;
        private final byte[][] keys = new byte[MAX_KINDS][];
        private final String[] values = new String[MAX_KINDS];
        private int size;

        String get(final DirectBuffer buffer, final int offset, final int length) {
            if (length == 0) {
                return "";
            }
            for (int i = 0; i < size; i++) {
                if (isEqual(keys[i], buffer, offset, length)) {
                    return values[i];
                }
            }
            final byte[] key = new byte[length];
            buffer.getBytes(offset, key);
            final String value = new String(key, StandardCharsets.US_ASCII);
            if (size < MAX_KINDS) {
                keys[size] = Arrays.copyOf(key, length);
                values[size++] = value;
            }
            return value;
        }

        private static boolean isEqual(final byte[] key, final DirectBuffer buffer, final int offset, final int length) {
            if (key.length != length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (key[i] != buffer.getByte(offset + i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
