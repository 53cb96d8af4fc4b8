package io.ringmaster.registry.index;

/**
 * How a {@link NameIndex} gets at the keys of slots, which it does not hold itself.
 * <p>
 * The writer adds a slot to the index when its record is complete, and removes it from the index <em>before</em> it changes
 * anything of the record's key or frees the slot. So a key that a reader takes while a node has the slot is the right one if the
 * node turns out not to have changed, whatever has become of the slot since.
 * <p>
 * Threading: methods for the writer are called by the partition's writer only, those for readers by any thread at any time.
 */
public interface NameOrder {
    /** Result of a comparison with a slot that has no record. */
    int GONE = Integer.MIN_VALUE;

    /**
     * Writer: order of the keys of two slots that have records.
     *
     * @param slot      from 0.
     * @param otherSlot from 0.
     * @return below 0: the first one's key comes first; 0: equal; above 0: it comes later.
     */
    int compare(int slot, int otherSlot);

    /**
     * Reader: order of the key of a slot, read in one piece, and another one.
     *
     * @param slot from 0, any slot of the table.
     * @param key  to compare with.
     * @return as {@link NameKey#orderOf}, or {@link #GONE}.
     */
    int compare(int slot, NameKey key);

    /**
     * Reader: where the key of a slot, read in one piece, stands to those that start with a prefix.
     *
     * @param slot   from 0, any slot of the table.
     * @param prefix namespace, and start of a name.
     * @return as {@link NameKey#orderOfPrefix}, or {@link #GONE}.
     */
    int compareToPrefix(int slot, NameKey prefix);

    /**
     * Reader: copies the key of a slot in one piece.
     *
     * @param slot from 0, any slot of the table.
     * @param out  gets the key.
     * @return false if the slot has no record; {@code out} is undefined then.
     */
    boolean copy(int slot, NameKey out);
}
