package io.ringmaster.registry;

import org.agrona.DirectBuffer;

/**
 * Compares ranges of buffers, eight bytes at a time and without wrapping them.
 * <p>
 * Threading: immutable.
 */
final class RangeEquals {
    private RangeEquals() {
    }

    static boolean equal(
        final DirectBuffer left, final int leftOffset, final DirectBuffer right, final int rightOffset, final int length) {
        for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
            if (left.getLong(leftOffset + i) != right.getLong(rightOffset + i)) {
                return false;
            }
        }
        final int rest = length & 7;
        if (rest == 0) {
            return true;
        }
        // The last step goes over bytes again that were equal.
        if (length > Long.BYTES) {
            final int last = length - Long.BYTES;
            return left.getLong(leftOffset + last) == right.getLong(rightOffset + last);
        }
        if (length >= Integer.BYTES) {
            final int last = length - Integer.BYTES;
            return left.getInt(leftOffset) == right.getInt(rightOffset)
                && left.getInt(leftOffset + last) == right.getInt(rightOffset + last);
        }
        for (int i = 0; i < length; i++) {
            if (left.getByte(leftOffset + i) != right.getByte(rightOffset + i)) {
                return false;
            }
        }
        return true;
    }
}
