package io.ringmaster.client;

import org.agrona.ErrorHandler;
import org.agrona.collections.ObjectHashSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes the errors that Aeron and listeners throw: counts all, logs the first of a kind, and never ends the process.
 * <p>
 * Threading: thread-safe (an atomic count; the set of kinds is guarded by a lock).
 */
final class ErrorCount implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ClientChannel.class);
    private static final int MAX_KINDS = 64;

    private final AtomicLong count = new AtomicLong();
    private final ObjectHashSet<String> kinds = new ObjectHashSet<>();

    @Override
    public void onError(final Throwable throwable) {
        count.incrementAndGet();
        final String kind = throwable.getClass().getName() + ' ' + throwable.getMessage();
        final boolean isNew;
        synchronized (kinds) {
            isNew = kinds.size() < MAX_KINDS && kinds.add(kind);
        }
        if (isNew) {
            LOG.warn("client error (the first of its kind is logged, all are counted)", throwable);
        }
    }

    long count() {
        return count.get();
    }
}
