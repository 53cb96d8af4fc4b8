package io.ringmaster.server.coordination;

import static org.agrona.BitUtil.CACHE_LINE_LENGTH;

import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Off-heap store of payloads and results in chains of fixed blocks: no fragmentation, no allocation, bytes in use known.
 * <pre>
 *  0  next block  4   (-1 = last)
 *  4  data       {@value #DATA_LENGTH}
 * </pre>
 * Threading: confined to the coordinator's role.
 */
final class BlockSlab {
    static final int BLOCK_LENGTH = 128;
    static final int DATA_LENGTH = BLOCK_LENGTH - 4;
    static final int NULL = -1;

    private final UnsafeBuffer buffer;
    private final int blocks;
    private int freeHead;
    private int used;

    BlockSlab(final int bytes) {
        blocks = bytes / BLOCK_LENGTH;
        buffer = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(blocks * BLOCK_LENGTH, CACHE_LINE_LENGTH).order(ByteOrder.nativeOrder()));
        for (int i = 0; i < blocks; i++) {
            buffer.putInt(i * BLOCK_LENGTH, i + 1 < blocks ? i + 1 : NULL);
        }
    }

    static int blocksFor(final int length) {
        return (length + DATA_LENGTH - 1) / DATA_LENGTH;
    }

    int free() {
        return blocks - used;
    }

    int blocks() {
        return blocks;
    }

    int used() {
        return used;
    }

    /** Stores bytes; {@link #NULL} for none to store. The caller has checked {@link #free()}. */
    int store(final DirectBuffer source, final int offset, final int length) {
        assert blocksFor(length) <= free() : "no room";
        int first = NULL;
        int previous = NULL;
        for (int done = 0; done < length; done += DATA_LENGTH) {
            final int block = freeHead;
            freeHead = buffer.getInt(block * BLOCK_LENGTH);
            used++;
            buffer.putInt(block * BLOCK_LENGTH, NULL);
            buffer.putBytes(block * BLOCK_LENGTH + 4, source, offset + done, Math.min(DATA_LENGTH, length - done));
            if (previous == NULL) {
                first = block;
            } else {
                buffer.putInt(previous * BLOCK_LENGTH, block);
            }
            previous = block;
        }
        return first;
    }

    void copyTo(final int first, final int length, final MutableDirectBuffer target, final int offset) {
        int block = first;
        for (int done = 0; done < length; done += DATA_LENGTH) {
            target.putBytes(offset + done, buffer, block * BLOCK_LENGTH + 4, Math.min(DATA_LENGTH, length - done));
            block = buffer.getInt(block * BLOCK_LENGTH);
        }
    }

    void free(final int first) {
        int block = first;
        while (block != NULL) {
            final int next = buffer.getInt(block * BLOCK_LENGTH);
            buffer.putInt(block * BLOCK_LENGTH, freeHead);
            freeHead = block;
            used--;
            block = next;
        }
    }
}
