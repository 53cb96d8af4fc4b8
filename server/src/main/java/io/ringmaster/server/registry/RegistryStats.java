package io.ringmaster.server.registry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Figures of the registry's role, for a sampler on another thread.
 * <p>
 * Threading: single writer = the registry's role; readers any thread.
 */
public final class RegistryStats {
    private static final VarHandle REGISTRATIONS = handle("registrations");
    private static final VarHandle UNREGISTRATIONS = handle("unregistrations");
    private static final VarHandle UPDATES = handle("updates");
    private static final VarHandle NAMESPACE_DROPS = handle("namespaceDrops");
    private static final VarHandle RENEWALS = handle("renewals");
    private static final VarHandle REJECTIONS = handle("rejections");
    private static final VarHandle FAILURES = handle("failures");

    private long registrations;
    private long unregistrations;
    private long updates;
    private long namespaceDrops;
    private long renewals;
    private long rejections;
    private long failures;

    RegistryStats() {
    }

    /**
     * Successful registrations, renewed ones by the same owner included.
     *
     * @return count since the start.
     */
    public long registrations() {
        return (long) REGISTRATIONS.getOpaque(this);
    }

    /**
     * Successful unregistrations.
     *
     * @return count since the start.
     */
    public long unregistrations() {
        return (long) UNREGISTRATIONS.getOpaque(this);
    }

    /**
     * Successful updates of records.
     *
     * @return count since the start.
     */
    public long updates() {
        return (long) UPDATES.getOpaque(this);
    }

    /**
     * Drops of namespaces, each partition counting.
     *
     * @return count since the start.
     */
    public long namespaceDrops() {
        return (long) NAMESPACE_DROPS.getOpaque(this);
    }

    /**
     * Successful renewals of leases.
     *
     * @return count since the start.
     */
    public long renewals() {
        return (long) RENEWALS.getOpaque(this);
    }

    /**
     * Commands that were answered with another code than OK.
     *
     * @return count since the start.
     */
    public long rejections() {
        return (long) REJECTIONS.getOpaque(this);
    }

    /**
     * Commands that failed with an exception; the error log has them.
     *
     * @return count since the start; not 0 means a defect.
     */
    public long failures() {
        return (long) FAILURES.getOpaque(this);
    }

    void onRegistration() {
        REGISTRATIONS.setOpaque(this, registrations + 1);
    }

    void onUnregistration() {
        UNREGISTRATIONS.setOpaque(this, unregistrations + 1);
    }

    void onUpdate() {
        UPDATES.setOpaque(this, updates + 1);
    }

    void onNamespaceDrop() {
        NAMESPACE_DROPS.setOpaque(this, namespaceDrops + 1);
    }

    void onRenewal() {
        RENEWALS.setOpaque(this, renewals + 1);
    }

    void onRejection() {
        REJECTIONS.setOpaque(this, rejections + 1);
    }

    void onFailure() {
        FAILURES.setOpaque(this, failures + 1);
    }

    private static VarHandle handle(final String field) {
        try {
            return MethodHandles.lookup().findVarHandle(RegistryStats.class, field, long.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }
}
