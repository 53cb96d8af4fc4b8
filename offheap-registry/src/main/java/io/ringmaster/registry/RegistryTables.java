package io.ringmaster.registry;

import io.ringmaster.registry.index.AttributeIndex;
import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.IncarnationIndex;
import io.ringmaster.registry.index.LeaseWheel;
import io.ringmaster.registry.index.NameIndex;
import io.ringmaster.registry.index.SlotNameOrder;
import io.ringmaster.registry.index.TagIndex;
import io.ringmaster.registry.layout.RecordBlocks;
import io.ringmaster.registry.layout.Slab;
import io.ringmaster.registry.layout.SlabCompactor;
import io.ringmaster.registry.layout.SlabDescriptor;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The off-heap structures of a partition, and the steps that change all of them together: insert, replace, update, remove. Knows
 * nothing of rules about owners, leases and effects; those are {@link RegistryPartition}'s.
 * <p>
 * A record has one slot of {@link SlotTable} for life, which the hash of its key chooses through {@link TagIndex}; the slot's index stands
 * for the record in bitmaps, indexes, lists and the lease wheel.
 * <p>
 * Threading: single writer = the partition's writer; the table, the blocks, the index of keys, the indexes of names and attributes,
 * {@link OwnerTable#isLive(int, int)}, the directory's lookups, the column and the bitmaps are read by any thread.
 */
final class RegistryTables {
    /** {@link #insert}: the slab has no room. */
    static final int NO_BLOCK = -1;
    /** {@link #insert}: there is no room for another namespace. */
    static final int NO_NAMESPACE = -2;

    private static final int NO_SLOT = -1;
    private static final int NO_ROOM = -2;

    final TagIndex keys;
    final SlotTable table;
    final Slab slab;
    final SlabCompactor compactor;
    final RecordBlocks blocks;
    final OwnerTable owners;
    final NamespaceDirectory namespaces;
    final SlotColumn column;
    final CapabilityBitmaps bitmaps;
    final NameIndex names;
    final AttributeIndex[] attributes;
    final IncarnationIndex incarnations;
    final LeaseWheel leases;

    private final CapabilitySet oldCapabilities = new CapabilitySet();
    private final AttributeValues oldAttributes = new AttributeValues();
    private final UnsafeBuffer slots;
    private int size;

    RegistryTables(final RegistrySettings settings) {
        keys = new TagIndex(settings.partitionSlots());
        table = new SlotTable(settings.partitionSlots(), settings.inlineLength());
        slab = new Slab(settings.partitionSlabBytes());
        compactor = new SlabCompactor(slab, table, settings.wantedFreeBytes());
        blocks = new RecordBlocks(table, slab);
        owners = new OwnerTable(settings.partitionEntries(), table.slots());
        namespaces = new NamespaceDirectory(settings.maxNamespaces(), settings.maxNameLength(), table.slots());
        column = new SlotColumn(table.slots());
        bitmaps = new CapabilityBitmaps(table.slots());
        names = new NameIndex(table.slots(), new SlotNameOrder(table, slab));
        attributes = new AttributeIndex[settings.attributes().size()];
        for (int i = 0; i < attributes.length; i++) {
            attributes[i] = new AttributeIndex(table.slots());
        }
        incarnations = new IncarnationIndex(table, settings.incarnationCells());
        leases = new LeaseWheel(table.slots());
        slots = table.buffer();
    }

    long bytes() {
        long attributeBytes = 0;
        for (final AttributeIndex attribute : attributes) {
            attributeBytes += attribute.bytes();
        }
        return keys.bytes() + table.bytes() + slab.capacity() + owners.bytes() + namespaces.bytes() + column.bytes()
            + bitmaps.bytes() + names.bytes() + attributeBytes + incarnations.bytes() + leases.bytes();
    }

    int size() {
        return size;
    }

    /**
     * Bytes of the slots that have a record. Any thread may ask, and gets a figure that may be a little old: for choices in
     * which nothing can go wrong.
     */
    long slotBytesUsed() {
        return (long) size * table.slotLength();
    }

    /** Slot of a key, dead or alive, or -1. */
    int find(
        final long keyHash, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        for (int slot = keys.find(keyHash); slot != TagIndex.NONE; slot = keys.findNext(keyHash, slot)) {
            if (isKey(slot, namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength)) {
                return slot;
            }
        }
        return NO_SLOT;
    }

    private long keyHash(final int slot) {
        final int block = blocks.slabOffset(slot);
        final UnsafeBuffer bytes = blocks.buffer(block);
        final int key = blocks.position(slot, block);
        final int namespaceLength = blocks.namespaceLength(slot);
        return KeyHash.hash(bytes, key, namespaceLength, bytes, key + namespaceLength, blocks.nameLength(slot));
    }

    private boolean isKey(
        final int slot, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        final int block = blocks.slabOffset(slot);
        final UnsafeBuffer bytes = blocks.buffer(block);
        final int key = blocks.position(slot, block);
        return blocks.namespaceLength(slot) == namespaceLength
            && blocks.nameLength(slot) == nameLength
            && RangeEquals.equal(bytes, key, namespace, namespaceOffset, namespaceLength)
            && RangeEquals.equal(bytes, key + namespaceLength, name, nameOffset, nameLength);
    }

    /**
     * Enters a new record into a free slot and returns that; {@link #NO_BLOCK} or {@link #NO_NAMESPACE} when there is no room, and
     * then nothing has changed.
     */
    int insert(
        final long keyHash, final long incarnation, final Registration registration, final long leaseDeadlineNs, final long nowNs) {
        return insert(keyHash, incarnation, 1, registration, false, leaseDeadlineNs, nowNs);
    }

    /** Enters a record of an earlier life of the server; like {@link #insert}. */
    int restore(
        final long keyHash, final long incarnation, final long version, final Registration registration, final long leaseDeadlineNs,
        final long nowNs) {
        return insert(keyHash, incarnation, version, registration, true, leaseDeadlineNs, nowNs);
    }

    private int insert(
        final long keyHash, final long incarnation, final long version, final Registration registration, final boolean orphan,
        final long leaseDeadlineNs, final long nowNs) {
        final int namespace = namespaces.acquire(
            registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength());
        if (namespace == NamespaceDirectory.NONE) {
            return NO_NAMESPACE;
        }
        final int slot = keys.vacantSlot(keyHash);
        final int block = place(slot, blockBytes(registration));
        if (block == NO_ROOM) {
            namespaces.releaseIfEmpty(namespace);
            return NO_BLOCK;
        }
        if (block != SlotDescriptor.INLINE) {
            putBlock(slab.buffer(), block, registration);
        }
        final int owner = orphan ? OwnerTable.ORPHANS : owners.acquire(registration.ownerSession());
        final byte readiness = orphan ? RegistryPartition.STALE : RegistryPartition.INITIAL_READINESS;
        final int offset = table.offset(slot);
        table.beginWrite(slot);
        slots.putLong(offset + SlotDescriptor.INCARNATION_OFFSET, incarnation);
        slots.putLong(offset + SlotDescriptor.RECORD_VERSION_OFFSET, version);
        slots.putLong(offset + SlotDescriptor.OWNER_SESSION_OFFSET, registration.ownerSession());
        slots.putInt(offset + SlotDescriptor.OWNER_INDEX_OFFSET, owner);
        slots.putInt(offset + SlotDescriptor.OWNER_GENERATION_OFFSET, owners.generation(owner));
        slots.putShort(offset + SlotDescriptor.NAMESPACE_LENGTH_OFFSET, (short) registration.namespaceLength());
        slots.putShort(offset + SlotDescriptor.NAME_LENGTH_OFFSET, (short) registration.nameLength());
        putContent(offset, registration, block);
        putNew(offset, registration, readiness, leaseDeadlineNs);
        table.endWrite(slot);

        namespaces.link(namespace, slot);
        column.put(slot, namespace, readiness);
        keys.put(keyHash, slot);
        names.add(slot);
        oldAttributes.clear();
        changeAttributes(slot, oldAttributes, registration.attributes());
        bitmaps.add(slot, registration.kind(), registration.capabilities());
        owners.link(owner, slot);
        incarnations.put(incarnation, slot);
        schedule(slot, leaseDeadlineNs, nowNs);
        size++;
        return slot;
    }

    /** Whether {@link #insert} has room for a record once the one of the same key that is in a slot was removed. Changes nothing. */
    boolean hasRoomInsteadOf(final int slot, final Registration registration) {
        final int length = blockBytes(registration);
        final int block = blocks.slabOffset(slot);
        return length <= table.inlineLength()
            || (block == SlotDescriptor.INLINE ? slab.hasRoom(length) : slab.fitsInsteadOf(block, length));
    }

    /** Place for a block: inline, offset in the slab, or {@link #NO_ROOM}. */
    private int place(final int slot, final int length) {
        if (length <= table.inlineLength()) {
            return SlotDescriptor.INLINE;
        }
        final int block = slab.allocate(length, slot);
        return block == SlabDescriptor.NULL_BLOCK ? NO_ROOM : block;
    }

    /** Replaces a record, its key, owner and incarnation apart; false when the slab has no room, and then nothing has changed. */
    boolean replace(final int slot, final Registration registration, final long leaseDeadlineNs, final long nowNs) {
        if (!rewrite(slot, registration, true, leaseDeadlineNs)) {
            return false;
        }
        schedule(slot, leaseDeadlineNs, nowNs);
        return true;
    }

    /**
     * Changes metadata, capabilities and attributes of a record, all of which stand in the registration; false when the slab has
     * no room, and then nothing has changed.
     */
    boolean update(final int slot, final Registration registration) {
        return rewrite(slot, registration, false, 0);
    }

    private boolean rewrite(
        final int slot, final Registration registration, final boolean replaced, final long leaseDeadlineNs) {
        final int oldBlock = blocks.slabOffset(slot);
        final int length = blockBytes(registration);
        final boolean inPlace = oldBlock == SlotDescriptor.INLINE ? length <= table.inlineLength()
            : length > table.inlineLength() && slab.fits(oldBlock, length);
        final int block = inPlace ? oldBlock : place(slot, length);
        if (block == NO_ROOM) {
            return false;
        }
        if (!inPlace && block != SlotDescriptor.INLINE) {
            putBlock(slab.buffer(), block, registration);
        }
        final int offset = table.offset(slot);
        final byte oldKind = kind(slot);
        capabilities(slot, oldCapabilities);
        attributes(slot, oldAttributes);
        table.beginWrite(slot);
        if (inPlace && block != SlotDescriptor.INLINE) {
            putBlock(slab.buffer(), block, registration);
        }
        slots.putLong(offset + SlotDescriptor.RECORD_VERSION_OFFSET, version(slot) + 1);
        putContent(offset, registration, block);
        if (replaced) {
            putNew(offset, registration, RegistryPartition.INITIAL_READINESS, leaseDeadlineNs);
        }
        table.endWrite(slot);

        if (!inPlace && oldBlock != SlotDescriptor.INLINE) {
            slab.free(oldBlock);
        }
        if (replaced) {
            column.put(slot, namespaces.entryOf(slot), RegistryPartition.INITIAL_READINESS);
        }
        bitmaps.replace(slot, oldKind, oldCapabilities, kind(slot), registration.capabilities());
        changeAttributes(slot, oldAttributes, registration.attributes());
        return true;
    }

    /** Takes a record out; its slot and block are free then. */
    void remove(final int slot) {
        final int block = blocks.slabOffset(slot);
        capabilities(slot, oldCapabilities);
        attributes(slot, oldAttributes);
        leases.cancel(slot);
        bitmaps.remove(slot, kind(slot), oldCapabilities);
        for (int rest = oldAttributes.present(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            attributes[index].remove(slot, oldAttributes.get(index));
        }
        names.remove(slot);
        incarnations.remove(table.incarnation(slot));
        owners.unlink(
            getInt(slot, SlotDescriptor.OWNER_INDEX_OFFSET), getInt(slot, SlotDescriptor.OWNER_GENERATION_OFFSET), slot);
        namespaces.unlink(slot);
        column.clear(slot);
        keys.remove(keyHash(slot), slot);
        table.beginWrite(slot);
        table.kind(slot, SlotDescriptor.FREE);
        table.endWrite(slot);
        if (block != SlotDescriptor.INLINE) {
            slab.free(block);
        }
        size--;
    }

    /** Writes what a renewal brings. */
    void renew(final int slot, final byte readiness, final int inFlight, final long estimatedWaitNs, final long leaseDeadlineNs) {
        final int offset = table.offset(slot);
        if (readiness(slot) != readiness) {
            column.put(slot, namespaces.entryOf(slot), readiness);
        }
        table.beginWrite(slot);
        slots.putByte(offset + SlotDescriptor.READINESS_OFFSET, readiness);
        slots.putInt(offset + SlotDescriptor.IN_FLIGHT_OFFSET, inFlight);
        slots.putLong(offset + SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, estimatedWaitNs);
        slots.putLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET, leaseDeadlineNs);
        table.endWrite(slot);
    }

    /** Makes a record drain until a deadline. */
    void drain(final int slot, final long leaseDeadlineNs, final long nowNs) {
        final int offset = table.offset(slot);
        column.put(slot, namespaces.entryOf(slot), RegistryPartition.DRAINING);
        table.beginWrite(slot);
        slots.putByte(offset + SlotDescriptor.READINESS_OFFSET, RegistryPartition.DRAINING);
        slots.putLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET, leaseDeadlineNs);
        table.endWrite(slot);
        schedule(slot, leaseDeadlineNs, nowNs);
    }

    private void schedule(final int slot, final long leaseDeadlineNs, final long nowNs) {
        if (leaseDeadlineNs != SlotDescriptor.NO_LEASE) {
            leases.schedule(slot, leaseDeadlineNs, nowNs);
        } else {
            leases.cancel(slot);
        }
    }

    private void changeAttributes(final int slot, final AttributeValues before, final AttributeValues after) {
        for (int rest = before.present() | after.present(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            final boolean had = before.has(index);
            final boolean has = after.has(index);
            if (had && has && before.get(index) == after.get(index)) {
                continue;
            }
            // The new entry first, so that a search for both values finds one of them.
            if (has) {
                attributes[index].add(slot, after.get(index));
            }
            if (had) {
                attributes[index].remove(slot, before.get(index));
            }
        }
    }

    private static int blockBytes(final Registration registration) {
        return SlotDescriptor.blockLength(
            registration.namespaceLength() + registration.nameLength(), registration.metadataLength(), registration.attributes().present());
    }

    private static void putBlock(final UnsafeBuffer bytes, final int block, final Registration registration) {
        int position = block;
        bytes.putBytes(
            position, registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength());
        position += registration.namespaceLength();
        bytes.putBytes(position, registration.nameBuffer(), registration.nameOffset(), registration.nameLength());
        position += registration.nameLength();
        bytes.putBytes(position, registration.metadataBuffer(), registration.metadataOffset(), registration.metadataLength());
        position += registration.metadataLength();
        final AttributeValues values = registration.attributes();
        for (int rest = values.present(); rest != 0; rest &= rest - 1) {
            bytes.putLong(position, values.get(Integer.numberOfTrailingZeros(rest)));
            position += Long.BYTES;
        }
    }

    /** What an update changes too. */
    private void putContent(final int offset, final Registration registration, final int block) {
        slots.putInt(offset + SlotDescriptor.SLAB_OFFSET_OFFSET, block);
        if (block == SlotDescriptor.INLINE) {
            putBlock(slots, offset + SlotDescriptor.SLOT_LENGTH, registration);
        }
        slots.putByte(offset + SlotDescriptor.ATTRIBUTES_OFFSET, (byte) registration.attributes().present());
        slots.putInt(offset + SlotDescriptor.METADATA_LENGTH_OFFSET, registration.metadataLength());
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            slots.putLong(offset + SlotDescriptor.CAPABILITIES_OFFSET + i * Long.BYTES, registration.capabilities().word(i));
        }
    }

    /** What starts again with a registration. */
    private void putNew(
        final int offset, final Registration registration, final byte readiness, final long leaseDeadlineNs) {
        slots.putLong(offset + SlotDescriptor.LEASE_NS_OFFSET, registration.leaseNs());
        slots.putLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET, leaseDeadlineNs);
        slots.putByte(offset + SlotDescriptor.KIND_OFFSET, registration.kind());
        slots.putByte(offset + SlotDescriptor.READINESS_OFFSET, readiness);
        slots.putInt(offset + SlotDescriptor.CAPACITY_OFFSET, registration.capacity());
        slots.putInt(offset + SlotDescriptor.PARALLELISM_OFFSET, registration.parallelism());
        slots.putInt(offset + SlotDescriptor.LOCAL_AGENT_OFFSET, registration.localAgent());
        slots.putInt(offset + SlotDescriptor.IN_FLIGHT_OFFSET, 0);
        slots.putLong(offset + SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, 0);
    }

    /** Duration of a record's lease; 0: none. */
    long leaseNs(final int slot) {
        return slots.getLong(table.offset(slot) + SlotDescriptor.LEASE_NS_OFFSET);
    }

    boolean isOrphan(final int slot) {
        return getInt(slot, SlotDescriptor.OWNER_INDEX_OFFSET) == OwnerTable.ORPHANS;
    }

    byte readiness(final int slot) {
        return getByte(slot, SlotDescriptor.READINESS_OFFSET);
    }

    boolean isOwnerLive(final int slot) {
        return owners.isLive(
            getInt(slot, SlotDescriptor.OWNER_INDEX_OFFSET), getInt(slot, SlotDescriptor.OWNER_GENERATION_OFFSET));
    }

    long version(final int slot) {
        return slots.getLong(table.offset(slot) + SlotDescriptor.RECORD_VERSION_OFFSET);
    }

    byte kind(final int slot) {
        return getByte(slot, SlotDescriptor.KIND_OFFSET);
    }

    void capabilities(final int slot, final CapabilitySet out) {
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            out.word(i, slots.getLong(table.offset(slot) + SlotDescriptor.CAPABILITIES_OFFSET + i * Long.BYTES));
        }
    }

    private void attributes(final int slot, final AttributeValues out) {
        out.clear();
        final int block = blocks.slabOffset(slot);
        final UnsafeBuffer bytes = blocks.buffer(block);
        int position = blocks.position(slot, block)
            + blocks.namespaceLength(slot) + blocks.nameLength(slot) + getInt(slot, SlotDescriptor.METADATA_LENGTH_OFFSET);
        for (int rest = getByte(slot, SlotDescriptor.ATTRIBUTES_OFFSET) & 0xFF; rest != 0; rest &= rest - 1) {
            out.set(Integer.numberOfTrailingZeros(rest), bytes.getLong(position));
            position += Long.BYTES;
        }
    }

    private int getInt(final int slot, final int fieldOffset) {
        return slots.getInt(table.offset(slot) + fieldOffset);
    }

    private byte getByte(final int slot, final int fieldOffset) {
        return slots.getByte(table.offset(slot) + fieldOffset);
    }
}
