package io.ringmaster.client;

/**
 * Which task results a session has had: each is delivered once, in order, and a gap makes the client ask again for what is
 * missing.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class ResultSequence {
    /** What to do with a result. */
    enum Verdict { DELIVER, IGNORE, REATTACH }

    private final ChannelCounts counts;
    private long last;
    private long acked;
    private long gap;

    ResultSequence(final ChannelCounts counts) {
        this.counts = counts;
    }

    /** The highest result without a gap before it. */
    long last() {
        return last;
    }

    boolean isAckDue() {
        return acked < last;
    }

    /** The server was told of all results so far. */
    void acked() {
        acked = last;
    }

    /** A session begins. */
    void onConnected(final boolean resumed) {
        if (!resumed) {
            last = 0;
            gap = 0;
        }
        acked = last;
    }

    /** A result of this session came. */
    Verdict onResult(final long sequence) {
        if (sequence <= last) {
            return ignore();
        }
        if (sequence != last + 1) {
            counts.resultGaps++;
            if (gap != sequence) {
                gap = sequence;
                return Verdict.REATTACH;
            }
            // The server has been asked and does not have what is between: go on rather than ask for ever.
        }
        last = sequence;
        counts.results++;
        return Verdict.DELIVER;
    }

    /** A result came again, or belongs to another session. */
    Verdict ignore() {
        counts.duplicateResults++;
        return Verdict.IGNORE;
    }
}
