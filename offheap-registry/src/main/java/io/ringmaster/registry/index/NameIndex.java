package io.ringmaster.registry.index;

import org.agrona.DirectBuffer;

/**
 * Ordered set of the slots of a partition by the keys of their records, namespace and name, in the order of {@link NameKey}. The keys stay
 * where they are; {@link NameOrder} gets at them and says when the writer must add and remove. What a cursor returns
 * is a hint: the record may have gone, and its slot may be another one's, and the caller checks it.
 * <p>
 * No two records of a partition have the same key; if two slots have, for a moment, a cursor may return only one of them.
 * <p>
 * Memory is taken at the start, at most 8 bytes for each slot of a large partition; nothing allocates afterwards.
 * See {@link OrderedIndex} for the structure and its sources.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread through a {@link Cursor} each.
 */
public final class NameIndex extends OrderedIndex {
    private final NameOrder order;

    /**
     * An empty index.
     *
     * @param slots of the partition, 1 to {@link io.ringmaster.registry.layout.SlotTable#MAX_SLOTS}.
     * @param order of the partition.
     */
    public NameIndex(final int slots, final NameOrder order) {
        super(OrderedIndexDescriptor.NAME, slots);
        this.order = order;
    }

    /**
     * Writer: enters a slot, whose record is complete.
     *
     * @param slot from 0; out of range is an {@link IllegalArgumentException}.
     * @return false if the slot was there already.
     * @throws IllegalStateException when {@link #capacity()} slots are in the index.
     */
    public boolean add(final int slot) {
        return insert(0, slot);
    }

    /**
     * Writer: takes a slot out, whose record is still what it was when the slot was entered, its block apart.
     *
     * @param slot from 0; out of range is an {@link IllegalArgumentException}.
     * @return false if it was not there.
     */
    public boolean remove(final int slot) {
        return delete(0, slot);
    }

    @Override
    int compare(final long value, final int slot, final long otherValue, final int otherSlot) {
        if (slot == otherSlot) {
            return 0;
        }
        final int byKey = order.compare(slot, otherSlot);
        return byKey != 0 ? byKey : Integer.compare(slot, otherSlot);
    }

    /**
     * Walks the slots of the records of a namespace whose names start with a prefix, in ascending order of names. Every slot that is
     * in the index during the whole walk comes exactly once; one that comes or goes meanwhile may come or not. Reusable,
     * for any index; no call allocates.
     * <p>
     * Threading: confined to the thread that uses it.
     */
    public static final class Cursor extends OrderedCursor {
        private final NameKey prefix;
        private NameKey position;
        private NameKey prepared;
        private boolean isPositionIncluded;
        private NameOrder order;
        private int indexSlots;

        /**
         * A cursor without a range.
         *
         * @param maxNameLength most bytes of a namespace, and of a name, that a record can have.
         */
        public Cursor(final int maxNameLength) {
            super(OrderedIndexDescriptor.NAME);
            prefix = new NameKey(maxNameLength);
            position = new NameKey(maxNameLength);
            prepared = new NameKey(maxNameLength);
        }

        /**
         * Starts a walk. A namespace or prefix that is longer than one of a record can be finds nothing.
         *
         * @param index           to be read.
         * @param namespace       buffer with the namespace.
         * @param namespaceOffset where it starts.
         * @param namespaceLength in bytes.
         * @param namePrefix      buffer with what names must start with.
         * @param prefixOffset    where it starts.
         * @param prefixLength    in bytes; 0: all names of the namespace.
         * @return this.
         */
        public Cursor seek(
            final NameIndex index, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
            final DirectBuffer namePrefix, final int prefixOffset, final int prefixLength) {
            if (namespaceLength > prefix.maxNameLength() || prefixLength > prefix.maxNameLength()) {
                stop();
                return this;
            }
            order = index.order;
            indexSlots = index.slots();
            prefix.set(namespace, namespaceOffset, namespaceLength, namePrefix, prefixOffset, prefixLength);
            position.copyFrom(prefix);
            isPositionIncluded = true;
            start(index);
            return this;
        }

        /**
         * Goes on with a walk, right after {@link #seek}: leaves out all names up to one, which need not be there any more.
         *
         * @param name       buffer with the name.
         * @param nameOffset where it starts.
         * @param nameLength in bytes, any.
         * @return this.
         */
        public Cursor after(final DirectBuffer name, final int nameOffset, final int nameLength) {
            // No name of a record is longer than the maximum, so the bytes beyond that decide nothing.
            prepared.copyFrom(prefix).name(name, nameOffset, Math.min(nameLength, prefix.maxNameLength()));
            if (prefix.orderOf(prepared.buffer(), 0, prepared.namespaceLength(), prepared.nameLength()) >= 0) {
                commitPosition();
            }
            return this;
        }

        /**
         * Next slot of the range.
         *
         * @return slot, or -1 when there is no more.
         */
        public int next() {
            return nextSlot();
        }

        @Override
        int compareToPosition(final long value, final int slot) {
            if (!isInRange(slot)) {
                return GONE;
            }
            final int result = order.compare(slot, position);
            return result == 0 && isPositionIncluded ? 1 : result;
        }

        @Override
        int compareToEnd(final long value, final int slot) {
            return isInRange(slot) ? order.compareToPrefix(slot, prefix) : GONE;
        }

        @Override
        boolean preparePosition(final long value, final int slot) {
            return isInRange(slot) && order.copy(slot, prepared);
        }

        @Override
        void commitPosition() {
            final NameKey swapped = position;
            position = prepared;
            prepared = swapped;
            isPositionIncluded = false;
        }

        private boolean isInRange(final int slot) {
            return slot >= 0 && slot < indexSlots;
        }
    }
}
