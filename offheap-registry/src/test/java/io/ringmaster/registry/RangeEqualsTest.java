package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RangeEqualsTest {
    private static final int MAX_LENGTH = 40;
    private static final int MAX_OFFSET = 9;

    private final SplittableRandom random = new SplittableRandom(11);
    private final UnsafeBuffer heap = new UnsafeBuffer(new byte[MAX_LENGTH + MAX_OFFSET]);
    private final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_LENGTH + MAX_OFFSET));

    private void fill(final UnsafeBuffer buffer) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.putByte(i, (byte) random.nextInt());
        }
    }

    @Test
    void shouldFindEveryDifferenceAndLookAtNothingElse() {
        for (int length = 0; length <= MAX_LENGTH; length++) {
            for (int offset = 0; offset <= MAX_OFFSET; offset++) {
                final int other = MAX_OFFSET - offset;
                fill(heap);
                fill(direct);
                direct.putBytes(other, heap, offset, length);
                assertEquals(true, RangeEquals.equal(heap, offset, direct, other, length), "length " + length);
                for (int i = 0; i < length; i++) {
                    direct.putByte(other + i, (byte) (heap.getByte(offset + i) ^ 1 << random.nextInt(Byte.SIZE)));
                    assertEquals(false, RangeEquals.equal(heap, offset, direct, other, length), "length " + length + ", byte " + i);
                    direct.putByte(other + i, heap.getByte(offset + i));
                }
            }
        }
    }

    @Test
    void shouldRefuseRangesThatAreNotWithinTheirBuffers() {
        assertThrows(IndexOutOfBoundsException.class, () -> RangeEquals.equal(heap, 0, direct, MAX_OFFSET + 1, MAX_LENGTH));
        assertThrows(IndexOutOfBoundsException.class, () -> RangeEquals.equal(heap, -1, direct, 0, 4));
    }
}
