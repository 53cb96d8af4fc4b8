package io.ringmaster.ring;

import java.util.Objects;

/**
 * Size and policy of a {@link Mailbox}.
 * <p>
 * Threading: immutable.
 *
 * @param name       shown in messages.
 * @param slots      number of messages that the mailbox can hold; a power of two, 2 to 2^20.
 * @param slotLength bytes of a slot with its header, a multiple of 64; see {@link MailboxDescriptor#slotLengthFor(int)}.
 * @param policy     what a full mailbox does.
 */
public record MailboxSettings(String name, int slots, int slotLength, OverflowPolicy policy) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a value out of its bounds; names the mailbox, the value and the bound.
     */
    public MailboxSettings {
        SlotRules.check("mailbox", name, slots, slotLength);
        Objects.requireNonNull(policy, "policy");
    }

    /**
     * Longest message that fits a slot.
     *
     * @return length in bytes.
     */
    public int maxMessageLength() {
        return slotLength - MailboxDescriptor.SLOT_HEADER_LENGTH;
    }
}
