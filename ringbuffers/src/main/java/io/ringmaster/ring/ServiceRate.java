package io.ringmaster.ring;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Nanoseconds that a ring's consumer needs for a command while it has a backlog: an exponentially weighted moving average with
 * weight 1/8 for the newest sample. A sample is the time from the start of a poll that left a backlog to the start of the next
 * one, divided by the commands of the first; so it contains everything that the consumer's thread does in between, and no idling.
 * <p>
 * Threading: single writer = the ring's consumer; readers any thread.
 */
final class ServiceRate {
    private static final int WEIGHT_SHIFT = 3;

    private final AtomicLong commandNs = new AtomicLong();
    private long lastPollNs;
    private int lastCommands;

    void onPollStart(final long nowNs) {
        if (lastCommands > 0) {
            final long sampleNs = Math.max(1, (nowNs - lastPollNs) / lastCommands);
            final long averageNs = commandNs.getPlain();
            commandNs.setRelease(0 == averageNs ? sampleNs : Math.max(1, averageNs + ((sampleNs - averageNs) >> WEIGHT_SHIFT)));
            lastCommands = 0;
        }
    }

    void onPollEnd(final long nowNs, final int commands, final boolean backlog) {
        lastPollNs = nowNs;
        lastCommands = backlog ? commands : 0;
    }

    /** Average, 0 before the first sample. */
    long commandNs() {
        return commandNs.getAcquire();
    }
}
