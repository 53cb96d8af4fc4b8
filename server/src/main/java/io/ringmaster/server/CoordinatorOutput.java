package io.ringmaster.server;

import io.ringmaster.server.agents.LocalAgents;
import io.ringmaster.server.coordination.CoordinatorEffects;
import io.ringmaster.server.egress.EgressProxy;
import org.agrona.DirectBuffer;

/**
 * The coordinator's effects: messages into the egress ring, offers into mailboxes.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class CoordinatorOutput implements CoordinatorEffects {
    private final EgressProxy egress;
    private final LocalAgents localAgents;

    CoordinatorOutput(final EgressProxy egress, final LocalAgents localAgents) {
        this.egress = egress;
        this.localAgents = localAgents;
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
    public boolean deliver(final int localAgent, final DirectBuffer message, final int offset, final int length) {
        return localAgents.offer(localAgent, message, offset, length);
    }
}
