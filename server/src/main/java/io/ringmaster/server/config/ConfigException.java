package io.ringmaster.server.config;

/**
 * A configuration that is refused. The message names the key, the value, the bound and, where it is known, the place
 * that the value came from.
 * <p>
 * Threading: immutable.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String rule;
    private final String origin;

    /**
     * A refusal whose origin is not known (yet).
     *
     * @param key  that is refused, with its {@code ringmaster.} prefix; empty if there is none.
     * @param rule what is wrong with it, as it follows the key in the message.
     */
    public ConfigException(final String key, final String rule) {
        this(key, rule, "", null);
    }

    /**
     * A refusal.
     *
     * @param key    that is refused; empty if there is none.
     * @param rule   what is wrong with it, as it follows the key in the message.
     * @param origin where the value came from: {@code file:line}, {@code --set}, {@code profile NAME} or {@code
     *               defaults}; may be empty.
     * @param cause  of it, or null.
     */
    public ConfigException(final String key, final String rule, final String origin, final Throwable cause) {
        super((key.isEmpty() ? rule : key + " " + rule) + (origin.isEmpty() ? "" : " (" + origin + ")"), cause);
        this.key = key;
        this.rule = rule;
        this.origin = origin;
    }

    /**
     * The key.
     *
     * @return as it was written; empty if the refusal is about no key.
     */
    public String key() {
        return key;
    }

    /**
     * Where the value came from.
     *
     * @return empty if it is not known.
     */
    public String origin() {
        return origin;
    }

    ConfigException withOrigin(final String where) {
        return new ConfigException(key, rule, where, this);
    }
}
