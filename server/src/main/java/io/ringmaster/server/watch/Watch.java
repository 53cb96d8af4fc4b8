package io.ringmaster.server.watch;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.NameWalk;
import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.BitUtil;

/**
 * One watch: what it wants, how far it is, and what is under way to its client. The bytes of each event that is not acknowledged
 * are kept, so that an acknowledgement of a sequence frees what was sent up to there.
 * <p>
 * Threading: confined to the registry's role.
 */
final class Watch {
    /** The change is none of this watch's. */
    static final int NOTHING = 0;

    private static final int REASON_SHIFT = 8;
    private static final int TYPE_MASK = 0xFF;

    /** What a watch does next. */
    enum State {
        /** The begin of a snapshot is due. */
        BEGIN,
        /** Records of the snapshot, and changes among them. */
        SNAPSHOT,
        /** The end of the snapshot is due. */
        END,
        /** Changes. */
        LIVE,
        /** Changes were lost; goes on when the client has acknowledged all that was sent. */
        LOST
    }

    final long sessionId;
    final long watchId;
    final WatchFilter filter;
    final int windowLength;
    final SessionWindow session;
    State state = State.BEGIN;
    /** Position in the change log of the next change to look at. */
    long position;
    /** Of the snapshot's next page, unless it is read by names; 0: the first. */
    long cursor;
    /** Whether the snapshot is read in the order of names. */
    boolean isReadByNames;
    /** Where it is then. */
    final NameWalk.Position namePosition = new NameWalk.Position(Protocol.MAX_NAME_LENGTH);
    long lost;

    private final int[] lengths;
    private long sentSequence;
    private long ackedSequence;
    private int underWayLength;

    Watch(
        final long sessionId, final long watchId, final WatchFilter filter, final int windowLength, final SessionWindow session) {
        this.sessionId = sessionId;
        this.watchId = watchId;
        this.filter = filter;
        this.windowLength = windowLength;
        this.session = session;
        // The first event may be longer than the window, and then it is the only one.
        lengths = new int[BitUtil.findNextPositivePowerOfTwo(windowLength / WatchEventWriter.MIN_LENGTH + 1)];
    }

    long nextSequence() {
        return sentSequence + 1;
    }

    long sentSequence() {
        return sentSequence;
    }

    boolean isAcknowledged() {
        return ackedSequence == sentSequence;
    }

    /** Whether an event of this length may be sent now; the first of all always may. */
    boolean hasWindow(final int length) {
        return (underWayLength == 0 || underWayLength + length <= windowLength) && session.hasRoom(length);
    }

    void onSent(final int length) {
        sentSequence++;
        lengths[(int) sentSequence & lengths.length - 1] = length;
        underWayLength += length;
        session.add(length);
    }

    /** The client has everything up to a sequence. One that was not sent yet is no acknowledgement. */
    boolean onAck(final long sequence) {
        if (sequence > sentSequence) {
            return false;
        }
        while (ackedSequence < sequence) {
            ackedSequence++;
            final int length = lengths[(int) ackedSequence & lengths.length - 1];
            underWayLength -= length;
            session.remove(length);
        }
        return true;
    }

    /** Gives back what it holds of its session's window. */
    void close() {
        onAck(sentSequence);
    }

    /** The change at a position of the log, as this watch sees it: {@link #NOTHING}, or type and reason of an event. */
    int eventOf(final ChangeLog log, final long at, final CapabilitySet scratch) {
        if (!filter.matchesNames(log.buffer(), log.namespaceHeaderOffset(at))) {
            return NOTHING;
        }
        log.capabilities(at, scratch);
        final boolean matches = filter.matches(log.kind(at), scratch);
        switch (log.change(at)) {
            case ChangeLog.NEW -> {
                return matches ? WatchEventWriter.REGISTERED : NOTHING;
            }
            case ChangeLog.REMOVED -> {
                return matches ? WatchEventWriter.REMOVED | log.reason(at) << REASON_SHIFT : NOTHING;
            }
            default -> {
                log.previousCapabilities(at, scratch);
                final boolean matched = filter.matches(log.previousKind(at), scratch);
                if (matches) {
                    return matched ? WatchEventWriter.CHANGED : WatchEventWriter.REGISTERED;
                }
                return matched ? WatchEventWriter.REMOVED | WatchEventWriter.NO_LONGER_MATCHES << REASON_SHIFT : NOTHING;
            }
        }
    }

    static int type(final int event) {
        return event & TYPE_MASK;
    }

    static int reason(final int event) {
        return event >>> REASON_SHIFT;
    }
}
