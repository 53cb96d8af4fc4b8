package io.ringmaster.client;

import io.ringmaster.protocol.codec.AgentHeartbeatEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * Encodes heartbeats of agents and of tasks they hold: {@code beginAgents, agent..., beginTasks, task..., send}. A frame
 * that is full is said to be so, and the caller sends it and begins another one.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
class HeartbeatWriter {
    /** Entries of either kind in one frame, so that it stays below 8 KiB. */
    static final int MAX_ENTRIES = 192;

    private final ClientChannel channel;
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(8 * 1024));
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final AgentHeartbeatEncoder heartbeat = new AgentHeartbeatEncoder();
    private AgentHeartbeatEncoder.AgentsEncoder agents;
    private AgentHeartbeatEncoder.RunningEncoder running;
    private int agentCount;
    private int taskCount;

    HeartbeatWriter(final ClientChannel channel) {
        this.channel = channel;
    }

    void beginAgents() {
        heartbeat.wrapAndApplyHeader(buffer, 0, header).sessionId(channel.sessionId());
        agents = heartbeat.agentsCount(MAX_ENTRIES);
        agentCount = 0;
        taskCount = 0;
        running = null;
    }

    void agent(final long agentId, final byte readiness, final int inFlight, final long estimatedWaitNs) {
        agents.next().agentId(agentId).readiness(readiness).inFlight(inFlight).estimatedWaitNs(estimatedWaitNs);
        agentCount++;
    }

    void beginTasks() {
        agents.resetCountToIndex();
        running = heartbeat.runningCount(MAX_ENTRIES);
    }

    void task(final long taskId, final int attempt) {
        running.next().taskId(taskId).attempt(attempt);
        taskCount++;
    }

    boolean isFull() {
        return agentCount == MAX_ENTRIES || taskCount == MAX_ENTRIES;
    }

    /** True: sent, or there was nothing to send. */
    boolean send() {
        if (running == null) {
            beginTasks();
        }
        running.resetCountToIndex();
        return agentCount + taskCount == 0 || channel.sendRaw(buffer, heartbeat.limit()) > 0;
    }
}
