package io.ringmaster.tuning.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one writer has done to each of some keys, for readers that judge what they read. The operations on a key are numbered
 * 0, 1, 2...; those whose number leaves 7 when divided by 8 take the record out, all others put one with the number inside.
 * <p>
 * A read that began when operation {@code done} was acknowledged and ended when {@code begun} was the last one that had been
 * started may see the state after any of the operations from {@code done} to {@code begun}, and nothing else: an older one is a
 * stale read, one that has not begun is a torn or invented one.
 * <p>
 * Threading: {@link #begin} and {@link #acknowledge} one writer; the rest any thread.
 */
final class SequenceLedger {
    /** Every so many operations on a key one takes the record out. */
    static final int ROUND = 8;

    private final AtomicLongArray begun;
    private final AtomicLongArray done;

    SequenceLedger(final int keys) {
        begun = new AtomicLongArray(keys);
        done = new AtomicLongArray(keys);
    }

    /** The next operation on a key starts. */
    long begin(final int key) {
        final long number = done.getPlain(key) + 1;
        begun.setRelease(key, number);
        return number;
    }

    /** It has been acknowledged. */
    void acknowledge(final int key, final long number) {
        done.setRelease(key, number);
    }

    long done(final int key) {
        return done.getAcquire(key);
    }

    long begun(final int key) {
        return begun.getAcquire(key);
    }

    static boolean isRemoval(final long number) {
        return number % ROUND == ROUND - 1;
    }

    /** How a read is judged. */
    enum Verdict {
        /** It saw a state that was true during the read. */
        RIGHT,
        /** It saw a state from before an operation that had been acknowledged. */
        STALE,
        /** It saw what no operation had written. */
        TORN
    }

    /** Judges a read that found a record. */
    static Verdict judgeFound(final long number, final long doneBefore, final long begunAfter) {
        if (number > begunAfter || number < 0 || isRemoval(number)) {
            return Verdict.TORN;
        }
        return number < doneBefore ? Verdict.STALE : Verdict.RIGHT;
    }

    /** Judges a read that found none: right only if a removal may have been the last operation. */
    static Verdict judgeMissing(final long doneBefore, final long begunAfter) {
        final long removal = doneBefore + (ROUND - 1 - doneBefore % ROUND);
        return removal <= begunAfter ? Verdict.RIGHT : Verdict.STALE;
    }
}
