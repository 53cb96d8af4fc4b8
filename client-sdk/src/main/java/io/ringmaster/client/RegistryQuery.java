package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.List;

/**
 * What a query asks for: all conditions must hold; what is not set matches everything.
 * <p>
 * Errors: every setter checks the syntax of its value and throws {@link IllegalArgumentException}.
 * <p>
 * Threading: not thread-safe; read during the call that it is given to, and by the iterator that it made.
 */
public final class RegistryQuery {
    /** Default of {@link #pageSize(int)}. */
    public static final int DEFAULT_PAGE_SIZE = 64;

    private final StringBuilder attributeText = new StringBuilder();
    private String namespace = "";
    private String namePrefix = "";
    private byte kind;
    private byte readiness;
    private String allOf = "";
    private String anyOf = "";
    private String noneOf = "";
    private int pageSize = DEFAULT_PAGE_SIZE;

    /** A query for every record. */
    public RegistryQuery() {
    }

    /**
     * Only this namespace.
     *
     * @param value at most 128 ASCII characters; empty (default): every one.
     * @return this.
     */
    public RegistryQuery namespace(final String value) {
        namespace = Names.check("namespace", value);
        return this;
    }

    /**
     * Only names that begin like this. Needs a namespace.
     *
     * @param value at most 128 ASCII characters; empty (default): every name.
     * @return this.
     */
    public RegistryQuery namePrefix(final String value) {
        namePrefix = Names.check("name prefix", value);
        return this;
    }

    /**
     * Only this kind.
     *
     * @param value {@link Protocol#KIND_AGENT}, {@link Protocol#KIND_SERVICE}, or 0 (default): any.
     * @return this.
     */
    public RegistryQuery kind(final byte value) {
        ConnectionContext.check(value >= 0 && value <= Protocol.KIND_SERVICE, "kind = " + value + " is not in 0 to "
            + Protocol.KIND_SERVICE);
        kind = value;
        return this;
    }

    /**
     * Only this readiness.
     *
     * @param value {@link Protocol#READY}, {@link Protocol#READINESS_OVERLOADED}, {@link Protocol#DRAINING},
     *              {@link Protocol#STALE}, or 0 (default): any.
     * @return this.
     */
    public RegistryQuery readiness(final byte value) {
        ConnectionContext.check(value >= 0 && value <= Protocol.STALE, "readiness = " + value + " is not in 0 to "
            + Protocol.STALE);
        readiness = value;
        return this;
    }

    /**
     * Capabilities of which a record has all.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public RegistryQuery allOf(final List<String> names) {
        allOf = Names.join("capability", names);
        return this;
    }

    /**
     * Capabilities of which a record has at least one.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public RegistryQuery anyOf(final List<String> names) {
        anyOf = Names.join("capability", names);
        return this;
    }

    /**
     * Capabilities of which a record has none.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public RegistryQuery noneOf(final List<String> names) {
        noneOf = Names.join("capability", names);
        return this;
    }

    /**
     * An attribute has this value. A value that no record ever had matches nothing; a key that is not declared in the
     * server's configuration is refused by it.
     *
     * @param key   of the attribute.
     * @param value of the attribute.
     * @return this.
     */
    public RegistryQuery equal(final String key, final String value) {
        Attributes.checkValue(key, value);
        return predicate(key, "=", value);
    }

    /**
     * An integer attribute has this value.
     *
     * @param key   of the attribute.
     * @param value of the attribute.
     * @return this.
     */
    public RegistryQuery equal(final String key, final long value) {
        return predicate(key, "=", Long.toString(value));
    }

    /**
     * An integer attribute is this or more.
     *
     * @param key   of the attribute.
     * @param value least value that matches.
     * @return this.
     */
    public RegistryQuery atLeast(final String key, final long value) {
        return predicate(key, ">=", Long.toString(value));
    }

    /**
     * An integer attribute is this or less.
     *
     * @param key   of the attribute.
     * @param value greatest value that matches.
     * @return this.
     */
    public RegistryQuery atMost(final String key, final long value) {
        return predicate(key, "<=", Long.toString(value));
    }

    /**
     * An integer attribute is less than this.
     *
     * @param key   of the attribute.
     * @param value least value that does not match any more.
     * @return this.
     */
    public RegistryQuery lessThan(final String key, final long value) {
        return predicate(key, "<", Long.toString(value));
    }

    /**
     * An integer attribute is more than this.
     *
     * @param key   of the attribute.
     * @param value greatest value that does not match yet.
     * @return this.
     */
    public RegistryQuery moreThan(final String key, final long value) {
        return predicate(key, ">", Long.toString(value));
    }

    /**
     * Attribute conditions as text.
     *
     * @param text {@code key op value} joined with commas; op is {@code = < <= > >=}; replaces the conditions so far.
     * @return this.
     */
    public RegistryQuery attributeFilter(final String text) {
        ConnectionContext.check(text != null && text.length() <= Attributes.MAX_TEXT_LENGTH && ConnectionContext.isAscii(text),
            "attribute filter '" + text + "' is not at most " + Attributes.MAX_TEXT_LENGTH + " printable ASCII characters");
        attributeText.setLength(0);
        attributeText.append(text);
        return this;
    }

    private RegistryQuery predicate(final String key, final String operator, final String value) {
        Attributes.checkKey(key);
        final int length = attributeText.length() + 1 + key.length() + operator.length() + value.length();
        ConnectionContext.check(length <= Attributes.MAX_TEXT_LENGTH, "attribute conditions are longer than "
            + Attributes.MAX_TEXT_LENGTH + " characters together");
        attributeText.append(attributeText.length() > 0 ? "," : "").append(key).append(operator).append(value);
        return this;
    }

    /**
     * Records of one page. The server sends fewer where a page would not fit into a message.
     *
     * @param value 1 to 65,534; default 64.
     * @return this.
     */
    public RegistryQuery pageSize(final int value) {
        ConnectionContext.check(value >= 1 && value <= 65_534, "pageSize = " + value + " is not in 1 to 65,534");
        pageSize = value;
        return this;
    }

    String namespace() {
        return namespace;
    }

    String namePrefix() {
        return namePrefix;
    }

    byte kind() {
        return kind;
    }

    byte readiness() {
        return readiness;
    }

    String allOf() {
        return allOf;
    }

    String anyOf() {
        return anyOf;
    }

    String noneOf() {
        return noneOf;
    }

    CharSequence attributeText() {
        return attributeText;
    }

    int pageSize() {
        return pageSize;
    }

    @Override
    public String toString() {
        return "query{namespace=" + namespace + ", namePrefix=" + namePrefix + ", kind=" + kind + ", readiness=" + readiness
            + ", allOf=" + allOf + ", anyOf=" + anyOf + ", noneOf=" + noneOf + ", attributes=" + attributeText + '}';
    }
}
