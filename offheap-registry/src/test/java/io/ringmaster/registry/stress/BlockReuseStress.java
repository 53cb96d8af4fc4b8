package io.ringmaster.registry.stress;

import io.ringmaster.registry.layout.Slab;
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
 * A record is removed and its block in the slab is given to a record in another slot at once; a reader of the first slot
 * must see the first record's bytes, or that it is gone.
 */
@JCStressTest
@Outcome(id = "7, 70", expect = Expect.ACCEPTABLE, desc = "the record with its own block")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the record is gone")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "the copy was thrown away")
@Outcome(expect = Expect.FORBIDDEN, desc = "the record with the block of another one")
@State
public class BlockReuseStress {
    private static final int CONTENT_OFFSET = 8;
    private static final byte KIND = 1;

    private final SlotTable table = new SlotTable(2);
    private final Slab slab = new Slab(2 * SlabDescriptor.MIN_BLOCK_LENGTH);

    /** Puts the first record in. */
    public BlockReuseStress() {
        insert(0, 7, 70);
    }

    private void insert(final int slot, final long incarnation, final long content) {
        final int block = slab.allocate(16, slot);
        slab.buffer().putLong(block + CONTENT_OFFSET, content);
        table.beginWrite(slot);
        table.buffer().putInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, block);
        table.buffer().putLong(table.offset(slot) + SlotDescriptor.INCARNATION_OFFSET, incarnation);
        table.kind(slot, KIND);
        table.endWrite(slot);
    }

    /** Removes the first record and puts another one in, which gets the same block. */
    @Actor
    public void writer() {
        final int block = table.buffer().getInt(SlotDescriptor.SLAB_OFFSET_OFFSET);
        table.beginWrite(0);
        table.kind(0, SlotDescriptor.FREE);
        table.endWrite(0);
        slab.free(block);
        insert(1, 8, 80);
    }

    /**
     * Reads the first slot and its block.
     *
     * @param result incarnation and content.
     */
    @Actor
    public void reader(final JJ_Result result) {
        final UnsafeBuffer slots = table.buffer();
        final long sequence = table.beginRead(0);
        if (!table.isFree(0)) {
            result.r1 = table.incarnation(0);
            result.r2 = slab.buffer().getLong(slots.getInt(SlotDescriptor.SLAB_OFFSET_OFFSET) + CONTENT_OFFSET);
            if (!table.isUnchanged(0, sequence)) {
                result.r1 = -1;
                result.r2 = -1;
            }
        }
    }
}
