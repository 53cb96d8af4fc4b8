package io.ringmaster.ring.stress;

import io.ringmaster.ring.Mailbox;
import io.ringmaster.ring.MailboxCounters;
import io.ringmaster.ring.MailboxSettings;
import io.ringmaster.ring.OverflowPolicy;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A mailbox of two slots whose messages are one digit, written four times, so that a torn read shows: it reads as 9.
 */
public class MailboxProbe {
    private static final int TORN = 9;
    private static final int LENGTH = 4 * Long.BYTES;

    private final Mailbox mailbox;
    private int droppedDigits;

    MailboxProbe(final OverflowPolicy policy) {
        mailbox = new Mailbox(
            new MailboxSettings("stress", 2, 64, policy),
            MailboxCounters.unmanaged(),
            (buffer, offset, length) -> droppedDigits = droppedDigits * 10 + read(buffer, offset, length),
            SystemNanoClock.INSTANCE,
            error -> {
                throw new IllegalStateException(error);
            });
    }

    int offer(final int digit) {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            message.putLong(i, digit);
        }
        return mailbox.offer(message, 0, LENGTH);
    }

    /** The digits polled, as a decimal number; 0 for none. */
    int poll(final int limit) {
        final int[] digits = new int[1];
        mailbox.poll((buffer, offset, length) -> digits[0] = digits[0] * 10 + read(buffer, offset, length), limit);
        return digits[0];
    }

    /** The digits dropped so far. */
    int droppedDigits() {
        return droppedDigits;
    }

    private static int read(final DirectBuffer buffer, final int offset, final int length) {
        final long first = LENGTH == length ? buffer.getLong(offset) : TORN;
        for (int i = Long.BYTES; i < length; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != first) {
                return TORN;
            }
        }
        return (int)first;
    }
}
