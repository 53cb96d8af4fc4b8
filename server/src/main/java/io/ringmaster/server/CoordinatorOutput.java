package io.ringmaster.server;

import io.ringmaster.server.agents.LocalAgents;
import io.ringmaster.server.coordination.CoordinatorEffects;
import io.ringmaster.server.coordination.CoordinatorRole;
import io.ringmaster.server.egress.EgressProxy;
import org.agrona.DirectBuffer;

/**
 * The coordinator's effects: messages into the egress ring, offers into mailboxes. Offers and results leave the room alone that the
 * role makes sure of for answers.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class CoordinatorOutput implements CoordinatorEffects {
    private final EgressProxy egress;
    private final LocalAgents localAgents;
    private final int answerRoom;

    CoordinatorOutput(final EgressProxy egress, final LocalAgents localAgents, final int maxMessageLength) {
        this.egress = egress;
        this.localAgents = localAgents;
        answerRoom = CoordinatorRole.roomForAnswers(maxMessageLength);
    }

    @Override
    public boolean send(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        final int index = egress.tryClaim(sessionId, length);
        if (index < 0) {
            return false;
        }
        egress.buffer().putBytes(index, message, offset, length);
        egress.commit(index);
        return true;
    }

    @Override
    public boolean trySend(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        return egress.hasRoom(answerRoom + length) && send(sessionId, message, offset, length);
    }

    @Override
    public void markResumed(final long sessionId) {
        egress.markResumed(sessionId);
    }

    @Override
    public boolean deliver(final int localAgent, final DirectBuffer message, final int offset, final int length) {
        return localAgents.offer(localAgent, message, offset, length);
    }
}
