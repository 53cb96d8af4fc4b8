package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RemovalReason;
import io.ringmaster.client.RingmasterException;
import io.ringmaster.client.WatchListener;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events of a watch as lines that wait to be printed. Bounded: where the output is slower than the events, lines are left out
 * and a line says how many.
 * <p>
 * Threading: thread-safe; filled by the client's thread, emptied by the main thread.
 */
final class WatchLines implements WatchListener {
    private static final int CAPACITY = 65_536;

    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong leftOut = new AtomicLong();
    private volatile RingmasterException failure;

    /** The next line; null: there is none at the moment. */
    Line poll() {
        final Line line = lines.poll();
        final long missing = line == null ? leftOut.getAndSet(0) : 0;
        return missing == 0 ? line : new Line("left-out", CliCommand.object().put("event", "left-out").put("count", missing),
            "left-out    " + missing + " lines: the output is too slow");
    }

    /** Why the watch has ended; null: it has not. */
    RingmasterException failure() {
        return failure;
    }

    private void add(final String event, final ObjectNode detail, final String text) {
        final ObjectNode json = CliCommand.object().put("event", event);
        json.setAll(detail);
        if (!lines.offer(new Line(event, json, String.format("%-12s%s", event, text).stripTrailing()))) {
            leftOut.incrementAndGet();
        }
    }

    private void add(final String event, final AgentRecord record, final RemovalReason reason) {
        final ObjectNode detail = CliCommand.object();
        if (reason != null) {
            detail.put("reason", reason.name());
        }
        final ObjectNode node = Records.json(record);
        Records.putBytes(node, "metadata", record.metadata());
        detail.set("record", node);
        add(event, detail, Records.line(record) + (reason == null ? "" : "  " + reason));
    }

    @Override
    public void onSnapshotBegin() {
        add("snapshot-begin", CliCommand.object(), "");
    }

    @Override
    public void onRecord(final AgentRecord record) {
        add("record", record, null);
    }

    @Override
    public void onSnapshotEnd() {
        add("snapshot-end", CliCommand.object(), "");
    }

    @Override
    public void onRegistered(final AgentRecord record) {
        add("registered", record, null);
    }

    @Override
    public void onChanged(final AgentRecord record) {
        add("changed", record, null);
    }

    @Override
    public void onRemoved(final AgentRecord record, final RemovalReason reason) {
        add("removed", record, reason);
    }

    @Override
    public void onLost(final long count) {
        add("lost", CliCommand.object().put("count", count), count < 0 ? "the connection" : count + " events");
    }

    @Override
    public void onFailed(final RingmasterException cause) {
        failure = cause;
    }

    /** One event. */
    record Line(String event, ObjectNode json, String text) {
    }
}
