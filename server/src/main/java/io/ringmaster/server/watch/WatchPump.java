package io.ringmaster.server.watch;

import io.ringmaster.registry.NameWalk;
import io.ringmaster.registry.RecordConsumer;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryQuery;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.egress.ReplySink;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Moves watches on: through their snapshot, through the change log, through a loss to a new snapshot. Bounded in each duty cycle.
 * <p>
 * A snapshot is read in pages from the registry itself, on the thread that writes it, and only when the watch has taken all of
 * the log before: so what is sent is in the order in which it was true, and no change is missed between two pages. What is under
 * way to a session in the egress ring is bounded by its window; beyond half of that ring events wait, so that answers and
 * offers always find room.
 * <p>
 * Threading: confined to the registry's role.
 */
final class WatchPump {
    /** Events of all watches in one duty cycle. */
    private static final int EVENTS_PER_CYCLE = 512;
    /** Events of one watch in one duty cycle. */
    private static final int EVENTS_PER_WATCH = 128;
    /** Changes that one watch looks at in one duty cycle. */
    private static final int LOOKS_PER_WATCH = 1024;
    /** Records of one page of a snapshot. */
    private static final int PAGE_RECORDS = 32;
    /** Namespaces up to this are read by names even where capabilities might find less to look at. */
    private static final int MAX_WALKED_RECORDS = 1 << 16;
    /** Pages of all watches in one duty cycle: a page may look at many more records than it sends. */
    private static final int PAGES_PER_CYCLE = 2;

    private final ChangeLog log;
    private final WatchEventWriter writer;
    private final ReplySink sink;
    private final int egressReserve;
    private final WatchCounters counters;
    private final RegistryQuery query = new RegistryQuery();
    private final CapabilitySet scratch = new CapabilitySet();
    private final RecordConsumer page = this::onRecord;
    private RegistryReader reader;
    private NameWalk names;
    private Watch paged;
    private boolean isRefused;
    private int first;
    private int eventsLeft;
    private int pagesLeft;
    private int pagesTaken;
    private int watchEventsLeft;

    WatchPump(
        final ChangeLog log, final WatchEventWriter writer, final ReplySink sink, final int egressReserve,
        final WatchCounters counters) {
        this.log = log;
        this.writer = writer;
        this.sink = sink;
        this.egressReserve = egressReserve;
        this.counters = counters;
    }

    void start(final RegistryPartition[] partitions) {
        reader = RegistryReader.of(partitions);
        names = NameWalk.of(partitions);
    }

    /** Moves all watches on; returns events sent, changes looked at, pages read. */
    int pump(final List<Watch> watches, final long nowNs) {
        final int count = watches.size();
        eventsLeft = EVENTS_PER_CYCLE;
        pagesLeft = PAGES_PER_CYCLE;
        pagesTaken = 0;
        first = first + 1 < count ? first + 1 : 0;
        int work = 0;
        for (int i = 0; i < count && eventsLeft > 0; i++) {
            final int index = first + i;
            work += pump(watches.get(index < count ? index : index - count), nowNs);
        }
        return work + pagesTaken;
    }

    private int pump(final Watch watch, final long nowNs) {
        final int events = Math.min(eventsLeft, EVENTS_PER_WATCH);
        watchEventsLeft = events;
        int looks = 0;
        while (watchEventsLeft > 0 && looks < LOOKS_PER_WATCH) {
            if (watch.state != Watch.State.BEGIN && watch.position < log.head()
                && (watch.state != Watch.State.LOST || watch.isAcknowledged())) {
                if (!takeChange(watch)) {
                    break;
                }
                looks++;
            } else if (!step(watch, nowNs)) {
                break;
            }
        }
        eventsLeft -= events - watchEventsLeft;
        return looks + events - watchEventsLeft;
    }

    /** Takes the next change of the log; false: it has to wait. */
    private boolean takeChange(final Watch watch) {
        final long position = watch.position;
        final int length = log.eventLength(position);
        final int event = length == 0 ? Watch.NOTHING : watch.eventOf(log, position, scratch);
        if (event != Watch.NOTHING) {
            if (watch.state == Watch.State.LOST) {
                lose(watch);
            } else if (!send(watch, log.buffer(), log.eventOffset(position), length, Watch.type(event), Watch.reason(event))) {
                return false;
            }
        }
        watch.position = log.next(position);
        return true;
    }

