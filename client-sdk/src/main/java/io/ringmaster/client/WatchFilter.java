package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.List;

/**
 * Which records a watch is about: all conditions must hold; what is not set matches everything.
 * <p>
 * Errors: every setter checks the syntax of its value and throws {@link IllegalArgumentException}.
 * <p>
 * Threading: not thread-safe; leave it alone once it was given to a watch, which reads it again after a reconnect.
 */
public final class WatchFilter {
    /** Default of {@link #windowBytes(int)}: 64 KiB. */
    public static final int DEFAULT_WINDOW_BYTES = 64 * 1024;

    private String namespace = "";
    private String namePrefix = "";
    private byte kind;
    private String allOf = "";
    private String anyOf = "";
    private String noneOf = "";
    private int windowBytes = DEFAULT_WINDOW_BYTES;

    /** A filter that lets every record through. */
    public WatchFilter() {
    }

    /**
     * Only this namespace.
     *
     * @param value at most 128 ASCII characters; empty (default): every one.
     * @return this.
     */
    public WatchFilter namespace(final String value) {
        namespace = Names.check("namespace", value);
        return this;
    }

    /**
     * Only names that begin like this.
     *
     * @param value at most 128 ASCII characters; empty (default): every name.
     * @return this.
     */
    public WatchFilter namePrefix(final String value) {
        namePrefix = Names.check("name prefix", value);
        return this;
    }

    /**
     * Only this kind.
     *
     * @param value {@link Protocol#KIND_AGENT}, {@link Protocol#KIND_SERVICE}, or 0 (default): any.
     * @return this.
     */
    public WatchFilter kind(final byte value) {
        ConnectionContext.check(value >= 0 && value <= Protocol.KIND_SERVICE, "kind = " + value + " is not in 0 to "
            + Protocol.KIND_SERVICE);
        kind = value;
        return this;
    }

    /**
     * Capabilities of which a record has all.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public WatchFilter allOf(final List<String> names) {
        allOf = Names.join("capability", names);
        return this;
    }

    /**
     * Capabilities of which a record has at least one.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public WatchFilter anyOf(final List<String> names) {
        anyOf = Names.join("capability", names);
        return this;
    }

    /**
     * Capabilities of which a record has none.
     *
     * @param names without commas; none (default): no condition.
     * @return this.
     */
    public WatchFilter noneOf(final List<String> names) {
        noneOf = Names.join("capability", names);
        return this;
    }

    /**
     * Events that may be under way before the client has taken them. A watcher that falls behind by more loses events, is
     * told so, and gets a new snapshot.
     *
     * @param value bytes, 4 KiB to 16 MiB; default 64 KiB. The server bounds it too ({@code ringmaster.watch.max-window-bytes}).
     * @return this.
     */
    public WatchFilter windowBytes(final int value) {
        ConnectionContext.check(value >= 4096 && value <= 16 * 1024 * 1024, "windowBytes = " + value
            + " is not in 4,096 to 16,777,216");
        windowBytes = value;
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

    String allOf() {
        return allOf;
    }

    String anyOf() {
        return anyOf;
    }

    String noneOf() {
        return noneOf;
    }

    int windowBytes() {
        return windowBytes;
    }

    @Override
    public String toString() {
        return "watch{namespace=" + namespace + ", namePrefix=" + namePrefix + ", kind=" + kind + ", allOf=" + allOf
            + ", anyOf=" + anyOf + ", noneOf=" + noneOf + ", windowBytes=" + windowBytes + '}';
    }
}
