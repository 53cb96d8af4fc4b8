package io.ringmaster.tuning.load;

import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.ClientListener;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.WatchFilter;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One session that registers records whose leases all end within one second, and watches them go. Each must be reported
 * registered once and, after its lease has run out and not before, removed once for that reason; the sequence of events has
 * no gap and nothing is lost.
 * <p>
 * Threading: confined to the generator.
 */
final class ExpiryWatcher implements ClientListener, AutoCloseable {
    private static final String NAMESPACE = "expiring";
    private static final int NAME_LENGTH = 9;
    private static final String PREFIX = "e-";
    private static final int ITEMS = 64;
    private static final int BATCHES_UNDER_WAY = 8;
    private static final long WATCH_ID = 1;
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int REGISTERED = 4;
    private static final int REMOVED = 6;
    private static final int LOST = 7;
    private static final int LEASE_RAN_OUT = 2;
    private static final int FRAGMENT_LIMIT = 64;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    /** The server counts a lease from when the registration arrives, and in milliseconds. */
    private static final long EARLY_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final byte STATE_REGISTERED = 1;
    private static final byte STATE_REMOVED = 2;

    private final ClientChannel channel;
    private final int count;
    private final long[] deadlineNs;
    private final byte[] states;
    private final Histogram delays = Latencies.histogram();
    private final Set<String> faults = new LinkedHashSet<>();
    private final UnsafeBuffer view = new UnsafeBuffer();
    private boolean isWatching;
    private int batchesUnderWay;
    private int answered;
    private int registered;
    private int removed;
    private long sequence;
    private long ackedSequence;
    private int unackedBytes;
    private long firstRemovedNs;
    private long lastRemovedNs;
    private long lossesNamed;
    private long lossesCounted;

