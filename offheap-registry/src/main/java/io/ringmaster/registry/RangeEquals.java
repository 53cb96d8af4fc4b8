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
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (left.getLong(leftOffset + i) != right.getLong(rightOffset + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (left.getByte(leftOffset + i) != right.getByte(rightOffset + i)) {
                return false;
            }
        }
        return true;
    }
}
