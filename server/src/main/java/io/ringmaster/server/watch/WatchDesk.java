package io.ringmaster.server.watch;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.CapabilityWordsDecoder;
import io.ringmaster.server.codec.UnwatchCommandDecoder;
import io.ringmaster.server.codec.WatchAckCommandDecoder;
import io.ringmaster.server.codec.WatchCommandDecoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.egress.ReplySink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All watches of a server. As one of the registry's effects it hears of every change of every partition in one order; since
 * one thread writes all partitions, each watch has one sequence without gaps.
 * <p>
 * A change is encoded once and appended to the {@link ChangeLog}; {@link WatchPump} sends it to each watch as far as the watch's
 * window, its session's window and the egress ring allow. Without watches a change costs one comparison. A change that the log
 * has no room for displaces the oldest one: a watch that had not taken that one loses. Commands never wait for a watch. Removals
 * of dead records, which come in thousands when leases run out together, are held back while more than half of the log waits
 * for a watch that gets on, see {@link #canAccept()}.
 * <p>
 * A watch that its session asks for again, under the same id, starts anew with sequence 1: so a client that has lost its
 * connection, and with it events, goes on after its re-attach. The answer comes before the first event.
 * <p>
 * Threading: confined to the registry's role.
 */
public final class WatchDesk implements RegistryEffects {
    private static final int MAX_WAITING_REPLIES = 64;
    private static final int RETRY_AFTER_MS = 1000;
    /** How long removals wait for a watch that does not get on. */
    private static final long MAX_HOLD_NS = 100_000_000L;
    /** How long removals wait in one go, even for a watch that gets on. */
    private static final long MAX_TOTAL_HOLD_NS = 1_000_000_000L;
    /** Share of the log that a watch must take within that time. */
    private static final int PROGRESS_DIVISOR = 16;
    private static final byte[] NO_TEXT = {};
    private static final byte[] UNKNOWN_TEXT = "the session has no watch of this id".getBytes(StandardCharsets.US_ASCII);

    private final WatchSettings settings;
    private final int sessionWindowLength;
    private final ChangeLog log;
    private final WatchEventWriter writer;
    private final WatchReplies replies;
    private final WatchPump pump;
    private final WatchCounters counters;
    private final ArrayList<Watch> watches = new ArrayList<>();
    private final Long2ObjectHashMap<SessionWindow> sessions = new Long2ObjectHashMap<>();
    private final WatchCommandDecoder watch = new WatchCommandDecoder();
    private final UnwatchCommandDecoder unwatch = new UnwatchCommandDecoder();
    private final WatchAckCommandDecoder ack = new WatchAckCommandDecoder();
    private final UnsafeBuffer namespace = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer namePrefix = new UnsafeBuffer(0, 0);
    private final byte[] fullText;
    private final byte[] sessionFullText;
    private long nowNs;
    private long heldSinceNs;
    private long firstHeldNs;
    private long heldPosition = -1;
    /** At or below the oldest change that a watch, one that has not lost, has not taken. */
    private long oldestWanted;

    /**
     * A desk without watches.
     *
     * @param settings     of watches.
     * @param room         what they leave to others.
     * @param registry     settings of the registry; {@link #start} gives its partitions.
     * @param capabilities names of capabilities; read only.
     * @param attributes   names and keywords of attributes; read only.
     * @param sink         where events and answers go.
     * @param counters     to update.
     */
    public WatchDesk(
        final WatchSettings settings, final WatchRoom room, final RegistrySettings registry,
        final CapabilityDictionary capabilities, final AttributeDictionary attributes, final ReplySink sink,
        final WatchCounters counters) {
        this.settings = settings;
        this.counters = counters;
        sessionWindowLength = room.sessionWindowLength();
        log = new ChangeLog(settings.backlogLength());
        final int longest = ChangeLog.recordLength(WatchEventWriter.maxLength(registry));
        if (longest > log.capacity() / 4) {
            throw new IllegalArgumentException("backlogLength=" + log.capacity() + " must be at least 4 of the longest change, " +
                longest + " bytes");
        }
        writer = new WatchEventWriter(registry, capabilities, attributes);
        replies = new WatchReplies(sink, MAX_WAITING_REPLIES);
        pump = new WatchPump(log, writer, sink, room.egressReserve(), counters);
        fullText = ("watches = " + settings.max() + " is the bound, " + WatchSettings.KEY + ".max")
            .getBytes(StandardCharsets.US_ASCII);
        sessionFullText = ("watches of the session = " + settings.maxPerSession() + " is the bound, " + WatchSettings.KEY +
            ".max-per-session").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Gives the partitions, which are built with this desk as one of their effects; before the role starts.
     *
     * @param partitions all of them, in their order.
     */
    public void start(final RegistryPartition[] partitions) {
        pump.start(partitions);
    }

    /**
     * Starts a duty cycle.
     *
     * @param cycleNowNs the clock.
     */
    public void nowNs(final long cycleNowNs) {
        nowNs = cycleNowNs;
    }

    /**
     * Sends what there is to send and room for. Comes at the end of the duty cycle, so that its changes go out in it.
     *
     * @return answers and events sent, and changes looked at.
     */
    public int doWork() {
        int work = replies.flush();
        if (watches.isEmpty()) {
            return work;
        }
        if (replies.isEmpty()) {
            work += pump.pump(watches, nowNs);
        }
        if (work > 0) {
            log.tail(Math.max(log.tail(), oldestPosition()));
            oldestWanted = oldestWanted();
            counters.backlog(log.head() - log.tail());
        }
        return work;
    }

    /**
     * How many commands may be taken, each of which may have an answer that finds no room.
     *
     * @return from 0.
     */
    public int commandRoom() {
        return replies.room();
    }

    /**
     * {@inheritDoc}
     * <p>
     * Commands come all the same; this is asked before the removal of a record that is dead already. While more than half of the
     * log waits for a watch, removals wait too, as long as that watch takes a sixteenth of the log in every 100 ms. So a watcher
     * that keeps acknowledging is sent every expiry of a mass of leases, and one that does not costs at most 100 ms. After a second in
     * which the log was never less than half full they go on in any case: others fill it, and dead agents must be told of.
     */
    @Override
    public boolean canAccept() {
        if (log.head() - oldestWanted <= log.capacity() / 2 || watches.isEmpty()) {
            heldPosition = -1;
            return true;
        }
        if (heldPosition < 0) {
            firstHeldNs = nowNs;
        }
        if (nowNs - firstHeldNs >= MAX_TOTAL_HOLD_NS) {
            return true;
        }
        if (heldPosition < 0 || oldestWanted - heldPosition >= log.capacity() / PROGRESS_DIVISOR) {
            heldPosition = oldestWanted;
            heldSinceNs = nowNs;
            return false;
        }
        return nowNs - heldSinceNs >= MAX_HOLD_NS;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        if (!watches.isEmpty()) {
            if (record.version() == 1) {
                append(ChangeLog.NEW, 0, record, record.kind(), record.capabilities(),
                    writer.record(WatchEventWriter.REGISTERED, record));
            } else {
                onChanged(partition, record);
            }
        }
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        if (!watches.isEmpty()) {
            append(ChangeLog.CHANGED, 0, record, partition.previousKind(record), partition.previousCapabilities(record),
                writer.record(WatchEventWriter.CHANGED, record));
        }
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        if (!watches.isEmpty()) {
            append(ChangeLog.REMOVED, reason, record, record.kind(), record.capabilities(), writer.removal(record, reason));
        }
    }

    private void append(
        final byte change, final int reason, final RecordView record, final byte previousKind,
        final CapabilitySet previousCapabilities, final int eventLength) {
        if (!log.hasRoom(eventLength)) {
            log.tail(Math.max(log.tail(), oldestPosition()));
            while (!log.hasRoom(eventLength)) {
                displaceOldest();
            }
            oldestWanted = oldestWanted();
        }
        log.append(change, reason, record.kind(), record.capabilities(), previousKind, previousCapabilities, writer.buffer(), 0,
            eventLength);
    }

    /** Takes the oldest change out of the log; watches that have not taken it lose it. */
    private void displaceOldest() {
        final long position = log.tail();
        final long next = log.next(position);
        for (int i = 0; i < watches.size(); i++) {
            final Watch watch = watches.get(i);
            if (watch.position == position) {
                pump.displace(watch);
                watch.position = next;
            }
        }
        log.tail(next);
    }

    private long oldestPosition() {
        long oldest = log.head();
        for (int i = 0; i < watches.size(); i++) {
            oldest = Math.min(oldest, watches.get(i).position);
        }
        return oldest;
    }

    private long oldestWanted() {
        long oldest = log.head();
        for (int i = 0; i < watches.size(); i++) {
            final Watch watch = watches.get(i);
            if (watch.state != Watch.State.LOST && watch.state != Watch.State.BEGIN) {
                oldest = Math.min(oldest, watch.position);
            }
        }
        return oldest;
    }

    /**
     * Takes a command, if it is one of watches. Called with {@link #commandRoom()}.
     *
     * @param templateId  of the command.
     * @param buffer      with the command.
     * @param offset      behind its header.
     * @param blockLength from its header.
     * @param version     from its header.
     * @return false: it is not.
     */
    public boolean onCommand(
        final int templateId, final DirectBuffer buffer, final int offset, final int blockLength, final int version) {
        switch (templateId) {
            case WatchCommandDecoder.TEMPLATE_ID -> onWatch(watch.wrap(buffer, offset, blockLength, version));
            case UnwatchCommandDecoder.TEMPLATE_ID -> onUnwatch(unwatch.wrap(buffer, offset, blockLength, version));
            case WatchAckCommandDecoder.TEMPLATE_ID -> onAck(ack.wrap(buffer, offset, blockLength, version));
            default -> {
                return false;
            }
        }
        return true;
    }

    void onWatch(final WatchCommandDecoder command) {
        final long sessionId = command.sessionId();
        final long correlationId = command.correlationId();
        final long watchId = command.watchId();
        final int windowLength = command.windowBytes();
        final byte kind = (byte) command.kind();
        command.wrapNamespaceName(namespace);
        command.wrapNamePrefix(namePrefix);
        final WatchFilter filter = new WatchFilter(kind, namespace, namePrefix);
        copy(command.allOf(), filter.allOf());
        copy(command.anyOf(), filter.anyOf());
        copy(command.noneOf(), filter.noneOf());

        remove(indexOf(sessionId, watchId));
        if (watches.size() >= settings.max()) {
            replies.reply(sessionId, correlationId, ResultCode.OVERLOADED, RETRY_AFTER_MS, 0, fullText);
            return;
        }
        SessionWindow session = sessions.get(sessionId);
        if (session != null && session.watches() >= settings.maxPerSession()) {
            replies.reply(sessionId, correlationId, ResultCode.OVERLOADED, 0, 0, sessionFullText);
            return;
        }
        if (session == null) {
            session = new SessionWindow(sessionWindowLength);
            sessions.put(sessionId, session);
        }
        session.addWatch();
        final Watch added = new Watch(sessionId, watchId, filter, windowLength, session);
        added.position = log.head();
        watches.add(added);
        counters.watches(watches.size());
        replies.reply(sessionId, correlationId, ResultCode.OK, 0, Math.min(windowLength, sessionWindowLength), NO_TEXT);
    }

    void onUnwatch(final UnwatchCommandDecoder command) {
        final int index = indexOf(command.sessionId(), command.watchId());
        if (index < 0) {
            replies.reply(command.sessionId(), command.correlationId(), ResultCode.NOT_FOUND, 0, 0, UNKNOWN_TEXT);
        } else {
            final long sequence = watches.get(index).sentSequence();
            remove(index);
            replies.reply(command.sessionId(), command.correlationId(), ResultCode.OK, 0, sequence, NO_TEXT);
        }
    }

    /** A client has taken events. For a watch that is not there any more, or a sequence that was not sent, it changes nothing. */
    void onAck(final WatchAckCommandDecoder command) {
        final int index = indexOf(command.sessionId(), command.watchId());
        if (index >= 0) {
            watches.get(index).onAck(command.ackedSequence());
        }
    }

    /**
     * A session has ended: its watches go.
     *
     * @param sessionId of it.
     */
    public void onSessionEnded(final long sessionId) {
        for (int i = watches.size() - 1; i >= 0; i--) {
            if (watches.get(i).sessionId == sessionId) {
                remove(i);
            }
        }
    }

    private static void copy(final CapabilityWordsDecoder words, final CapabilitySet out) {
        out.words(words.w0(), words.w1(), words.w2(), words.w3());
    }

    /** Watches that are there. */
    int size() {
        return watches.size();
    }

    private int indexOf(final long sessionId, final long watchId) {
        for (int i = 0; i < watches.size(); i++) {
            final Watch watch = watches.get(i);
            if (watch.sessionId == sessionId && watch.watchId == watchId) {
                return i;
            }
        }
        return -1;
    }

    private void remove(final int index) {
        if (index < 0) {
            return;
        }
        final Watch watch = watches.remove(index);
        watch.close();
        if (!watch.session.removeWatch()) {
            sessions.remove(watch.sessionId);
        }
        if (watches.isEmpty()) {
            log.tail(log.head());
            counters.backlog(0);
        }
        oldestWanted = oldestWanted();
        counters.watches(watches.size());
    }
}
