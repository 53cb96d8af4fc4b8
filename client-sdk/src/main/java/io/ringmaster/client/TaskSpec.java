package io.ringmaster.client;

import java.util.List;

/**
 * One task of a {@link Batch}.
 * <p>
 * Threading: not thread-safe; read while its batch is submitted.
 */
public final class TaskSpec {
    private static final byte[] NO_BYTES = new byte[0];

    private List<String> capabilities = List.of();
    private String kind = "";
    private byte[] payload = NO_BYTES;
    private long costNs;
    private long deadlineNs;
    private int priority = 1;
    private int maxAttempts;

    /** A task of normal priority without requirements, deadline and payload. */
    public TaskSpec() {
    }

    /**
     * Capabilities that the agent must have, all of them.
     *
     * @param values names without commas.
     * @return this.
     */
    public TaskSpec capabilities(final String... values) {
        capabilities = List.of(values);
        return this;
    }

    /**
     * Capabilities that the agent must have.
     *
     * @return names.
     */
    public List<String> capabilities() {
        return capabilities;
    }

    /**
     * What service times are learned by.
     *
     * @param value at most 128 ASCII characters; may be empty.
     * @return this.
     */
    public TaskSpec kind(final String value) {
        kind = value;
        return this;
    }

    /**
     * Task kind.
     *
     * @return the kind.
     */
    public String kind() {
        return kind;
    }

    /**
     * Payload.
     *
     * @param value bytes, not copied before the batch is submitted; at most {@link ServerLimits#maxPayloadLength()}.
     * @return this.
     */
    public TaskSpec payload(final byte[] value) {
        payload = value;
        return this;
    }

    /**
     * Payload.
     *
     * @return bytes.
     */
    public byte[] payload() {
        return payload;
    }

    /**
     * Expected service time on an ordinary agent.
     *
     * @param value nanoseconds; 0: not known.
     * @return this.
     */
    public TaskSpec costNs(final long value) {
        costNs = value;
        return this;
    }

    /**
     * Expected service time.
     *
     * @return nanoseconds; 0: not known.
     */
    public long costNs() {
        return costNs;
    }

    /**
     * Deadline from arrival at the server.
     *
     * @param value nanoseconds; 0: none.
     * @return this.
     */
    public TaskSpec deadlineNs(final long value) {
        deadlineNs = value;
        return this;
    }

    /**
     * Deadline from arrival at the server.
     *
     * @return nanoseconds; 0: none.
     */
    public long deadlineNs() {
        return deadlineNs;
    }

    /**
     * Priority band.
     *
     * @param value 0 low, 1 normal (default), 2 high, 3 urgent.
     * @return this.
     */
    public TaskSpec priority(final int value) {
        priority = value;
        return this;
    }

    /**
     * Priority band.
     *
     * @return 0 to 3.
     */
    public int priority() {
        return priority;
    }

    /**
     * Attempts before the task is given up.
     *
     * @param value 1 to 254; 0: the server's default.
     * @return this.
     */
    public TaskSpec maxAttempts(final int value) {
        maxAttempts = value;
        return this;
    }

    /**
     * Attempts before the task is given up.
     *
     * @return 0: the server's default.
     */
    public int maxAttempts() {
        return maxAttempts;
    }
}
