package io.ringmaster.server.registry;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.AgentDownCommandEncoder;
import io.ringmaster.server.codec.AgentLoadCommandEncoder;
import io.ringmaster.server.codec.AgentUpCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.egress.ReplySink;

/**
 * What leaves the registry's role: agents that come, change and go into the coordination ring (as completions, which are never
 * refused for load), replies and AgentLost to the sessions through {@link RegistryReplies}. Services are no business of the
 * coordinator; an agent that its owner replaces by a service goes down there.
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

    /** What a change of a record comes from. */
    enum Cause {
        /** None of the others: a lease, the end of a session, a drop of a namespace. */
        OTHER,
        /** An update: the coordinator hears of the new capabilities. */
        UPDATE,
        /** A heartbeat: the coordinator has heard of it already, from ingress. */
        RENEWAL
    }

    private final CommandRing coordinationRing;
    private final ReplySink egress;
    private final RegistryResults results;
    private final OutputClaim claim;
    private final RegistryReplies replies;
    private final int maxEgressLength;
    private final MessageHeaderEncoder commandHeader = new MessageHeaderEncoder();
    private final AgentUpCommandEncoder agentUp = new AgentUpCommandEncoder();
    private final AgentDownCommandEncoder agentDown = new AgentDownCommandEncoder();
    private final AgentLoadCommandEncoder agentLoad = new AgentLoadCommandEncoder();
    private final RemovedAgents removedAgents = new RemovedAgents();
    private Cause cause = Cause.OTHER;
    private long requester;

    /**
     * The output of one registry role; its partitions are built with it.
     *
     * @param coordinationRing where agents are announced.
     * @param egress           where replies go: the egress ring, or what stands in front of it.
     * @param results          codes and texts.
     */
    public RegistryOutput(final CommandRing coordinationRing, final ReplySink egress, final RegistryResults results) {
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
        maxEgressLength = RegistryReplies.maxLength(results);
        claim = new OutputClaim(coordinationRing, egress,
            Math.max(maxCommandLength, RegistryReplies.maxBatchLength(results)), PENDING_MESSAGES);
        replies = new RegistryReplies(claim, results);
    }

    /** Answers of the role. */
    RegistryReplies replies() {
        return replies;
    }

    /**
     * Says where the changes come from that follow.
     *
     * @param newCause     of them.
     * @param newRequester session whose command it is; 0: none.
     */
    void cause(final Cause newCause, final long newRequester) {
        cause = newCause;
        requester = newRequester;
    }

    @Override
    public boolean canAccept() {
        return claim.nothingPending() &&
            coordinationRing.capacity() - coordinationRing.depth() >= COORDINATION_ROOM &&
            hasEgressRoom(1);
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
        if (hasEgressRoom(commands)) {
            return commands;
        }
        return hasEgressRoom(1) ? 1 : 0;
    }

    private boolean hasEgressRoom(final int commands) {
        return egress.hasRoom(commands * EGRESS_ROOM * maxEgressLength + replies.heldLength());
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        if (record.kind() != Protocol.KIND_AGENT) {
            if (record.version() > 1) {
                agentDown(record.incarnation(), UNREGISTERED);
            }
            return;
        }
        agentUp(record);
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        // The coordinator does not know orphans, and hears of a heartbeat from ingress, but not of a drop that a heartbeat meets.
        final boolean byDrop = partition.isDrainedByDrop();
        if (record.kind() != Protocol.KIND_AGENT || record.isOrphan() || cause == Cause.RENEWAL && !byDrop) {
            return;
        }
        if (cause == Cause.UPDATE && !byDrop) {
            agentUp(record);
        } else {
            agentLoad(record);
        }
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        if (record.kind() == Protocol.KIND_AGENT) {
            agentDown(record.incarnation(), reason);
        }
        if (record.ownerSession() != 0 && !record.isOrphan() && isNewsForOwner(record.ownerSession(), reason)) {
            final ResultCode code = RegistryResults.lostCode(reason);
            if (code == ResultCode.CANCELLED) {
                removedAgents.add(record.incarnation());
            }
            replies.agentLost(record.ownerSession(), record.incarnation(), code, results.lostText(reason));
        }
    }

    /** What the owner did itself is none, nor what nobody is left to hear. */
    private boolean isNewsForOwner(final long ownerSession, final int reason) {
        return reason == UNREGISTERED ? requester != ownerSession : reason != SESSION_ENDED;
    }

    /** Starts a duty cycle: what waits is sent as far as there is room. Returns messages sent. */
    int drain(final long nowNs) {
        return claim.drain(nowNs);
    }

    /** Tells the session of a heartbeat that its agent is not registered, and whether it may register it again. */
    void notRegistered(final long sessionId, final long agentId) {
        if (removedAgents.contains(agentId)) {
            replies.agentLost(sessionId, agentId, ResultCode.CANCELLED, results.lostText(UNREGISTERED));
        } else {
            replies.agentLost(sessionId, agentId, ResultCode.NOT_FOUND, results.notRegisteredText());
        }
    }

    private void agentUp(final RecordView record) {
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
                .localAgent(record.localAgent())
                .readiness(record.readiness());
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

    private void agentLoad(final RecordView record) {
        claim.coordination(MessageHeaderEncoder.ENCODED_LENGTH + AgentLoadCommandEncoder.BLOCK_LENGTH);
        agentLoad.wrapAndApplyHeader(claim.buffer(), claim.index(), commandHeader)
            .agentId(record.incarnation())
            .readiness(record.readiness())
            .inFlight(record.inFlight())
            .estimatedWaitNs(record.estimatedWaitNs())
            .sessionId(record.ownerSession())
            .byRegistry((short) 1);
        claim.commit();
    }

    private void agentDown(final long agentId, final int reason) {
        claim.coordination(MessageHeaderEncoder.ENCODED_LENGTH + AgentDownCommandEncoder.BLOCK_LENGTH);
        agentDown.wrapAndApplyHeader(claim.buffer(), claim.index(), commandHeader)
            .agentId(agentId)
            .reason((short) reason);
        claim.commit();
    }
}
