package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.ring.Mailbox;
import io.ringmaster.ring.MailboxCounters;
import io.ringmaster.ring.MailboxDescriptor;
import io.ringmaster.ring.MailboxSettings;
import io.ringmaster.ring.OverflowPolicy;
import io.ringmaster.server.codec.LocalCancelEncoder;
import io.ringmaster.server.codec.LocalOfferEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.SystemNanoClock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The in-server agents of the configuration, by index, in the order of their groups.
 * <p>
 * Threading: immutable after construction; {@link #offer} is called by the coordinator's role, {@link #close} by the thread that
 * stops the server.
 */
public final class LocalAgents implements AutoCloseable {
    private final List<LocalAgent> agents;
    private final ErrorHandler errorHandler;

    /**
     * Builds the agents with their mailboxes and handlers.
     *
     * @param groups           of the configuration.
     * @param catalog          of the handlers.
     * @param mailboxSlots     messages that one mailbox holds; a power of two.
     * @param maxPayloadLength of one task in bytes.
     * @param counters         shared by the mailboxes.
     * @param errorHandler     of the mailboxes.
     * @throws AgentConfigurationException if two agents have the same name, a handler is not known (the message lists those
     *                                     that are), or a handler cannot be created. Handlers created so far are closed.
     */
    public LocalAgents(
        final List<AgentGroup> groups,
        final HandlerCatalog catalog,
        final int mailboxSlots,
        final int maxPayloadLength,
        final MailboxCounters counters,
        final ErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
        checkNames(groups);
        final int slotLength = MailboxDescriptor.slotLengthFor(maxMessageLength(maxPayloadLength));
        final List<LocalAgent> built = new ArrayList<>();
        final List<TaskHandler> handlers = new ArrayList<>();
        boolean complete = false;
        try {
            for (final AgentGroup group : groups) {
                AnswerProxy.outboxLength(group.capacity(), maxPayloadLength);
                for (int i = 0; i < group.count(); i++) {
                    final String name = group.agentName(i);
                    final TaskHandler handler = catalog.create(group.handler(), name, group.settings());
                    handlers.add(handler);
                    final MailboxSettings settings =
                        new MailboxSettings(name, mailboxSlots, slotLength, OverflowPolicy.REJECT);
                    final Mailbox mailbox = new Mailbox(settings, counters, null, SystemNanoClock.INSTANCE, errorHandler);
                    built.add(new LocalAgent(built.size(), name, group, mailbox, handler));
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                CloseHelper.quietCloseAll(handlers);
            }
        }
        agents = List.copyOf(built);
    }

    /**
     * Bytes of the longest mailbox message.
     *
     * @param maxPayloadLength of one task in bytes.
     * @return length of a LocalOffer with that payload.
     */
    public static int maxMessageLength(final int maxPayloadLength) {
        final int offerLength = LocalOfferEncoder.BLOCK_LENGTH + LocalOfferEncoder.payloadHeaderLength() + maxPayloadLength;
        return MessageHeaderEncoder.ENCODED_LENGTH + Math.max(offerLength, LocalCancelEncoder.BLOCK_LENGTH);
    }

    /**
     * Number of agents.
     *
     * @return count.
     */
    public int size() {
        return agents.size();
    }

    /**
     * One agent.
     *
     * @param index 0 to size - 1.
     * @return the agent.
     */
    public LocalAgent get(final int index) {
        return agents.get(index);
    }

    /**
     * All agents in the order of their indexes.
     *
     * @return unmodifiable list.
     */
    public List<LocalAgent> all() {
        return agents;
    }

    /**
     * The agents of one worker: dealt in turn, so that the agents of one group spread over the workers.
     *
     * @param worker      0 to workerCount - 1.
     * @param workerCount number of workers.
     * @return the worker's agents.
     */
    public List<LocalAgent> assignedTo(final int worker, final int workerCount) {
        if (worker < 0 || worker >= workerCount) {
            throw new IllegalArgumentException("worker " + worker + " is outside 0 to " + (workerCount - 1));
        }
        final List<LocalAgent> assigned = new ArrayList<>();
        for (int i = worker; i < agents.size(); i += workerCount) {
            assigned.add(agents.get(i));
        }
        return assigned;
    }

    /**
     * Puts a LocalOffer or LocalCancel into the mailbox of an agent.
     *
     * @param localAgent index of the agent.
     * @param message    buffer with the encoded message; copied before this returns.
     * @param offset     of the message.
     * @param length     of the message in bytes.
     * @return false when the mailbox is full: try again later.
     * @throws IllegalArgumentException if there is no such agent or the message is longer than any offer may be.
     */
    public boolean offer(final int localAgent, final DirectBuffer message, final int offset, final int length) {
        if (localAgent < 0 || localAgent >= agents.size()) {
            throw new IllegalArgumentException("no in-server agent has the index " + localAgent);
        }
        final int result = agents.get(localAgent).mailbox().offer(message, offset, length);
        if (result == Mailbox.TOO_LONG) {
            throw new IllegalArgumentException("message of " + length + " bytes is longer than the mailbox of agent " +
                agents.get(localAgent).name() + " takes: " + agents.get(localAgent).mailbox().maxMessageLength());
        }
        return result >= 0;
    }

    /** Closes the handlers that no worker has closed. Only after the workers have stopped. */
    @Override
    public void close() {
        for (final LocalAgent agent : agents) {
            try {
                agent.closeHandler();
            } catch (final RuntimeException | LinkageError ex) {
                errorHandler.onError(new HandlerFailedException(agent.name(), "close", ex));
            }
        }
    }

    private static void checkNames(final List<AgentGroup> groups) {
        final Set<String> names = new HashSet<>();
        for (final AgentGroup group : groups) {
            for (int i = 0; i < group.count(); i++) {
                final String name = group.agentName(i);
                if (!names.add(group.namespace() + ' ' + name)) {
                    throw new AgentConfigurationException("ringmaster.agents.groups: two agents are named " + name +
                        " in namespace " + group.namespace());
                }
            }
        }
    }
}