    ExpiryWatcher(final Target target, final int count) {
        this.count = count;
        this.deadlineNs = new long[count];
        this.states = new byte[count];
        channel = ClientChannel.connect(target.address(new ClientChannel.Context())
            .clientName("load-expiry")
            .maxPending(256)
            .connectTimeoutNs(TimeUnit.SECONDS.toNanos(10))
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(10))
            .driverParentDir(target.directory().memory("").toString()), this);
    }

    /**
     * Watches, then registers all records.
     *
     * @param firstNs    when the first lease runs out, on the clock of {@link System#nanoTime()}.
     * @param durationNs over which the others are spread evenly.
     * @param pollAll    polls this session and the others.
     */
    void prepare(final long firstNs, final long durationNs, final Runnable pollAll) {
        final long sinceNs = System.nanoTime();
        if (channel.sendWatch(WATCH_ID, new WatchFilter().namespace(NAMESPACE).windowBytes(WINDOW_BYTES)) <= 0) {
            throw new LoadException("the watch could not be asked for");
        }
        int next = 0;
        while (answered < count || registered < count || !isWatching) {
            if (isWatching && next < count && batchesUnderWay < BATCHES_UNDER_WAY) {
                next = sendBatch(next, firstNs, durationNs);
            }
            pollAll.run();
            if (!faults.isEmpty() || System.nanoTime() - sinceNs > TIMEOUT_NS) {
                throw new LoadException("registered " + answered + " of " + count + " records, heard of " + registered + ": " + faults);
            }
        }
        if (System.nanoTime() - firstNs > 0) {
            throw new LoadException("registering took longer than the first lease");
        }
    }

    private int sendBatch(final int from, final long firstNs, final long durationNs) {
        final int to = Math.min(count, from + ITEMS);
        final long nowNs = System.nanoTime();
        final long endNs = firstNs + durationNs * from / count;
        final long leaseMs = TimeUnit.NANOSECONDS.toMillis(endNs - nowNs);
        final List<RegistrationRequest> items = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            items.add(new RegistrationRequest().name(name(i)).kind(Protocol.KIND_SERVICE).leaseMs((int) leaseMs).renew(false));
            deadlineNs[i] = nowNs + TimeUnit.MILLISECONDS.toNanos(leaseMs);
        }
        if (channel.sendRegisterBatch(NAMESPACE, items) <= 0) {
            return from;
        }
        batchesUnderWay++;
        return to;
    }

    private static String name(final int number) {
        final String digits = Integer.toString(number);
        return PREFIX + "0".repeat(NAME_LENGTH - PREFIX.length() - digits.length()) + digits;
    }

    int poll() {
        final int work = channel.poll(FRAGMENT_LIMIT);
        if (sequence > ackedSequence && (unackedBytes > WINDOW_BYTES / 4 || work == 0)
            && channel.sendWatchAck(WATCH_ID, sequence) > 0) {
            ackedSequence = sequence;
            unackedBytes = 0;
        }
        return work;
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder reply) {
        if (reply.code() == ResultCode.OK.value() && !isWatching) {
            isWatching = true;
        } else {
            faults.add("answered with " + ResultCode.of(reply.code()));
        }
    }

    @Override
    public void onRegisterBatchReply(final long correlationId, final RegisterBatchReplyDecoder reply, final boolean isLast) {
        for (final RegisterBatchReplyDecoder.ResultsDecoder item : reply.results()) {
            if (item.code() == ResultCode.OK.value()) {
                answered++;
            } else {
                faults.add("a registration was answered with " + ResultCode.of(item.code()));
            }
        }
        batchesUnderWay -= isLast ? 1 : 0;
    }

    @Override
    public void onWatchEvent(final WatchEventDecoder event, final int frameLength) {
        if (event.sequence() != sequence + 1) {
            faults.add("event " + event.sequence() + " came after " + sequence);
        }
        sequence = event.sequence();
        unackedBytes += frameLength;
        final int type = event.eventType();
        if (type == LOST) {
            faults.add(event.lost() + " events were lost");
        } else if (type == REGISTERED || type == REMOVED) {
            final int reason = event.reason();
            event.skipNamespaceName();
            event.wrapName(view);
            onRecord(type, reason, numberOf(view));
        }
    }

    private static int numberOf(final UnsafeBuffer name) {
        return name.capacity() == NAME_LENGTH
            ? name.parseNaturalIntAscii(PREFIX.length(), NAME_LENGTH - PREFIX.length()) : -1;
    }

    private void onRecord(final int type, final int reason, final int number) {
        if (number < 0 || number >= count || states[number] != (type == REGISTERED ? 0 : STATE_REGISTERED)) {
            faults.add("an event of type " + type + " about a record that is not there, or came twice");
            return;
        }
        if (type == REGISTERED) {
            states[number] = STATE_REGISTERED;
            registered++;
            return;
        }
        final long nowNs = System.nanoTime();
        if (reason != LEASE_RAN_OUT || nowNs - deadlineNs[number] < -EARLY_NS) {
            faults.add("a record was removed before its time or for reason " + reason);
        }
        states[number] = STATE_REMOVED;
        firstRemovedNs = removed == 0 ? nowNs : firstRemovedNs;
        lastRemovedNs = nowNs;
        removed++;
        Latencies.record(delays, nowNs - deadlineNs[number]);
    }

    @Override
    public void onAgentLost(final AgentLostDecoder lost) {
        if (lost.agentId() == 0) {
            lossesCounted += lost.leftOut();
        } else {
            lossesNamed++;
        }
    }

    @Override
    public void onDisconnected(final String reason) {
        faults.add("the watcher was disconnected: " + reason);
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        faults.add("no answer within the client's deadline");
    }

    /** Records whose removal was reported. */
    int removed() {
        return removed;
    }

    /** Lost leases that the owner was told of one by one. */
    long lossesNamed() {
        return lossesNamed;
    }

    /** Lost leases that the owner was told the number of. */
    long lossesCounted() {
        return lossesCounted;
    }

    /** From the end of a lease to the report of it. */
    Histogram delays() {
        return delays;
    }

    /** From the first report to the last. */
    long spreadNs() {
        return lastRemovedNs - firstRemovedNs;
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        channel.close();
    }
}
