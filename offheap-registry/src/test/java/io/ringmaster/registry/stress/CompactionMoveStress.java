package io.ringmaster.registry.stress;

import io.ringmaster.registry.layout.Slab;
import io.ringmaster.registry.layout.SlabCompactor;
import io.ringmaster.registry.layout.SlabDescriptor;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Compaction slides a block down to a hole that is shorter than the block, so that its old and new place overlap, and another record takes
 * the place that becomes free; a reader must see both ends of the record's bytes, wherever they are.
 */
@JCStressTest
@Outcome(id = "70, 71", expect = Expect.ACCEPTABLE, desc = "the record, before or after the move")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "the copy was thrown away")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes of two places or of two records")
@State
public class CompactionMoveStress {
    private static final int HOLE = 24;
    private static final int LENGTH = 56;
    private static final int LAST = LENGTH - Long.BYTES;

    private final SlotTable table = new SlotTable(4);
    private final Slab slab = new Slab(208);
    private final SlabCompactor compactor = new SlabCompactor(slab, table, 48);
    private final UnsafeBuffer slots = table.buffer();

    /** A hole, the record behind it, another hole and another record, and a third hole at the end. */
    public CompactionMoveStress() {
        final int hole = slab.allocate(HOLE, 0);
        insert(1, LENGTH, 70);
        final int secondHole = slab.allocate(HOLE, 0);
        insert(3, HOLE, 60);
        slab.free(hole);
        slab.free(secondHole);
        if (slab.longestFreeBytes() != SlabDescriptor.MIN_BLOCK_LENGTH || slab.freeBytes() != 3 * SlabDescriptor.MIN_BLOCK_LENGTH) {
            throw new IllegalStateException("not three holes");
        }
    }

    private void insert(final int slot, final int length, final long content) {
        final int block = slab.allocate(length, slot);
        if (block == SlabDescriptor.NULL_BLOCK) {
            return;
        }
        slab.buffer().putLong(block, content);
        slab.buffer().putLong(block + length - Long.BYTES, content + 1);
        table.beginWrite(slot);
        slots.putInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, block);
        table.kind(slot, (byte) 1);
        table.endWrite(slot);
    }

    /** Moves the record and uses what became free. */
    @Actor
    public void writer() {
        compactor.step();
        if (compactor.blocksMoved() != 2) {
            throw new IllegalStateException(compactor.blocksMoved() + " blocks were moved");
        }
        insert(2, LENGTH, 80);
        insert(0, HOLE, 90);
    }

    /**
     * Reads the record.
     *
     * @param result its first and last bytes.
     */
    @Actor
    public void reader(final JJ_Result result) {
        final long sequence = table.beginRead(1);
        final int block = slots.getInt(table.offset(1) + SlotDescriptor.SLAB_OFFSET_OFFSET);
        result.r1 = slab.buffer().getLong(block);
        result.r2 = slab.buffer().getLong(block + LAST);
        if (!table.isUnchanged(1, sequence)) {
            result.r1 = -1;
            result.r2 = -1;
        }
    }
}
