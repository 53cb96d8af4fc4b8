package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.TagIndex;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * All keys have the same first bucket, which is full, so that three records stand behind it. One of these goes away for good, one in the
 * bucket makes room, and another one that stood behind is entered again, into that room. A search for the third must find it; a search for
 * the one that is entered again finds it with the content that it had at that time, or not at all.
 */
@JCStressTest
@Outcome(id = "1, [012]", expect = Expect.ACCEPTABLE, desc = "the one that stays, and the other as it was or is, or in between")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, or found without its content")
@State
public class TagIndexStress {
    private static final int SLOTS = 3 * TagIndex.BUCKET_SLOTS;
    private static final long TAG = 1L << 32;
    private static final long FILLING = 0;
    private static final long GOING = TAG;
    private static final long MOVING = 2 * TAG;
    private static final long STAYING = 3 * TAG;

    private final TagIndex index = new TagIndex(SLOTS);
    private final SlotTable table = new SlotTable(SLOTS);
    private final int going;
    private final int moving;
    private final int staying;

    /** Fills the bucket and puts the three behind it. */
    public TagIndexStress() {
        for (int i = 0; i < TagIndex.BUCKET_SLOTS; i++) {
            put(FILLING, 0);
        }
        going = put(GOING, 0);
        moving = put(MOVING, 1);
        staying = put(STAYING, 0);
        if (staying < TagIndex.BUCKET_SLOTS || index.displaced() != 3) {
            throw new IllegalStateException(index.displaced() + " records stand behind their bucket");
        }
    }

    private int put(final long keyHash, final long content) {
        final int slot = index.vacantSlot(keyHash);
        table.beginWrite(slot);
        table.buffer().putLong(table.offset(slot) + SlotDescriptor.INCARNATION_OFFSET, content);
        table.endWrite(slot);
        index.put(keyHash, slot);
        return slot;
    }

    /** Takes out and enters again. */
    @Actor
    public void writer() {
        index.remove(GOING, going);
        index.remove(MOVING, moving);
        index.remove(FILLING, 0);
        if (put(MOVING, 2) != 0) {
            throw new IllegalStateException("not into the room that was made");
        }
    }

    /**
     * Searches for the one that stays, and for the one that moves.
     *
     * @param result 1 if the first is found; content of the second, 0 if it is not found.
     */
    @Actor
    public void reader(final II_Result result) {
        result.r1 = index.find(STAYING) == staying ? 1 : 0;
        final int slot = index.find(MOVING);
        if (slot != TagIndex.NONE) {
            final int content = (int) table.incarnation(slot);
            result.r2 = content == (slot == moving ? 1 : 2) ? content : -1;
        }
    }
}
