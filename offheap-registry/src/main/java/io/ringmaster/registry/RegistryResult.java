package io.ringmaster.registry;

/**
 * Results of the commands of a {@link RegistryPartition}. Numbers of this module only; the server translates them to those
 * of the wire.
 * <p>
 * Threading: immutable.
 */
public final class RegistryResult {
    /** Done. */
    public static final int OK = 0;
    /** There is no live record of this key or incarnation. */
    public static final int NOT_FOUND = 1;
    /** Another live session owns the name: {@link RegistryPartition#lastOwnerSession()}. */
    public static final int ALREADY_REGISTERED = 2;
    /** Another session owns the record. */
    public static final int NOT_OWNER = 3;
    /** The partition holds as many records as it may. */
    public static final int FULL = 4;
    /** The slab has no block for namespace, name and metadata. */
    public static final int SLAB_FULL = 5;
    /** The namespace is empty or longer than {@link RegistrySettings#maxNameLength()}. */
    public static final int INVALID_NAMESPACE = 6;
    /** The name is empty or longer than {@link RegistrySettings#maxNameLength()}. */
    public static final int INVALID_NAME = 7;
    /** The kind is not from 1 to {@link io.ringmaster.registry.index.CapabilityBitmaps#MAX_KIND}. */
    public static final int INVALID_KIND = 8;
    /** The lease is negative or longer than {@link Registration#MAX_LEASE_NS}. */
    public static final int INVALID_LEASE = 9;
    /** The metadata is longer than {@link RegistrySettings#maxMetadataLength()}. */
    public static final int METADATA_TOO_LONG = 10;
    /** Capacity or parallelism is negative. */
    public static final int INVALID_CAPACITY = 11;
    /** The key's hash belongs to another partition: a defect of the caller. */
    public static final int WRONG_PARTITION = 12;
    /** The record has another version than the one expected: {@link RegistryPartition#lastVersion()}. */
    public static final int VERSION_CONFLICT = 13;
    /** The partition has records in as many namespaces as it may. */
    public static final int NAMESPACES_FULL = 14;
    /** An attribute is not declared in {@link RegistrySettings#attributes()}, or the flags of an update are none. */
    public static final int INVALID_ATTRIBUTES = 15;

    private static final String[] NAMES = {
        "OK", "NOT_FOUND", "ALREADY_REGISTERED", "NOT_OWNER", "FULL", "SLAB_FULL", "INVALID_NAMESPACE",
        "INVALID_NAME", "INVALID_KIND", "INVALID_LEASE", "METADATA_TOO_LONG", "INVALID_CAPACITY", "WRONG_PARTITION",
        "VERSION_CONFLICT", "NAMESPACES_FULL", "INVALID_ATTRIBUTES"};

    private RegistryResult() {
    }

    /**
     * Name of a result.
     *
     * @param result one of the constants.
     * @return its name; the number for one that is not known.
     */
    public static String name(final int result) {
        return result >= 0 && result < NAMES.length ? NAMES[result] : Integer.toString(result);
    }
}
