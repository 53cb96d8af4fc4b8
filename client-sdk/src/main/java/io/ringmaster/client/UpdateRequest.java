package io.ringmaster.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A change of a record that its owner (or an administrator) makes: what is not named stays as it is, lease and load too.
 * Attributes are either replaced or merged, not both.
 * <p>
 * Errors: every setter checks the syntax of its value and throws {@link IllegalArgumentException}.
 * <p>
 * Threading: not thread-safe; read during the call that it is given to.
 */
public final class UpdateRequest {
    static final int REPLACE_METADATA = 1;
    static final int REPLACE_CAPABILITIES = 2;
    static final int REPLACE_ATTRIBUTES = 4;
    static final int MERGE_ATTRIBUTES = 8;
    private static final byte[] NO_BYTES = new byte[0];

    private final Map<String, String> attributes = new LinkedHashMap<>();
    private String namespace = "";
    private String name = "";
    private long expectedVersion;
    private long expectedAgentId;
    private int flags;
    private byte[] metadata = NO_BYTES;
    private List<String> capabilities = List.of();
    private String capabilityText = "";
    private String attributeText = "";

    /** A change of nothing, whatever the version. */
    public UpdateRequest() {
    }

    /**
     * Namespace of the record.
     *
     * @param value at most 128 ASCII characters; empty (default): the default one.
     * @return this.
     */
    public UpdateRequest namespace(final String value) {
        namespace = Names.check("namespace", value);
        return this;
    }

    /**
     * Namespace of the record.
     *
     * @return the namespace.
     */
    public String namespace() {
        return namespace;
    }

    /**
     * Name of the record.
     *
     * @param value 1 to 128 ASCII characters.
     * @return this.
     */
    public UpdateRequest name(final String value) {
        name = Names.check("name", value);
        return this;
    }

    /**
     * Name of the record.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Compare and set: the change is carried out only if the record has this version. Versions begin at 1 again when a name is registered
     * anew, as this client does by itself after its session was lost: {@link #expected(AgentRecord)} compares the incarnation as well.
     *
     * @param value as a registration, an update or a look-up told it; 0 (default): any.
     * @return this.
     */
    public UpdateRequest expectedVersion(final long value) {
        ConnectionContext.check(value >= 0, "expectedVersion = " + value + " is negative");
        expectedVersion = value;
        return this;
    }

    /**
     * Compare and set: the change is carried out only if the record is this incarnation of its name.
     *
     * @param value agent id as a registration, an update or a look-up told it; 0 (default): any.
     * @return this.
     */
    public UpdateRequest expectedAgentId(final long value) {
        ConnectionContext.check(value >= 0, "expectedAgentId = " + value + " is negative");
        expectedAgentId = value;
        return this;
    }

    /**
     * Compare and set: the change is carried out only if the record is as it was when it was looked up, but for load and readiness.
     *
     * @param record that was looked up.
     * @return this.
     */
    public UpdateRequest expected(final AgentRecord record) {
        return expectedAgentId(record.agentId()).expectedVersion(record.recordVersion());
    }

    /**
     * Compare and set.
     *
     * @return the agent id; 0: any.
     */
    public long expectedAgentId() {
        return expectedAgentId;
    }

    /**
     * Compare and set.
     *
     * @return the version; 0: any.
     */
    public long expectedVersion() {
        return expectedVersion;
    }

    /**
     * Replaces the metadata.
     *
     * @param value bytes, not copied; at most {@link ServerLimits#maxMetadataLength()}; may be empty.
     * @return this.
     */
    public UpdateRequest metadata(final byte[] value) {
        ConnectionContext.check(value != null, "metadata is null");
        metadata = value;
        flags |= REPLACE_METADATA;
        return this;
    }

    /**
     * Replaces the capabilities.
     *
     * @param value names without commas; may be empty.
     * @return this.
     */
    public UpdateRequest capabilities(final List<String> value) {
        capabilityText = Names.join("capability", value);
        capabilities = List.copyOf(value);
        flags |= REPLACE_CAPABILITIES;
        return this;
    }

    /**
     * Replaces the attributes, all of them.
     *
     * @param value values by key; may be empty.
     * @return this.
     */
    public UpdateRequest attributes(final Map<String, String> value) {
        ConnectionContext.check((flags & MERGE_ATTRIBUTES) == 0, "attributes are either replaced or merged");
        attributeText = Attributes.join(value, false);
        attributes.clear();
        attributes.putAll(value);
        flags |= REPLACE_ATTRIBUTES;
        return this;
    }

    /**
     * Sets one attribute and leaves the others.
     *
     * @param key   declared in the server's configuration.
     * @param value its value.
     * @return this.
     */
    public UpdateRequest mergeAttribute(final String key, final String value) {
        Attributes.checkValue(key, value);
        return merge(key, value);
    }

    /**
     * Sets one attribute and leaves the others.
     *
     * @param key   declared as an integer in the server's configuration.
     * @param value its value.
     * @return this.
     */
    public UpdateRequest mergeAttribute(final String key, final long value) {
        return merge(key, Long.toString(value));
    }

    /**
     * Removes one attribute and leaves the others.
     *
     * @param key declared in the server's configuration.
     * @return this.
     */
    public UpdateRequest removeAttribute(final String key) {
        return merge(key, "");
    }

    private UpdateRequest merge(final String key, final String value) {
        ConnectionContext.check((flags & REPLACE_ATTRIBUTES) == 0, "attributes are either replaced or merged");
        Attributes.checkKey(key);
        final Map<String, String> merged = new LinkedHashMap<>(attributes);
        merged.put(key, value);
        attributeText = Attributes.join(merged, true);
        attributes.put(key, value);
        flags |= MERGE_ATTRIBUTES;
        return this;
    }

    /** What is replaced or merged, as on the wire. */
    int flags() {
        return flags;
    }

    byte[] metadata() {
        return metadata;
    }

    String capabilityText() {
        return capabilityText;
    }

    String attributeText() {
        return attributeText;
    }

    /** What a registration looks like after this change. */
    RegistrationRequest applyTo(final RegistrationRequest before) {
        final RegistrationRequest after = before.copy();
        if ((flags & REPLACE_METADATA) != 0) {
            after.metadata(metadata.clone());
        }
        if ((flags & REPLACE_CAPABILITIES) != 0) {
            after.capabilities(capabilities);
        }
        if ((flags & REPLACE_ATTRIBUTES) != 0) {
            after.attributes(attributes);
        } else if ((flags & MERGE_ATTRIBUTES) != 0) {
            final Map<String, String> merged = new LinkedHashMap<>(before.attributes());
            attributes.forEach((key, value) -> {
                if (value.isEmpty()) {
                    merged.remove(key);
                } else {
                    merged.put(key, value);
                }
            });
            after.attributes(merged);
        }
        return after;
    }

    /** A copy that nobody else writes to. */
    UpdateRequest copy() {
        final UpdateRequest copy = new UpdateRequest();
        copy.attributes.putAll(attributes);
        copy.namespace = namespace;
        copy.name = name;
        copy.expectedVersion = expectedVersion;
        copy.expectedAgentId = expectedAgentId;
        copy.flags = flags;
        copy.metadata = metadata.clone();
        copy.capabilities = capabilities;
        copy.capabilityText = capabilityText;
        copy.attributeText = attributeText;
        return copy;
    }
}
