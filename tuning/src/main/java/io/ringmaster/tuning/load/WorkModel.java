package io.ringmaster.tuning.load;

import java.util.List;

/**
 * Turns a trace row into a task: {@code work = (prefill x ContextTokens + decode x GeneratedTokens) / speedup}, and the
 * arrival into {@code arrival / speedup}, so that the ratio of work to time between arrivals stays that of the trace. See
 * {@code docs/load-model.md}. Immutable.
 *
 * @param prefillNsPerToken time for one prompt token.
 * @param decodeNsPerToken  time for one generated token.
 * @param speedup           how much faster than the trace the run is.
 */
record WorkModel(long prefillNsPerToken, long decodeNsPerToken, double speedup) {
    /** 0.1 ms for a prompt token. */
    static final long DEFAULT_PREFILL_NS = 100_000L;
    /** 8 ms for a generated token. */
    static final long DEFAULT_DECODE_NS = 8_000_000L;

    WorkModel {
        if (prefillNsPerToken < 0 || decodeNsPerToken < 0 || !(speedup > 0)) {
            throw new IllegalArgumentException(
                "prefill = " + prefillNsPerToken + " ns, decode = " + decodeNsPerToken + " ns are not 0 or more, or speedup = " +
                speedup + " is not above 0");
        }
    }

    /** Work of a row in nanoseconds, at least 1. */
    long workNs(final TraceRow row) {
        final double workNs = (double) prefillNsPerToken * row.contextTokens() + (double) decodeNsPerToken * row.generatedTokens();
        return Math.max(1, (long) (workNs / speedup));
    }

    /** Arrival of a row in nanoseconds after the first. */
    long arrivalNs(final TraceRow row) {
        return (long) (row.arrivalNs() / speedup);
    }

    long[] worksNs(final List<TraceRow> rows) {
        return rows.stream().mapToLong(this::workNs).toArray();
    }

    long[] arrivalsNs(final List<TraceRow> rows) {
        return rows.stream().mapToLong(this::arrivalNs).toArray();
    }

    /**
     * No schedule of the tasks on {@code agents} equal agents, one task each at a time, ends earlier than
     * <pre>
     * max( max over k: arrival(k) + (work(k) + work(k+1) + ... + work(n)) / agents,
     *      max over k: arrival(k) + work(k) )
     * </pre>
     * The first line with k = 1 is the total work divided by the agents; a larger k says that work cannot be done before it
     * arrives. The second says that one task cannot be split.
     *
     * @param arrivalsNs of the tasks, in order of time.
     * @param worksNs    of the tasks.
     * @param agents     that work, at least 1.
     * @return nanoseconds from time 0 of the arrivals.
     */
    static long lowerBoundNs(final long[] arrivalsNs, final long[] worksNs, final int agents) {
        if (agents < 1) {
            throw new IllegalArgumentException("agents = " + agents + " is not at least 1");
        }
        long bound = 0;
        long remainingNs = 0;
        for (int i = arrivalsNs.length - 1; i >= 0; i--) {
            remainingNs += worksNs[i];
            bound = Math.max(bound, arrivalsNs[i] + Math.max(worksNs[i], remainingNs / agents));
        }
        return bound;
    }
}
