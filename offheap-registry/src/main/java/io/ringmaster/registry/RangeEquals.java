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

    private static boolean equal(
        final byte[] left, final long leftAddress, final byte[] right, final long rightAddress, final int length) {
        for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
            if (UnsafeApi.getLong(left, leftAddress + i) != UnsafeApi.getLong(right, rightAddress + i)) {
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
            return UnsafeApi.getLong(left, leftAddress + last) == UnsafeApi.getLong(right, rightAddress + last);
        }
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
