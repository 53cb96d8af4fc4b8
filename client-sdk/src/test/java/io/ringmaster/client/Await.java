package io.ringmaster.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline that only a defect reaches. Threading: thread-safe. */
final class Await {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    private Await() {
    }

    static void until(final String what, final BooleanSupplier condition) {
        until(what, condition, () -> { });
    }

    static void until(final String what, final BooleanSupplier condition, final Runnable drive) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new AssertionError("waited in vain for: " + what);
            }
            drive.run();
            LockSupport.parkNanos(100_000);
        }
    }
}
