package io.ringmaster.registry.index;

/**
 * Ordered set of (value, slot) for one attribute of the records of a partition: by value, and by slot where values are equal.
 * What a cursor returns is a hint: the record may have changed or gone meanwhile, and the caller checks it.
 * <p>
 * Memory is taken at the start, at most 23 bytes for each slot of a large partition; nothing allocates afterwards.
 * See {@link OrderedIndex} for the structure and its sources.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread through a {@link Cursor} each.
 */
public final class AttributeIndex extends OrderedIndex {
    /**
     * An empty index.
     *
     * @param slots of the partition, 1 to {@link io.ringmaster.registry.layout.SlotTable#MAX_SLOTS}.
     */
    public AttributeIndex(final int slots) {
        super(OrderedIndexDescriptor.ATTRIBUTE, slots);
    }

    /**
     * Writer: enters a value of a slot.
     *
     * @param slot  from 0; out of range is an {@link IllegalArgumentException}.
     * @param value any.
     * @return false if this value of this slot was there already.
     * @throws IllegalStateException when {@link #capacity()} entries are in the index.
     */
    public boolean add(final int slot, final long value) {
        return insert(value, slot);
    }

    /**
     * Writer: takes a value of a slot out.
     *
     * @param slot  from 0; out of range is an {@link IllegalArgumentException}.
     * @param value that it was entered with.
     * @return false if it was not there.
     */
    public boolean remove(final int slot, final long value) {
        return delete(value, slot);
    }

    @Override
    int compare(final long value, final int slot, final long otherValue, final int otherSlot) {
        return order(value, slot, otherValue, otherSlot);
    }

    private static int order(final long value, final int slot, final long otherValue, final int otherSlot) {
        return value != otherValue ? Long.compare(value, otherValue) : Integer.compare(slot, otherSlot);
    }

    /**
     * Walks the entries of a range of values in ascending order. Every entry that is in the index during the whole walk comes exactly
     * once; one that comes or goes meanwhile may come or not. Reusable, for any index; no call allocates.
     * <p>
     * Threading: confined to the thread that uses it.
     */
    public static final class Cursor extends OrderedCursor {
        private long positionValue;
        private int positionSlot;
        private long preparedValue;
        private int preparedSlot;
        private long max;

        /** A cursor without a range. */
        public Cursor() {
            super(OrderedIndexDescriptor.ATTRIBUTE);
        }

        /**
         * Starts a walk.
         *
         * @param index to be read.
         * @param min   least value.
         * @param max   greatest value; less than {@code min} finds nothing.
         * @return this.
         */
        public Cursor seek(final AttributeIndex index, final long min, final long max) {
            return seekAfter(index, min, -1, max);
        }

        /**
         * Goes on with a walk: starts one behind an entry, which need not be there any more.
         *
         * @param index to be read.
         * @param value of the entry.
         * @param slot  of the entry; -1: before all entries of this value.
         * @param max   greatest value.
         * @return this.
         */
        public Cursor seekAfter(final AttributeIndex index, final long value, final int slot, final long max) {
            positionValue = value;
            positionSlot = slot;
            this.max = max;
            start(index);
            return this;
        }

        /**
         * Next entry of the range.
         *
         * @return slot, or -1 when there is no more.
         */
        public int next() {
            return nextSlot();
        }

        /**
         * Value of the entry that {@link #next()} returned last, as the index has it.
         *
         * @return value; undefined before the first entry and after the last.
         */
        public long value() {
            return values[Math.max(0, taken - 1)];
        }

        @Override
        int compareToPosition(final long value, final int slot) {
            return order(value, slot, positionValue, positionSlot);
        }

        @Override
        int compareToEnd(final long value, final int slot) {
            return Long.compare(value, max);
        }

        @Override
        boolean preparePosition(final long value, final int slot) {
            preparedValue = value;
            preparedSlot = slot;
            return true;
        }

        @Override
        void commitPosition() {
            positionValue = preparedValue;
            positionSlot = preparedSlot;
        }
    }
}
