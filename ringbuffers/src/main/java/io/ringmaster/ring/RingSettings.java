package io.ringmaster.ring;

/**
 * Size of a {@link CommandRing}.
 * <p>
 * Threading: immutable.
 *
 * @param name          shown in counters and messages.
 * @param slots         number of commands that the ring can hold; a power of two, 2 to 2^20.
 * @param slotLength    bytes of a slot with its header, a multiple of 64; see {@link CommandSlotDescriptor#slotLengthFor(int)}.
 * @param reservedSlots slots that only completions may take; 0 to slots - 1.
 */
public record RingSettings(String name, int slots, int slotLength, int reservedSlots) {
    /** Most slots that a ring or a mailbox may have. */
    public static final int MAX_SLOTS = 1 << 20;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a value out of its bounds; names the ring, the value and the bound.
     */
    public RingSettings {
        SlotRules.check("ring", name, slots, slotLength);
        if (reservedSlots < 0 || reservedSlots >= slots) {
            throw new IllegalArgumentException(
                "ring " + name + ": reservedSlots=" + reservedSlots + " must be from 0 to slots - 1 = " + (slots - 1));
        }
    }

    /**
     * Longest message that fits a slot.
     *
     * @return length in bytes.
     */
    public int maxMessageLength() {
        return slotLength - CommandSlotDescriptor.HEADER_LENGTH;
    }
}
