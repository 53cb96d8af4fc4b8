package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How evenly sessions were served (requirement R13): the mean latency of each, and the number of its answers.
 * <p>
 * Threading: confined to the generator. Recording allocates nothing.
 */
final class SessionFairness {
    private final long[] sumNs;
    private final long[] count;

    SessionFairness(final int sessions) {
        sumNs = new long[sessions];
        count = new long[sessions];
    }

    void record(final int session, final long latencyNs) {
        sumNs[session] += latencyNs;
        count[session]++;
    }

    void add(final SessionFairness other) {
        for (int i = 0; i < sumNs.length; i++) {
            sumNs[i] += other.sumNs[i];
            count[i] += other.count[i];
        }
    }

    int sessions() {
        return sumNs.length;
    }

    /** Mean latency of the slowest session divided by the mean of all sessions' mean latencies; 0 if one had no answer. */
    double maxToMean() {
        double max = 0;
        double sum = 0;
        for (int i = 0; i < sumNs.length; i++) {
            if (count[i] == 0) {
                return 0;
            }
            final double mean = (double) sumNs[i] / count[i];
            max = Math.max(max, mean);
            sum += mean;
        }
        return sum == 0 ? 0 : max * sumNs.length / sum;
    }

    /** Answers of the session that got the fewest. */
    long fewest() {
        long fewest = Long.MAX_VALUE;
        for (final long value : count) {
            fewest = Math.min(fewest, value);
        }
        return fewest;
    }

    /** Answers of the session that got the most. */
    long most() {
        long most = 0;
        for (final long value : count) {
            most = Math.max(most, value);
        }
        return most;
    }

    void writeTo(final ObjectNode json) {
        json.put("sessions", sessions());
        json.put("maxToMeanLatency", Math.round(maxToMean() * 1000) / 1000.0);
        json.put("fewestOperations", fewest());
        json.put("mostOperations", most());
    }
}
