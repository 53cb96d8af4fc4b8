package io.ringmaster.client;

import java.util.List;
import java.util.Map;

/**
 * An agent for an {@link AgentHost}.
 * <p>
 * Threading: not thread-safe; leave it alone once it was given to a host.
 */
public final class AgentSpec {
    private final RegistrationRequest registration = new RegistrationRequest()
        .kind(io.ringmaster.protocol.Protocol.KIND_AGENT);
    private TaskHandler handler;

    /** An agent without a name and a handler yet, with one credit. */
    public AgentSpec() {
    }

    /**
     * Namespace.
     *
     * @param value at most 128 ASCII characters; empty: the default one.
     * @return this.
     */
    public AgentSpec namespace(final String value) {
        registration.namespace(value);
        return this;
    }

    /**
     * Name, unique in its namespace.
     *
     * @param value 1 to 128 ASCII characters.
     * @return this.
     */
    public AgentSpec name(final String value) {
        registration.name(value);
        return this;
    }

    /**
     * Capabilities: an agent gets only tasks whose required capabilities it has.
     *
     * @param values names without commas.
     * @return this.
     */
    public AgentSpec capabilities(final String... values) {
        registration.capabilities(List.of(values));
        return this;
    }

    /**
     * Credits: offers that the agent takes at a time, running ones included.
     *
     * @param value 1 to 4,096; default 1.
     * @return this.
     */
    public AgentSpec capacity(final int value) {
        registration.capacity(value);
        return this;
    }

    /**
     * Tasks that the handler holds at a time. A handler that answers inside {@code onTask} runs one at a time whatever is
     * said here; one that answers later gets its next task while it holds fewer than this.
     *
     * @param value 1 to capacity; default 1.
     * @return this.
     */
    public AgentSpec parallelism(final int value) {
        registration.parallelism(value);
        return this;
    }

    /**
     * Lease of the registration; renewed by the host at most every third of it.
     *
     * @param value milliseconds; 0 (default): the server's.
     * @return this.
     */
    public AgentSpec leaseMs(final int value) {
        registration.leaseMs(value);
        return this;
    }

    /**
     * Opaque metadata.
     *
     * @param value bytes, not copied.
     * @return this.
     */
    public AgentSpec metadata(final byte[] value) {
        registration.metadata(value);
        return this;
    }

    /**
     * Attributes, all of them.
     *
     * @param value values by key, at most 8; the keys are declared in the server's configuration.
     * @return this.
     * @throws IllegalArgumentException when a key or a value has characters that it may not have.
     */
    public AgentSpec attributes(final Map<String, String> value) {
        registration.attributes(value);
        return this;
    }

    /**
     * Sets one attribute more.
     *
     * @param key   declared in the server's configuration.
     * @param value its value.
     * @return this.
     * @throws IllegalArgumentException when key or value has characters that it may not have.
     */
    public AgentSpec attribute(final String key, final String value) {
        registration.attribute(key, value);
        return this;
    }

    /**
     * The work.
     *
     * @param value called by one worker of the host; closed by it too.
     * @return this.
     */
    public AgentSpec handler(final TaskHandler value) {
        handler = value;
        return this;
    }

    /**
     * The work.
     *
     * @return the handler.
     */
    public TaskHandler handler() {
        return handler;
    }

    /**
     * What is registered for the agent.
     *
     * @return the request.
     */
    RegistrationRequest registration() {
        return registration;
    }
}
