package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.Slab;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** A slot table and a slab with nothing but keys in them, and their name index, kept in the order that the index asks for. */
public final class NamedSlots {
    /** Most bytes of a namespace, and of a name. */
    public static final int MAX_NAME_LENGTH = 64;

    final SlotTable table;
    final Slab slab;
    final NameIndex index;
    private final UnsafeBuffer slots;
    private final UnsafeBuffer staging = new UnsafeBuffer(new byte[2 * MAX_NAME_LENGTH]);

    /**
     * Empty.
     *
     * @param size number of slots.
     */
    public NamedSlots(final int size) {
        table = new SlotTable(size);
        slab = new Slab((size + 1) * (2 * MAX_NAME_LENGTH + 128));
        slots = table.buffer();
        index = new NameIndex(size, new SlotNameOrder(table, slab));
    }

    /**
     * The index.
     *
     * @return of all slots that have a record.
     */
    public NameIndex index() {
        return index;
    }

    boolean isFree(final int slot) {
        return table.isFree(slot);
    }

    boolean add(final int slot, final byte[] namespace, final byte[] name) {
        staging.putBytes(0, namespace);
        staging.putBytes(namespace.length, name);
        return add(slot, staging, namespace.length, name.length);
    }

    /**
     * Enters a record with a key whose parts follow each other.
     *
     * @param slot            that is free.
     * @param key             buffer with both parts.
     * @param namespaceLength in bytes.
     * @param nameLength      in bytes.
     * @return what the index said.
     */
    public boolean add(final int slot, final UnsafeBuffer key, final int namespaceLength, final int nameLength) {
        final int block = slab.allocate(namespaceLength + nameLength, slot);
        slab.buffer().putBytes(block, key, 0, namespaceLength + nameLength);
        table.beginWrite(slot);
        putBlock(slot, block);
        slots.putShort(table.offset(slot) + SlotDescriptor.NAMESPACE_LENGTH_OFFSET, (short) namespaceLength);
        slots.putShort(table.offset(slot) + SlotDescriptor.NAME_LENGTH_OFFSET, (short) nameLength);
        table.kind(slot, (byte) 1);
        table.endWrite(slot);
        return index.add(slot);
    }

    private void putBlock(final int slot, final int block) {
        slots.putInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, block);
    }

    private int block(final int slot) {
        return slots.getInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET);
    }

    /** Gives the record of a slot another block, as a replacement with longer metadata does. */
    void move(final int slot) {
        final int oldBlock = block(slot);
        final int length = 2 * MAX_NAME_LENGTH;
        final int newBlock = slab.allocate(length, slot);
        slab.buffer().putBytes(newBlock, slab.buffer(), oldBlock, Math.min(length, slab.capacity() - oldBlock));
        table.beginWrite(slot);
        putBlock(slot, newBlock);
        table.endWrite(slot);
        slab.free(oldBlock);
    }

    /**
     * Takes a record out.
     *
     * @param slot of the record, which is free then.
     * @return what the index said.
     */
    public boolean remove(final int slot) {
        final boolean removed = index.remove(slot);
        final int block = block(slot);
        table.beginWrite(slot);
        table.kind(slot, SlotDescriptor.FREE);
        slots.putInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, -1);
        table.endWrite(slot);
        slab.free(block);
        return removed;
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
