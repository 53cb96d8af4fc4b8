package io.ringmaster.server.config;

/**
 * The way out: keys {@code ringmaster.egress.*}.
 * <p>
 * Threading: immutable.
 *
 * @param ringLength bytes of the ring in which registry and coordinator hand messages to the egress role; a power of two.
 */
public record EgressSettings(int ringLength) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.egress";

    /**
     * Checks the value.
     *
     * @throws ConfigException if it is out of its bounds.
     */
    public EgressSettings {
        Bounds.bytesWithin(KEY + ".ring-bytes", ringLength, 64 * 1024, 1 << 30);
        Bounds.powerOfTwo(KEY + ".ring-bytes", ringLength);
    }
}
