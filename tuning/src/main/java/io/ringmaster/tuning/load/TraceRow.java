package io.ringmaster.tuning.load;

/**
 * One request of a trace. Immutable.
 *
 * @param arrivalNs       after the first row of the trace, in nanoseconds; not before the row above it.
 * @param contextTokens   tokens of the prompt.
 * @param generatedTokens tokens of the answer.
 */
record TraceRow(long arrivalNs, int contextTokens, int generatedTokens) {
}
