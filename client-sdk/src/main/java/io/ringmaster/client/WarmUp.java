package io.ringmaster.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Looks up names one by one, some at the same time, round after round: each of them once, and for at least some time.
 * <p>
 * Threading: a lookup is asked for by the thread that completed the one before.
 */
final class WarmUp {
    private static final int WINDOW = 16;

    private final IntFunction<CompletableFuture<?>> ask;
    private final int names;
    private final long atLeastNs;
    private final long startNs = System.nanoTime();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicInteger chains = new AtomicInteger(WINDOW);
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private WarmUp(final int names, final long atLeastNs, final IntFunction<CompletableFuture<?>> ask) {
        this.names = names;
        this.atLeastNs = atLeastNs;
        this.ask = ask;
    }

    /** Completed after the last lookup, or with the first failure. */
    static CompletableFuture<Void> run(final int names, final long atLeastNs, final IntFunction<CompletableFuture<?>> ask) {
        final WarmUp warmUp = new WarmUp(names, atLeastNs, ask);
        for (int i = 0; i < WINDOW; i++) {
            warmUp.askNext();
        }
        return warmUp.done;
    }

    private void askNext() {
        final long next = asked.getAndIncrement();
        if (next < names || System.nanoTime() - startNs < atLeastNs && !done.isDone()) {
            ask.apply((int) (next % names)).whenComplete(this::onAnswer);
        } else if (chains.decrementAndGet() == 0) {
            done.complete(null);
        }
    }

    private void onAnswer(final Object record, final Throwable failure) {
        if (failure == null) {
            askNext();
        } else {
            done.completeExceptionally(failure);
        }
    }
}
