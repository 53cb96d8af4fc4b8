package io.ringmaster.tuning.load;

import java.util.Arrays;
import java.util.Locale;

/** What a run does. Immutable. */
enum Scenario {
    /** Bare Aeron round trip: the floor. */
    ECHO,
    /** One record by name. */
    LOOKUP,
    /** Many records in one message. */
    LOOKUP_BATCH,
    /** Register and unregister in turn. */
    REGISTER,
    /** One task there and its result back. */
    DISPATCH,
    /** One batch there and all its results back. */
    BATCH,
    /** Requirement R1. */
    BURST,
    /** Lookups with ever more operations under way. */
    SWEEP,
    /** Lookups of few sessions against those of many. */
    SESSIONS,
    /** The first lookups of a server that has just started. */
    FIRST,
    /** One lookup at a time and one partition against batches in a row and four. */
    AB,
    /** Many leases that run out within one second. */
    EXPIRE,
    /** Ten times as many writes under way as a ring has places. */
    OVERLOAD,
    /** A trace of real requests. */
    REPLAY;

    /** As the user types it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean needsAgents() {
        return this == DISPATCH || this == BATCH || this == REPLAY;
    }

    /** Whether its figures are held against the bare round trip. Where not, the processes of the floor would only take time from it. */
    boolean measuresFloor() {
        return this != EXPIRE && this != OVERLOAD;
    }

    static Scenario of(final String word) {
        for (final Scenario scenario : values()) {
            if (scenario.word().equals(word)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException(
            "'" + word + "' is not one of " + String.join(", ", Arrays.stream(values()).map(Scenario::word).toList()));
    }
}
