package io.ringmaster.tuning.load;

/**
 * What came out of one stretch of load. Immutable but for its histograms.
 *
 * @param sent                    operations sent.
 * @param ok                      answered rightly.
 * @param rejected                refused with a code.
 * @param errors                  answered wrongly.
 * @param lost                    never answered.
 * @param durationNs              from the start to the last answer.
 * @param intendedRatePerSecond   0 in a closed loop.
 * @param achievedRatePerSecond   0 in a closed loop.
 * @param generatorAllocatedBytes what the generator's thread allocated on the heap meanwhile.
 * @param latencies               of the operations that were answered rightly.
 * @param fairness                between the sessions.
 * @param slowest                 the intended times whose operations took longest.
 */
record Segment(
    long sent,
    long ok,
    long rejected,
    long errors,
    long lost,
    long durationNs,
    double intendedRatePerSecond,
    double achievedRatePerSecond,
    long generatorAllocatedBytes,
    LatencyRecorder latencies,
    SessionFairness fairness,
    SlowestMoments slowest) {

    double throughputPerSecond() {
        return ok * 1e9 / durationNs;
    }

    boolean missedRate() {
        return achievedRatePerSecond < OpenLoopPacer.RATE_TOLERANCE * intendedRatePerSecond;
    }
}
