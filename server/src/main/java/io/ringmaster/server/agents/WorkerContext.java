package io.ringmaster.server.agents;

import io.ringmaster.ring.CommandRing;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

import java.util.Objects;

/**
 * What all workers share. Immutable.
 *
 * @param coordinationRing where answers go.
 * @param kinds            names of the task kinds.
 * @param maxPayloadLength longest result in bytes.
 * @param mailboxLimit     mailbox messages that one agent takes in one duty cycle.
 * @param clock            measures service times; the clock that also gives {@link WorkerRole#doWork} its time.
 * @param errorHandler     told of what handlers throw.
 */
public record WorkerContext(
    CommandRing coordinationRing,
    KindNames kinds,
    int maxPayloadLength,
    int mailboxLimit,
    NanoClock clock,
    ErrorHandler errorHandler) {

    /** A default for {@code mailboxLimit}. */
    public static final int DEFAULT_MAILBOX_LIMIT = 16;

    /** Checks that every answer fits the ring. */
    public WorkerContext {
        Objects.requireNonNull(kinds, "kinds");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(errorHandler, "errorHandler");
        if (mailboxLimit < 1) {
            throw new IllegalArgumentException("mailboxLimit = " + mailboxLimit + " is less than 1");
        }
        if (maxPayloadLength < 0) {
            throw new IllegalArgumentException("maxPayloadLength = " + maxPayloadLength + " is less than 0");
        }
        final int needed = AnswerProxy.maxLength(maxPayloadLength);
        if (coordinationRing.maxMessageLength() < needed) {
            throw new IllegalArgumentException("coordination ring: messages of up to " +
                coordinationRing.maxMessageLength() + " bytes are too short for a result of max-payload = " +
                maxPayloadLength + ", which takes " + needed);
        }
    }
}
