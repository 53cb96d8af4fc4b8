package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.ring.Mailbox;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import org.agrona.MutableDirectBuffer;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One agent inside the server. Its registration has no lease and belongs to session 0, the server itself.
 * <p>
 * Threading: immutable, except that the handler is closed once; the mailbox has its own rules, and the handler is confined to
 * the agent's worker.
 */
public final class LocalAgent {
    private final int index;
    private final String name;
    private final AgentGroup group;
    private final Mailbox mailbox;
    private final TaskHandler handler;
    private final AtomicBoolean handlerClosed = new AtomicBoolean();

    LocalAgent(final int index, final String name, final AgentGroup group, final Mailbox mailbox, final TaskHandler handler) {
        this.index = index;
        this.name = name;
        this.group = group;
        this.mailbox = mailbox;
        this.handler = handler;
    }

    /**
     * Index by which the coordinator knows the agent: the {@code localAgent} of its registration.
     *
     * @return 0 and up.
     */
    public int index() {
        return index;
    }

    /**
     * Name of the agent.
     *
     * @return name, unique in its namespace.
     */
    public String name() {
        return name;
    }

    /**
     * Namespace of the agent.
     *
     * @return namespace.
     */
    public String namespace() {
        return group.namespace();
    }

    /**
     * Names of what it can do.
     *
     * @return capability names.
     */
    public List<String> capabilities() {
        return group.capabilities();
    }

    /**
     * Offers that it takes at a time.
     *
     * @return credits.
     */
    public int capacity() {
        return group.capacity();
    }

    /**
     * Tasks that it runs at a time.
     *
     * @return lanes.
     */
    public int parallelism() {
        return group.parallelism();
    }

    /**
     * Where its offers wait.
     *
     * @return mailbox.
     */
    public Mailbox mailbox() {
        return mailbox;
    }

    TaskHandler handler() {
        return handler;
    }

    /** Closes the handler, once. */
    void closeHandler() {
        if (handlerClosed.compareAndSet(false, true)) {
            handler.close();
        }
    }

    /**
     * Encodes the agent's registration: session 0, no lease, kind agent.
     *
     * @param buffer        to write to.
     * @param offset        of the command.
     * @param correlationId comes back in the error log should the registration fail.
     * @param ids           the agent's capabilities as ids of the server's dictionary.
     * @return length of the command in bytes.
     */
    public int encodeRegistration(
        final MutableDirectBuffer buffer, final int offset, final long correlationId, final CapabilitySet ids) {
        final RegisterCommandEncoder command = new RegisterCommandEncoder();
        command.wrapAndApplyHeader(buffer, offset, new MessageHeaderEncoder())
            .sessionId(0)
            .correlationId(correlationId)
            .kind(Protocol.KIND_AGENT)
            .capacity(capacity())
            .parallelism(parallelism())
            .leaseNs(0)
            .localAgent(index);
        command.capabilities().w0(ids.word(0)).w1(ids.word(1)).w2(ids.word(2)).w3(ids.word(3));
        command.attributes().present((short) 0);
        command.batchTotal(0).batchIndex(0).namespaceName(namespace()).name(name).putMetadata(new byte[0], 0, 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + command.encodedLength();
    }
}
