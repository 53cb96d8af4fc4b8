package io.ringmaster.ring;

import org.agrona.BitUtil;

/**
 * Bounds that rings and mailboxes share.
 * <p>
 * Threading: immutable.
 */
final class SlotRules {
    /** The slots of one queue have to fit a buffer that is addressed by int, with some space for the header. */
    static final long MAX_BUFFER_LENGTH = Integer.MAX_VALUE - 64 * 1024L;

    private SlotRules() {
    }

    static void check(final String kind, final String name, final int slots, final int slotLength) {
        if (null == name || name.isBlank()) {
            throw new IllegalArgumentException(kind + ": name must not be empty");
        }
        final String prefix = kind + " " + name + ": ";
        if (slots < 2 || slots > RingSettings.MAX_SLOTS || !BitUtil.isPowerOfTwo(slots)) {
            throw new IllegalArgumentException(
                prefix + "slots=" + slots + " must be a power of two from 2 to " + RingSettings.MAX_SLOTS);
        }
        final int alignment = CommandSlotDescriptor.SLOT_ALIGNMENT;
        if (slotLength < alignment || !BitUtil.isAligned(slotLength, alignment)) {
            throw new IllegalArgumentException(
                prefix + "slotLength=" + slotLength + " must be a positive multiple of " + alignment);
        }
        final long length = (long)slots * slotLength;
        if (length > MAX_BUFFER_LENGTH) {
            throw new IllegalArgumentException(
                prefix + "slots=" + slots + " x slotLength=" + slotLength + " = " + length + " bytes must be at most "
                    + MAX_BUFFER_LENGTH);
        }
    }
}
