package io.ringmaster.registry;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

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
        left.boundsCheck(leftOffset, length);
        right.boundsCheck(rightOffset, length);
        return equal(
            left.byteArray(), left.addressOffset() + leftOffset, right.byteArray(), right.addressOffset() + rightOffset, length);
    }

    /** For ranges that are known to be within their memory. Most are names of up to 16 bytes: no loop for the first two words. */
    static boolean equal(
        final byte[] left, final long leftAddress, final byte[] right, final long rightAddress, final int length) {
        if (length < Long.BYTES) {
            return equalShort(left, leftAddress, right, rightAddress, length);
        }
        if (UnsafeApi.getLong(left, leftAddress) != UnsafeApi.getLong(right, rightAddress)) {
            return false;
        }
        // The last word may go over bytes again that were equal.
        final int last = length - Long.BYTES;
        for (int i = Long.BYTES; i < last; i += Long.BYTES) {
            if (UnsafeApi.getLong(left, leftAddress + i) != UnsafeApi.getLong(right, rightAddress + i)) {
                return false;
            }
        }
        return last == 0 || UnsafeApi.getLong(left, leftAddress + last) == UnsafeApi.getLong(right, rightAddress + last);
    }

    private static boolean equalShort(
        final byte[] left, final long leftAddress, final byte[] right, final long rightAddress, final int length) {
        if (length >= Integer.BYTES) {
            final int last = length - Integer.BYTES;
            return UnsafeApi.getInt(left, leftAddress) == UnsafeApi.getInt(right, rightAddress)
                && UnsafeApi.getInt(left, leftAddress + last) == UnsafeApi.getInt(right, rightAddress + last);
        }
        for (int i = 0; i < length; i++) {
            if (UnsafeApi.getByte(left, leftAddress + i) != UnsafeApi.getByte(right, rightAddress + i)) {
                return false;
            }
        }
        return true;
    }
}
