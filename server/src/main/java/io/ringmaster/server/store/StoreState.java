package io.ringmaster.server.store;

import java.util.function.BooleanSupplier;

/**
 * Whether the store still takes changes. Once it failed it stays failed until the server starts again: nothing more is
 * acknowledged, and the registry refuses writes.
 * <p>
 * Threading: written by the store's role and the registry's role; readers any thread.
 */
public final class StoreState implements BooleanSupplier {
    private volatile boolean failed;

    /**
     * Whether the registry may be written.
     *
     * @return false after a failure.
     */
    public boolean isWritable() {
        return !failed;
    }

    /** The same, for whoever refuses writes. */
    @Override
    public boolean getAsBoolean() {
        return !failed;
    }

    /** Returns whether this is the first failure. */
    boolean fail() {
        final boolean first = !failed;
        failed = true;
        return first;
    }
}
