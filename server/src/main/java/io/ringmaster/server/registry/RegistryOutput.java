package io.ringmaster.server.registry;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.RegisterReplyEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.AgentDownCommandEncoder;
import io.ringmaster.server.codec.AgentUpCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.egress.EgressProxy;

/**
 * What leaves the registry's role: agents that come and go into the coordination ring (as completions, which are never refused
 * for load), replies and AgentLost to the sessions through the egress ring. Services are no business of the coordinator; an
 * agent that its owner replaces by a service goes down there.
 * <p>
 * Both rings have other producers, so the room that {@link #canAccept()} saw may be gone a moment later. What finds no room
 * then waits in a pending queue of {@link OutputClaim}, in order; while something waits there, everything goes there and
 * {@code canAccept} says no. So an agent's AgentUp is always in the coordination ring before the reply of its registration is
 * in the egress ring.
 * <p>
 * Threading: confined to the registry's role.
 */
public final class RegistryOutput implements RegistryEffects {
    /**
     * Commands that may be taken at once. A command that removes dead records may use up the room of those behind it, and then
     * all of their output has to fit the pending queue.
     */
    static final int MAX_COMMANDS = 16;
    /** One removal, and two effects of a command. */
    private static final int COORDINATION_ROOM = 3;
    /** An AgentLost of each removal, and the reply of a command. */
    private static final int EGRESS_ROOM = 3;
    private static final int PENDING_MESSAGES = (MAX_COMMANDS + 1) * (COORDINATION_ROOM + EGRESS_ROOM);

    private final CommandRing coordinationRing;
    private final EgressProxy egress;
    private final RegistryResults results;
    private final OutputClaim claim;
    private final int maxEgressLength;
    private final io.ringmaster.protocol.codec.MessageHeaderEncoder wireHeader =
        new io.ringmaster.protocol.codec.MessageHeaderEncoder();
    private final RegisterReplyEncoder registerReply = new RegisterReplyEncoder();
    private final ReplyEncoder reply = new ReplyEncoder();
    private final AgentLostEncoder agentLost = new AgentLostEncoder();
    private final MessageHeaderEncoder commandHeader = new MessageHeaderEncoder();
    private final AgentUpCommandEncoder agentUp = new AgentUpCommandEncoder();
    private final AgentDownCommandEncoder agentDown = new AgentDownCommandEncoder();

    /**
     * The output of one registry role; its partitions are built with it.
     *
     * @param coordinationRing where agents are announced.
     * @param egress           where replies go.
     * @param results          codes and texts.
     */
    public RegistryOutput(final CommandRing coordinationRing, final EgressProxy egress, final RegistryResults results) {
        this.coordinationRing = coordinationRing;
        this.egress = egress;
        this.results = results;
        final int maxCommandLength = MessageHeaderEncoder.ENCODED_LENGTH + AgentUpCommandEncoder.BLOCK_LENGTH +
            AgentUpCommandEncoder.namespaceNameHeaderLength() + AgentUpCommandEncoder.nameHeaderLength() +
            2 * results.maxNameLength();
        if (coordinationRing.maxMessageLength() < maxCommandLength) {
            throw new IllegalArgumentException("coordination ring: messages of up to " + coordinationRing.maxMessageLength() +
                " bytes are too short for an AgentUpCommand of " + maxCommandLength);
        }
        maxEgressLength = Math.max(RegisterReplyEncoder.BLOCK_LENGTH, ReplyEncoder.BLOCK_LENGTH) + Integer.BYTES +
            io.ringmaster.protocol.codec.MessageHeaderEncoder.ENCODED_LENGTH + results.maxTextLength();
        claim = new OutputClaim(
            coordinationRing, egress, Math.max(maxCommandLength, maxEgressLength), PENDING_MESSAGES);
    }

    @Override
    public boolean canAccept() {
        return claim.nothingPending() &&
            coordinationRing.capacity() - coordinationRing.depth() >= COORDINATION_ROOM &&
            egress.hasRoom(EGRESS_ROOM * maxEgressLength);
    }

    /**
     * How many commands may be taken now.
     *
     * @param limit most commands.
     * @return 0 to limit and to {@link #MAX_COMMANDS}.
     */
    int commandRoom(final int limit) {
        final int coordinationRoom = coordinationRing.capacity() - coordinationRing.depth();
        final int commands = Math.min(Math.min(limit, MAX_COMMANDS), coordinationRoom / COORDINATION_ROOM);
        if (commands < 1 || !claim.nothingPending()) {
            return 0;
        }
        if (egress.hasRoom(commands * EGRESS_ROOM * maxEgressLength)) {
            return commands;
        }
        return egress.hasRoom(EGRESS_ROOM * maxEgressLength) ? 1 : 0;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        if (record.kind() != Protocol.KIND_AGENT) {
            if (record.version() > 1) {
                agentDown(record.incarnation(), UNREGISTERED);
            }
            return;
        }
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + AgentUpCommandEncoder.BLOCK_LENGTH +
            AgentUpCommandEncoder.namespaceNameHeaderLength() + record.namespaceLength() +
            AgentUpCommandEncoder.nameHeaderLength() + record.nameLength();
        claim.coordination(length);
        try {
            agentUp.wrapAndApplyHeader(claim.buffer(), claim.index(), commandHeader)
                .sessionId(record.ownerSession())
                .agentId(record.incarnation())
                .capacity(record.capacity())
                .parallelism(record.parallelism())
                .localAgent(record.localAgent());
            agentUp.capabilities()
                .w0(record.capabilities().word(0))
                .w1(record.capabilities().word(1))
                .w2(record.capabilities().word(2))
                .w3(record.capabilities().word(3));
            agentUp.putNamespaceName(record.buffer(), record.namespaceOffset(), record.namespaceLength())
                .putName(record.buffer(), record.nameOffset(), record.nameLength());
            claim.commit();
        } finally {
            claim.abortIfOpen();
        }
    }

