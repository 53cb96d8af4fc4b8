package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.AgentHeartbeatDecoder;
import io.ringmaster.protocol.codec.AgentHeartbeatDecoder.AgentsDecoder;
import io.ringmaster.protocol.codec.AgentHeartbeatDecoder.RunningDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.AgentLoadCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RenewCommandEncoder;
import io.ringmaster.server.codec.TaskRunningCommandEncoder;
import io.ringmaster.server.session.ClientStream;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Turns a heartbeat into its parts: for each agent a renewal for its partition and its load for the coordinator, then the
 * running tasks for the coordinator. All may use the reserve. If a ring has no room even so, the frame is put back and goes
 * on later with the first part that is not done.
 * <p>
 * Threading: confined to the network thread.
 */
final class HeartbeatAdapter {
    private static final int PARTS_OF_AGENT = 2;
    private static final int RUNNING_HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH +
        TaskRunningCommandEncoder.BLOCK_LENGTH + TaskRunningCommandEncoder.RunningEncoder.sbeHeaderSize();

    private final IngressContext context;
    private final RequestChecks checks;
    private final int maxRunningTasks;
    private final AgentHeartbeatDecoder heartbeat = new AgentHeartbeatDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RenewCommandEncoder renew = new RenewCommandEncoder();
    private final AgentLoadCommandEncoder load = new AgentLoadCommandEncoder();
    private final TaskRunningCommandEncoder taskRunning = new TaskRunningCommandEncoder();
    private DirectBuffer frame;
    private int agents;
    private int agentLength;
    private int agentsOffset;
    private int running;
    private int runningLength;
    private int runningOffset;

    HeartbeatAdapter(final IngressContext context, final RequestChecks checks) {
        this.context = context;
        this.checks = checks;
        maxRunningTasks = (context.coordination().maxMessageLength() - RUNNING_HEADER_LENGTH) /
            TaskRunningCommandEncoder.RunningEncoder.sbeBlockLength();
    }

    /** False: not all parts found room, the frame has to come again. */
    boolean onHeartbeat(
        final Session session, final ClientStream stream, final DirectBuffer buffer, final MessageHeaderDecoder frameHeader,
        final long nowNs) {
        locateGroups(buffer, frameHeader);
        if (!isValid()) {
            context.counters().increment(NetworkCounter.INVALID_REQUESTS);
            context.sessions().proxy().reply(session, 0, checks.code(), 0, checks.text());
            return true;
        }
        final int agentParts = PARTS_OF_AGENT * agents;
        final int parts = agentParts + (running + maxRunningTasks - 1) / maxRunningTasks;
        for (int part = stream.progress(); part < parts; part++) {
            final boolean done = part < agentParts ?
                agentPart(session.sessionId(), part, nowNs) :
                runningPart(session.sessionId(), (part - agentParts) * maxRunningTasks, nowNs);
            if (!done) {
                stream.progress(part);
                return false;
            }
        }
        stream.progress(0);
        return true;
    }

    private void locateGroups(final DirectBuffer buffer, final MessageHeaderDecoder frameHeader) {
        frame = buffer;
        heartbeat.wrapAndApplyHeader(buffer, 0, frameHeader);
        final AgentsDecoder agentsGroup = heartbeat.agents();
        agents = agentsGroup.count();
        agentLength = agentsGroup.actingBlockLength();
        agentsOffset = heartbeat.limit();
        heartbeat.limit(agentsOffset + agents * agentLength);
        final RunningDecoder runningGroup = heartbeat.running();
        running = runningGroup.count();
        runningLength = runningGroup.actingBlockLength();
        runningOffset = heartbeat.limit();
    }

    private boolean isValid() {
        for (int i = 0; i < agents; i++) {
            final int offset = agentsOffset + i * agentLength;
            final int readiness = readiness(offset);
            final int partition = PartitionRouter.partitionOfIncarnation(agentId(offset));
            if (readiness < Protocol.READY || readiness > Protocol.DRAINING) {
                return checks.within(RequestChecks.element("agents", i, "readiness"), readiness, Protocol.READY, Protocol.DRAINING);
            }
            if (inFlight(offset) < 0) {
                return checks.notNegative(RequestChecks.element("agents", i, "inFlight"), inFlight(offset));
            }
            if (estimatedWaitNs(offset) < 0) {
                return checks.notNegative(RequestChecks.element("agents", i, "estimatedWaitNs"), estimatedWaitNs(offset));
            }
            if (partition < 0 || partition >= context.partitions().length) {
                return checks.invalid(RequestChecks.element("agents", i, "agentId") + " = " + agentId(offset) +
                    " must be one that this server gave out");
            }
        }
        return true;
    }

    private boolean agentPart(final long sessionId, final int part, final long nowNs) {
        final int offset = agentsOffset + part / PARTS_OF_AGENT * agentLength;
        return part % PARTS_OF_AGENT == 0 ? renew(sessionId, offset, nowNs) : load(sessionId, offset, nowNs);
    }

    private boolean renew(final long sessionId, final int offset, final long nowNs) {
        final long agentId = agentId(offset);
        final CommandRing ring = context.partitions()[PartitionRouter.partitionOfIncarnation(agentId)];
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + RenewCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        renew.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(sessionId)
            .agentId(agentId)
            .readiness((short) readiness(offset))
            .inFlight(inFlight(offset))
            .estimatedWaitNs(estimatedWaitNs(offset));
        ring.commit(sequence, length, nowNs);
        return true;
    }

    private boolean load(final long sessionId, final int offset, final long nowNs) {
        final CommandRing ring = context.coordination();
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + AgentLoadCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        load.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(sessionId)
            .agentId(agentId(offset))
            .readiness((short) readiness(offset))
            .inFlight(inFlight(offset))
            .estimatedWaitNs(estimatedWaitNs(offset))
            .byRegistry((short) 0);
        ring.commit(sequence, length, nowNs);
        return true;
    }

    private boolean runningPart(final long sessionId, final int first, final long nowNs) {
        final CommandRing ring = context.coordination();
        final int count = Math.min(running - first, maxRunningTasks);
        final int length = RUNNING_HEADER_LENGTH + count * TaskRunningCommandEncoder.RunningEncoder.sbeBlockLength();
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        taskRunning.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header).sessionId(sessionId);
        final TaskRunningCommandEncoder.RunningEncoder group = taskRunning.runningCount(count);
        for (int i = first; i < first + count; i++) {
            final int offset = runningOffset + i * runningLength;
            group.next()
                .taskId(frame.getLong(offset + RunningDecoder.taskIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN))
                .attempt(frame.getInt(offset + RunningDecoder.attemptEncodingOffset(), ByteOrder.LITTLE_ENDIAN));
        }
        ring.commit(sequence, length, nowNs);
        return true;
    }

    private long agentId(final int offset) {
        return frame.getLong(offset + AgentsDecoder.agentIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    private int readiness(final int offset) {
        return frame.getByte(offset + AgentsDecoder.readinessEncodingOffset()) & 0xFF;
    }

    private int inFlight(final int offset) {
        return frame.getInt(offset + AgentsDecoder.inFlightEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    private long estimatedWaitNs(final int offset) {
        return frame.getLong(offset + AgentsDecoder.estimatedWaitNsEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }
}
