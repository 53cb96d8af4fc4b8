package io.ringmaster.server.coordination;

import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.thread.Role;

/**
 * Runs the {@link Coordinator}: drains the coordination ring while the egress ring has room for the replies, then lets it
 * do what time and room allow.
 * <p>
 * Threading: confined to the thread that the plan gives it.
 */
public final class CoordinatorRole implements Role {
    /** Commands applied between two looks at the egress ring. */
    private static final int CHUNK = 8;
    private static final int CHUNKS_PER_CYCLE = 8;
    private static final long PUBLISH_INTERVAL_NS = 10_000_000L;

    private final CommandRing ring;
    private final Coordinator coordinator;
    private final CoordinatorCommandAdapter adapter;
    private final EgressProxy egress;
    private final int roomForChunk;
    private final CoordinationCounters counters;
    private long nextPublishNs = Long.MIN_VALUE;

    /**
     * A role that is not started.
     *
     * @param ring             its commands.
     * @param coordinator      the state machine.
     * @param egress           where replies go; asked for room only.
     * @param maxMessageLength of one reply in bytes.
     * @param taskLeaseNs      by which a running task's lease is renewed.
     * @param counters         published on the slow tick.
     */
    public CoordinatorRole(final CommandRing ring, final Coordinator coordinator, final EgressProxy egress,
        final int maxMessageLength, final long taskLeaseNs, final CoordinationCounters counters) {
        this.ring = ring;
        this.coordinator = coordinator;
        this.egress = egress;
        this.counters = counters;
        roomForChunk = roomForAnswers(maxMessageLength);
        adapter = new CoordinatorCommandAdapter(coordinator, taskLeaseNs);
    }

    /**
     * Bytes in the egress ring that answers to one chunk of commands may take.
     *
     * @param maxMessageLength of one answer.
     * @return bytes.
     */
    public static int roomForAnswers(final int maxMessageLength) {
        return CHUNK * maxMessageLength;
    }

    @Override
    public String roleName() {
        return "coordinator";
    }

    @Override
    public int doWork(final long nowNs) {
        adapter.nowNs(nowNs);
        int work = 0;
        for (int chunk = 0; chunk < CHUNKS_PER_CYCLE && egress.hasRoom(roomForChunk); chunk++) {
            final int done = ring.poll(adapter, CHUNK, nowNs);
            work += done;
            if (done < CHUNK) {
                break;
            }
        }
        work += coordinator.doWork(nowNs);
        if (nowNs >= nextPublishNs) {
            nextPublishNs = nowNs + PUBLISH_INTERVAL_NS;
            counters.publish(coordinator);
        }
        return work;
    }
}