    @Override
    public void onDown(
        final long incarnation, final byte kind, final long ownerSession, final int localAgent, final int reason) {
        if (kind == Protocol.KIND_AGENT) {
            agentDown(incarnation, reason);
        }
        if (reason == LEASE_EXPIRED && ownerSession != 0) {
            agentLost(ownerSession, incarnation, RegistryResults.lostCode(reason), results.leaseExpiredText());
        }
    }

    /** Starts a duty cycle: what waits is sent as far as there is room. Returns messages sent. */
    int drain(final long nowNs) {
        return claim.drain(nowNs);
    }

    /** Tells the session of a heartbeat that its agent is not registered. */
    void notRegistered(final long sessionId, final long agentId) {
        agentLost(sessionId, agentId, ResultCode.NOT_FOUND, results.notRegisteredText());
    }

    /** Answers a registration. */
    void registerReply(
        final long sessionId, final long correlationId, final int result, final long agentId, final long recordVersion,
        final long ownerSessionId, final long leaseNs) {
        sendRegisterReply(sessionId, correlationId, RegistryResults.code(result), RegistryResults.retryAfterMs(result),
            agentId, recordVersion, ownerSessionId, leaseMs(leaseNs), results.text(result));
    }

    /** Answers a registration that failed with an exception. */
    void registerFailed(final long sessionId, final long correlationId) {
        sendRegisterReply(sessionId, correlationId, ResultCode.INTERNAL, 0, 0, 0, 0, 0, results.failedText());
    }

    /** Answers an unregistration. */
    void unregisterReply(final long sessionId, final long correlationId, final int result, final long incarnation) {
        sendReply(sessionId, correlationId, RegistryResults.code(result), incarnation, results.text(result));
    }

    /** Answers an unregistration that failed with an exception. */
    void unregisterFailed(final long sessionId, final long correlationId) {
        sendReply(sessionId, correlationId, ResultCode.INTERNAL, 0, results.failedText());
    }

    private void sendRegisterReply(
        final long sessionId, final long correlationId, final ResultCode code, final int retryAfterMs, final long agentId,
        final long recordVersion, final long ownerSessionId, final int leaseMs, final byte[] text) {
        claim.egress(sessionId, wireLength(RegisterReplyEncoder.BLOCK_LENGTH, RegisterReplyEncoder.textHeaderLength(), text));
        registerReply.wrapAndApplyHeader(claim.buffer(), claim.index(), wireHeader)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .agentId(agentId)
            .recordVersion(recordVersion)
            .ownerSessionId(ownerSessionId)
            .leaseMs(leaseMs)
            .putText(text, 0, text.length);
        claim.commit();
    }

    private void sendReply(
        final long sessionId, final long correlationId, final ResultCode code, final long value, final byte[] text) {
        claim.egress(sessionId, wireLength(ReplyEncoder.BLOCK_LENGTH, ReplyEncoder.textHeaderLength(), text));
        reply.wrapAndApplyHeader(claim.buffer(), claim.index(), wireHeader)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(0)
            .value(value)
            .value2(0)
            .putText(text, 0, text.length);
        claim.commit();
    }

    private void agentDown(final long agentId, final int reason) {
        claim.coordination(MessageHeaderEncoder.ENCODED_LENGTH + AgentDownCommandEncoder.BLOCK_LENGTH);
        agentDown.wrapAndApplyHeader(claim.buffer(), claim.index(), commandHeader)
            .agentId(agentId)
            .reason((short) reason);
        claim.commit();
    }

    private void agentLost(final long sessionId, final long agentId, final ResultCode code, final byte[] text) {
        claim.egress(sessionId, wireLength(AgentLostEncoder.BLOCK_LENGTH, AgentLostEncoder.textHeaderLength(), text));
        agentLost.wrapAndApplyHeader(claim.buffer(), claim.index(), wireHeader)
            .agentId(agentId)
            .code(code.value())
            .putText(text, 0, text.length);
        claim.commit();
    }

    private static int wireLength(final int blockLength, final int textHeaderLength, final byte[] text) {
        return io.ringmaster.protocol.codec.MessageHeaderEncoder.ENCODED_LENGTH + blockLength + textHeaderLength + text.length;
    }

    private static int leaseMs(final long leaseNs) {
        return (int) Math.min(Integer.MAX_VALUE, leaseNs / 1_000_000);
    }
}
