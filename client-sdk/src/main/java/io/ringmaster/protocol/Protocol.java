package io.ringmaster.protocol;

/** Constants of the wire protocol that the schema does not carry. Immutable. */
public final class Protocol {
    /** Aeron stream of everything that clients send, on IPC and on UDP. */
    public static final int INGRESS_STREAM_ID = 1001;
    /** Major version: another one is refused. */
    public static final int MAJOR_VERSION = 1;
    /** Minor version: appended fields. */
    public static final int MINOR_VERSION = 1;
    /** Version as sent in ConnectRequest. */
    public static final int VERSION = (MAJOR_VERSION << 16) | MINOR_VERSION;

    /** Record kind of an agent. */
    public static final byte KIND_AGENT = 1;
    /** Record kind of a service: found by clients, offered no tasks. */
    public static final byte KIND_SERVICE = 2;

    /** Readiness: takes new work. */
    public static final byte READY = 1;
    /** Readiness: refuses new work for now. */
    public static final byte READINESS_OVERLOADED = 2;
    /** Readiness: finishes what it has and takes nothing new. */
    public static final byte DRAINING = 3;
    /** Readiness: has not been heard of for longer than its heartbeat interval allows. */
    public static final byte STALE = 4;

    /** Longest namespace, name, capability and task kind, in bytes. */
    public static final int MAX_NAME_LENGTH = 128;
    /** Capability names that one server can know. */
    public static final int MAX_CAPABILITIES = 256;
    /** Highest priority band; 0 is the lowest. */
    public static final int MAX_PRIORITY = 3;
    /** The namespace that an empty one stands for. */
    public static final String DEFAULT_NAMESPACE = "default";

    private Protocol() {
    }

    /**
     * The major part of a version.
     *
     * @param version as on the wire.
     * @return its major part.
     */
    public static int major(final int version) {
        return version >>> 16;
    }
}
