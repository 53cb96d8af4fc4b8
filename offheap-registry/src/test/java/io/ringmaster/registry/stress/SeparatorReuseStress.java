package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.NameIndex;
import io.ringmaster.registry.index.NamedSlots;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The record whose slot separates two leaves of a name index is removed, and its slot and block are given to a record
 * whose name comes first of all. A reader that looks for the name just before must find it: it must not take the new name for
 * the bound between the leaves.
 */
@JCStressTest
@Outcome(id = "28, [01]", expect = Expect.ACCEPTABLE, desc = "found, and the removed one perhaps")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or another one")
@State
public class SeparatorReuseStress {
    private static final int NAMES = 59;
    private static final int SEPARATOR = 29;
    private static final int SOUGHT = 28;

    private final NamedSlots slots = new NamedSlots(NAMES);
    private final NameIndex.Cursor cursor = new NameIndex.Cursor(NamedSlots.MAX_NAME_LENGTH);
    private final UnsafeBuffer writersKey = new UnsafeBuffer(new byte[3]);
    private final UnsafeBuffer readersKey = new UnsafeBuffer(new byte[3]);

    /** Makes two leaves. */
    public SeparatorReuseStress() {
        for (int slot = 0; slot < NAMES; slot++) {
            put(writersKey, slot + 10);
            slots.add(slot, writersKey, 1, 2);
        }
        if (slots.index().usedNodes() != 3) {
            throw new IllegalStateException("nodes " + slots.index().usedNodes());
        }
    }

    private static void put(final UnsafeBuffer key, final int number) {
        key.putByte(0, (byte) 'n');
        key.putByte(1, (byte) ('0' + number / 10));
        key.putByte(2, (byte) ('0' + number % 10));
    }

    /** Gives the slot another name. */
    @Actor
    public void writer() {
        slots.remove(SEPARATOR);
        put(writersKey, 0);
        slots.add(SEPARATOR, writersKey, 1, 2);
    }

    /**
     * Walks from the last name of the first leaf to the first one of the second.
     *
     * @param result the first slot found, and whether the separator's came next.
     */
    @Actor
    public void reader(final II_Result result) {
        put(readersKey, SOUGHT + 9);
        cursor.seek(slots.index(), readersKey, 0, 1, readersKey, 1, 0).after(readersKey, 1, 2);
        result.r1 = cursor.next();
        result.r2 = cursor.next() == SEPARATOR ? 1 : 0;
    }
}
