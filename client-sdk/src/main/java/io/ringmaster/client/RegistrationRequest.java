package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to register.
 * <p>
 * Threading: not thread-safe; read during the call that it is given to. A {@link RingmasterClient} keeps a copy, to repeat
 * the registration in a new session; an {@link AgentHost} keeps the request itself.
 */
public final class RegistrationRequest {
    private static final byte[] NO_BYTES = new byte[0];

    private String namespace = "";
    private String name = "";
    private byte kind = Protocol.KIND_SERVICE;
    private List<String> capabilities = List.of();
    private int capacity = 1;
    private int parallelism = 1;
    private int leaseMs;
    private byte[] metadata = NO_BYTES;
    private Map<String, String> attributes = Map.of();
    private String capabilityText = "";
    private String attributeText = "";
    private boolean renew = true;

    /** A request for a service with no name yet. */
    public RegistrationRequest() {
    }

    /**
     * Namespace.
     *
     * @param value at most 128 ASCII characters; empty: {@link Protocol#DEFAULT_NAMESPACE}.
     * @return this.
     */
    public RegistrationRequest namespace(final String value) {
        namespace = value;
        return this;
    }

    /**
     * Namespace.
     *
     * @return the namespace.
     */
    public String namespace() {
        return namespace;
    }

    /**
     * Name, unique in its namespace.
     *
     * @param value 1 to 128 ASCII characters.
     * @return this.
     */
    public RegistrationRequest name(final String value) {
        name = value;
        return this;
    }

    /**
     * Name.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Kind. An agent that is registered through a {@link RingmasterClient} is found by clients, but refuses every offer:
     * use an {@link AgentHost} to run agents.
     *
     * @param value {@link Protocol#KIND_AGENT} or {@link Protocol#KIND_SERVICE} (default).
     * @return this.
     */
    public RegistrationRequest kind(final byte value) {
        kind = value;
        return this;
    }

    /**
     * Kind.
     *
     * @return the kind.
     */
    public byte kind() {
        return kind;
    }

    /**
     * Capabilities.
     *
     * @param value names of at most 128 ASCII characters, without commas.
     * @return this.
     */
    public RegistrationRequest capabilities(final List<String> value) {
        capabilities = List.copyOf(value);
        capabilityText = String.join(",", capabilities);
        return this;
    }

    /**
     * Capabilities.
     *
     * @return names.
     */
    public List<String> capabilities() {
        return capabilities;
    }

    /**
     * Credits: offers that an agent takes at a time.
     *
     * @param value at least 1.
     * @return this.
     */
    public RegistrationRequest capacity(final int value) {
        capacity = value;
        return this;
    }

    /**
     * Credits.
     *
     * @return the number.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Tasks that an agent runs at a time.
     *
     * @param value at least 1.
     * @return this.
     */
    public RegistrationRequest parallelism(final int value) {
        parallelism = value;
        return this;
    }

    /**
     * Tasks that an agent runs at a time.
     *
     * @return the number.
     */
    public int parallelism() {
        return parallelism;
    }

    /**
     * Lease.
     *
     * @param value milliseconds; 0: the server's default.
     * @return this.
     */
    public RegistrationRequest leaseMs(final int value) {
        leaseMs = value;
        return this;
    }

    /**
     * Lease.
     *
     * @return milliseconds; 0: the server's default.
     */
    public int leaseMs() {
        return leaseMs;
    }

    /**
     * Opaque metadata.
     *
     * @param value bytes, not copied; at most {@link ServerLimits#maxMetadataLength()}.
     * @return this.
     */
    public RegistrationRequest metadata(final byte[] value) {
        metadata = value;
        return this;
    }

    /**
     * Opaque metadata.
     *
     * @return bytes.
     */
    public byte[] metadata() {
        return metadata;
    }

    /**
     * Attributes, all of them.
     *
     * @param value values by key, at most 8; the keys are declared in the server's configuration.
     * @return this.
     * @throws IllegalArgumentException when a key or a value has characters that it may not have.
     */
    public RegistrationRequest attributes(final Map<String, String> value) {
        attributeText = Attributes.join(value, false);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(value));
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
    public RegistrationRequest attribute(final String key, final String value) {
        final Map<String, String> all = new LinkedHashMap<>(attributes);
        all.put(key, value);
        return attributes(all);
    }

    /**
     * Sets one attribute more.
     *
     * @param key   declared as an integer in the server's configuration.
     * @param value its value.
     * @return this.
     * @throws IllegalArgumentException when the key has characters that it may not have.
     */
    public RegistrationRequest attribute(final String key, final long value) {
        return attribute(key, Long.toString(value));
    }

    /**
     * Attributes.
     *
     * @return values by key; unmodifiable.
     */
    public Map<String, String> attributes() {
        return attributes;
    }

    String capabilityText() {
        return capabilityText;
    }

    String attributeText() {
        return attributeText;
    }

    /** A copy that nobody else writes to. */
    RegistrationRequest copy() {
        final RegistrationRequest copy = new RegistrationRequest().namespace(namespace).name(name).kind(kind)
            .capabilities(capabilities).capacity(capacity).parallelism(parallelism).leaseMs(leaseMs)
            .metadata(metadata.clone()).renew(renew);
        copy.attributes = attributes;
        copy.attributeText = attributeText;
        return copy;
    }

    /**
     * Whether the client renews the lease with heartbeats and registers again in a new session, until it is closed, or the
     * name is unregistered or registered without it. Default true; costs a heartbeat entry per third of the lease.
     *
     * @param value true to renew.
     * @return this.
     */
    public RegistrationRequest renew(final boolean value) {
        renew = value;
        return this;
    }

    /**
     * Whether the client renews the lease.
     *
     * @return true to renew.
     */
    public boolean renew() {
        return renew;
    }
}
