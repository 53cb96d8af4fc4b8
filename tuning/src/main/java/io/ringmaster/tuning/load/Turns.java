package io.ringmaster.tuning.load;

import java.util.concurrent.TimeUnit;

/**
 * What is compared within one run takes short turns, several in each segment: a shared machine that is twice as fast in one
 * minute as in the next then is so for all sides of most turns, and the median over the turns does not see the others.
 * <p>
 * Threading: static methods, no state.
 */
final class Turns {
    private static final int PER_SEGMENT = 8;

    private Turns() {
    }

    /** In the whole run. */
    static int count(final LoadOptions options) {
        return PER_SEGMENT * options.segments;
    }

    /** Length of a turn of one side, so that each side has {@code --seconds} in all. */
    static long lengthNs(final LoadOptions options) {
        return Math.max(1, TimeUnit.SECONDS.toNanos(options.seconds) / count(options));
    }

    static boolean isFirstOfSegment(final int turn) {
        return turn % PER_SEGMENT == 0;
    }

    static boolean isLastOfSegment(final int turn) {
        return isFirstOfSegment(turn + 1);
    }
}
