package io.ringmaster.server.metrics;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts an error, records it in the {@link ErrorLog}, and says so on standard error at most once a second. Never
 * throws and never
 * ends the process.
 * <p>
 * Threading: thread-safe.
 */
public final class LoggedErrorHandler implements ErrorHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(LoggedErrorHandler.class);
    private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(1);

    private final ErrorLog log;
    private final AtomicCounter errors;
    private final AtomicLong nextLineNs = new AtomicLong(System.nanoTime());

    /**
     * A handler.
     *
     * @param log    to record to.
     * @param errors counts every error.
     */
    public LoggedErrorHandler(final ErrorLog log, final AtomicCounter errors) {
        this.log = log;
        this.errors = errors;
    }

    @Override
    public void onError(final Throwable error) {
        errors.increment();
        try {
            final boolean isRecorded = log.record(error);
            final long nowNs = System.nanoTime();
            final long nextNs = nextLineNs.get();
            if (nowNs - nextNs >= 0 && nextLineNs.compareAndSet(nextNs, nowNs + QUIET_NS)) {
                if (isRecorded) {
                    LOGGER.warn("{} (`stat --errors` has its stack trace)", String.valueOf(error));
                } else {
                    LOGGER.warn("the error log is full, this one is not in it", error);
                }
            }
        } catch (final RuntimeException ex) {
            LOGGER.error("error log failed: {}", ex.toString());
        }
    }
}