    /** What is due at the end of the log; false: nothing, or it has to wait. */
    private boolean step(final Watch watch, final long nowNs) {
        switch (watch.state) {
            case BEGIN -> {
                if (!mark(watch, WatchEventWriter.SNAPSHOT_BEGINS, 0)) {
                    return false;
                }
                counters.onSnapshot();
                watch.position = log.head();
                watch.cursor = 0;
                watch.namePosition.reset();
                watch.isReadByNames = isReadByNames(watch.filter);
                watch.state = Watch.State.SNAPSHOT;
                return true;
            }
            case SNAPSHOT -> {
                return nextPage(watch, nowNs);
            }
            case END -> {
                if (!mark(watch, WatchEventWriter.SNAPSHOT_ENDS, 0)) {
                    return false;
                }
                watch.state = Watch.State.LIVE;
                return true;
            }
            case LOST -> {
                if (!watch.isAcknowledged() || !mark(watch, WatchEventWriter.LOST, watch.lost)) {
                    return false;
                }
                watch.lost = 0;
                watch.state = Watch.State.BEGIN;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private boolean nextPage(final Watch watch, final long nowNs) {
        if (pagesLeft == 0 || !hasRoom(watch, WatchEventWriter.MIN_LENGTH)) {
            return false;
        }
        pagesLeft--;
        final WatchFilter filter = watch.filter;
        query.reset().kind(filter.kind());
        query.allOf().copyFrom(filter.allOf());
        query.anyOf().copyFrom(filter.anyOf());
        query.noneOf().copyFrom(filter.noneOf());
        final DirectBuffer namespace = filter.namespace();
        query.namespace(namespace, 0, namespace.capacity());
        if (namespace.capacity() > 0) {
            query.namePrefix(filter.namePrefix(), 0, filter.namePrefix().capacity());
        }
        paged = watch;
        final boolean moved = watch.isReadByNames ? nextByNames(watch, nowNs) : nextBySlots(watch, nowNs);
        paged = null;
        pagesTaken += moved ? 1 : 0;
        return moved;
    }

    /** Where names and capabilities are both asked for, a large namespace is left to whatever finds less to look at. */
    private boolean isReadByNames(final WatchFilter filter) {
        final DirectBuffer namespace = filter.namespace();
        return namespace.capacity() > 0 && (filter.namePrefix().capacity() > 0
            || filter.allOf().isEmpty() && filter.anyOf().isEmpty()
            || names.records(namespace, 0, namespace.capacity()) <= MAX_WALKED_RECORDS);
    }

    private boolean nextByNames(final Watch watch, final long nowNs) {
        final int eventsBefore = watchEventsLeft;
        isRefused = false;
        if (!names.next(query, watch.namePosition, Math.min(PAGE_RECORDS, watchEventsLeft), nowNs, page)) {
            watch.state = Watch.State.END;
        }
        return !isRefused || watchEventsLeft != eventsBefore;
    }

    private boolean nextBySlots(final Watch watch, final long nowNs) {
        final long before = watch.cursor;
        final int eventsBefore = watchEventsLeft;
        watch.cursor = reader.query(query, before, Math.min(PAGE_RECORDS, watchEventsLeft), nowNs, page);
        if (watch.cursor == 0) {
            watch.state = Watch.State.END;
        }
        return watch.cursor != before || watchEventsLeft != eventsBefore;
    }

    private boolean onRecord(final RecordView record) {
        // A name prefix without a namespace is no matter of the query.
        isRefused = paged.filter.matches(record)
            && !send(paged, writer.buffer(), 0, writer.record(WatchEventWriter.SNAPSHOT_RECORD, record),
                WatchEventWriter.SNAPSHOT_RECORD, 0);
        return !isRefused;
    }

    private boolean mark(final Watch watch, final int type, final long lost) {
        return send(watch, writer.buffer(), 0, writer.mark(type, lost), type, 0);
    }

    private boolean send(
        final Watch watch, final DirectBuffer event, final int offset, final int length, final int type, final int reason) {
        final int index = hasRoom(watch, length) ? sink.tryClaim(watch.sessionId, length) : -1;
        if (index < 0) {
            return false;
        }
        sink.buffer().putBytes(index, event, offset, length);
        WatchEventWriter.address(sink.buffer(), index, watch.watchId, watch.nextSequence(), type, reason);
        sink.commit(index);
        watch.onSent(length);
        watchEventsLeft--;
        counters.onSent();
        return true;
    }

    private boolean hasRoom(final Watch watch, final int length) {
        return watch.hasWindow(length) && sink.hasRoom(egressReserve + length);
    }

    /** The log needs the room of the change that a watch has not taken. */
    void displace(final Watch watch) {
        if (watch.state != Watch.State.BEGIN && log.eventLength(watch.position) != 0
            && watch.eventOf(log, watch.position, scratch) != Watch.NOTHING) {
            watch.state = Watch.State.LOST;
            lose(watch);
        }
    }

    private void lose(final Watch watch) {
        watch.lost++;
        counters.onLost();
    }
}
