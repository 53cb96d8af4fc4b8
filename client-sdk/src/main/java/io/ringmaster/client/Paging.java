package io.ringmaster.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Asks for one page after the other until there is none left.
 * <p>
 * Threading: a page is asked for by the thread that completed the one before.
 *
 * @param <P> a page.
 * @param <R> what all pages make.
 */
final class Paging<P, R> {
    private final LongFunction<CompletableFuture<P>> ask;
    private final ToLongFunction<P> nextCursor;
    private final Consumer<P> take;
    private final Supplier<R> result;
    private final CompletableFuture<R> done = new CompletableFuture<>();

    private Paging(final LongFunction<CompletableFuture<P>> ask, final ToLongFunction<P> nextCursor, final Consumer<P> take,
                   final Supplier<R> result) {
        this.result = result;
        this.ask = ask;
        this.nextCursor = nextCursor;
        this.take = take;
    }

    /** Completed after the last page, or with the first failure. A cursor of 0 ends it. */
    static <P, R> CompletableFuture<R> run(final LongFunction<CompletableFuture<P>> ask, final ToLongFunction<P> nextCursor,
                                           final Consumer<P> take, final Supplier<R> result) {
        final Paging<P, R> paging = new Paging<>(ask, nextCursor, take, result);
        paging.askFrom(0);
        return paging.done;
    }

    private void askFrom(final long cursor) {
        ask.apply(cursor).whenComplete(this::onPage);
    }

    private void onPage(final P page, final Throwable failure) {
        if (failure != null) {
            done.completeExceptionally(failure);
            return;
        }
        try {
            take.accept(page);
            final long next = nextCursor.applyAsLong(page);
            if (next == 0) {
                done.complete(result.get());
            } else {
                askFrom(next);
            }
        } catch (final RuntimeException ex) {
            done.completeExceptionally(ex);
        }
    }
}
