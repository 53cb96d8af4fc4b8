package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.IncarnationIndex;
import io.ringmaster.registry.index.KeyIndex;
import io.ringmaster.registry.index.LeaseWheel;
import io.ringmaster.registry.layout.Slab;
import io.ringmaster.registry.layout.SlabDescriptor;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The off-heap structures of a partition, and the steps that change all of them together: insert, replace, remove. Knows
 * nothing of rules about owners, leases and effects; those are {@link RegistryPartition}'s.
 * <p>
 * A record has one slot of {@link SlotTable} for life, found by its key through {@link KeyIndex}; the slot's index stands for the
 * record in bitmaps, lists and the lease wheel. Free slots are chained, and the one that was freed last is used first, so that
 * slots in use stay close together.
 * <p>
 * Threading: single writer = the partition's writer; the table, the slab's buffer, the key index,
 * {@link OwnerTable#isLive(int, int)} and the bitmaps are read by any thread.
 */
final class RegistryTables {
    final KeyIndex keys;
    final SlotTable table;
    final Slab slab;
    final OwnerTable owners;
    final CapabilityBitmaps bitmaps;
    final IncarnationIndex incarnations;
    final LeaseWheel leases;

    private static final int NO_SLOT = -1;

    private final CapabilitySet oldCapabilities = new CapabilitySet();
    private final UnsafeBuffer slots;
    private int size;
    private int freeSlot = NO_SLOT;
    private int cutSlots;
    private int probeLength;
    private int maxProbeLength;

    RegistryTables(final RegistrySettings settings) {
        keys = new KeyIndex(settings.partitionCells());
        table = new SlotTable(settings.partitionSlots());
        slab = new Slab(settings.partitionSlabBytes());
        owners = new OwnerTable(settings.partitionEntries(), table.slots());
        bitmaps = new CapabilityBitmaps(table.slots());
        incarnations = new IncarnationIndex(table, settings.partitionCells());
        leases = new LeaseWheel(table.slots());
        slots = table.buffer();
    }

    long bytes() {
        return keys.bytes() + table.bytes() + slab.capacity() + owners.bytes() + bitmaps.bytes() + incarnations.bytes() + leases.bytes();
    }

    int size() {
        return size;
    }

    /** Removals that had to move other cells of the key index. */
    long indexShifts() {
        return keys.moves() >>> 1;
    }

    int maxProbeLength() {
        return maxProbeLength;
    }

    /** Cells that the last {@link #find} looked at. */
    int probeLength() {
        return probeLength;
    }

    /** Slot of a key, dead or alive, or -1. */
    int find(
        final long keyHash, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        int cell = keys.home(keyHash);
        int found = NO_SLOT;
        probeLength = 1;
        for (long entry = keys.cell(cell); entry != KeyIndex.EMPTY; entry = keys.cell(cell)) {
            final int slot = KeyIndex.slotOf(entry);
            if (KeyIndex.isOf(entry, keyHash) && table.keyHash(slot) == keyHash
                && isKey(slot, namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength)) {
                found = slot;
                break;
            }
            probeLength++;
            cell = keys.next(cell);
        }
        maxProbeLength = Math.max(maxProbeLength, probeLength);
        return found;
    }

    private boolean isKey(
        final int slot, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        final int block = getInt(slot, SlotDescriptor.SLAB_OFFSET_OFFSET);
        return getUnsignedShort(slot, SlotDescriptor.NAMESPACE_LENGTH_OFFSET) == namespaceLength
            && getUnsignedShort(slot, SlotDescriptor.NAME_LENGTH_OFFSET) == nameLength
            && RangeEquals.equal(slab.buffer(), block, namespace, namespaceOffset, namespaceLength)
            && RangeEquals.equal(slab.buffer(), block + namespaceLength, name, nameOffset, nameLength);
    }

    /** Enters a new record into a free slot and returns that; -1 when the slab has no room, and then nothing has changed. */
    int insert(
        final long keyHash, final long incarnation, final Registration registration, final long leaseDeadlineNs, final long nowNs) {
        final int block = slab.allocate(SlabDescriptor.sizeClassFor(registration.recordBytes()));
        if (block == SlabDescriptor.NULL_BLOCK) {
            return NO_SLOT;
        }
        putKey(block, registration);
        putMetadata(block, registration);
        final int owner = owners.acquire(registration.ownerSession());
        final int slot = takeSlot();
        final int offset = SlotTable.offset(slot);
        table.beginWrite(slot);
        slots.putLong(offset + SlotDescriptor.INCARNATION_OFFSET, incarnation);
        slots.putLong(offset + SlotDescriptor.OWNER_SESSION_OFFSET, registration.ownerSession());
        slots.putInt(offset + SlotDescriptor.OWNER_INDEX_OFFSET, owner);
        slots.putInt(offset + SlotDescriptor.OWNER_GENERATION_OFFSET, owners.generation(owner));
        slots.putShort(offset + SlotDescriptor.NAMESPACE_LENGTH_OFFSET, (short) registration.namespaceLength());
        slots.putShort(offset + SlotDescriptor.NAME_LENGTH_OFFSET, (short) registration.nameLength());
        putBlock(offset, block, slab.lastSizeClass());
        putFields(offset, registration, 1, leaseDeadlineNs);
        table.keyHash(slot, keyHash);
        table.endWrite(slot);

        keys.put(keyHash, slot);
        bitmaps.add(slot, registration.kind(), registration.capabilities());
        owners.link(owner, slot);
        incarnations.put(incarnation, slot);
        schedule(slot, registration.leaseNs(), leaseDeadlineNs, nowNs);
        size++;
        return slot;
    }

    private int takeSlot() {
        if (freeSlot == NO_SLOT) {
            return cutSlots++;
        }
        final int slot = freeSlot;
        freeSlot = getInt(slot, SlotDescriptor.SLAB_OFFSET_OFFSET);
        return slot;
    }

    /** Replaces a record, its key, owner and incarnation apart; false when the slab has no room, and then nothing has changed. */
    boolean replace(final int slot, final Registration registration, final long leaseDeadlineNs, final long nowNs) {
        final int oldBlock = getInt(slot, SlotDescriptor.SLAB_OFFSET_OFFSET);
        final int oldClass = getByte(slot, SlotDescriptor.SIZE_CLASS_OFFSET);
        final int newClass = SlabDescriptor.sizeClassFor(registration.recordBytes());
        int block = oldBlock;
        int blockClass = oldClass;
        if (newClass != oldClass) {
            block = slab.allocate(newClass);
            blockClass = slab.lastSizeClass();
            if (block == SlabDescriptor.NULL_BLOCK) {
                if (newClass > oldClass) {
                    return false;
                }
                block = oldBlock;
                blockClass = oldClass;
            }
        }
        if (block != oldBlock) {
            putKey(block, registration);
            putMetadata(block, registration);
        }
        final int offset = SlotTable.offset(slot);
        final byte oldKind = kind(slot);
        capabilities(slot, oldCapabilities);
        table.beginWrite(slot);
        if (block == oldBlock) {
            putMetadata(block, registration);
        }
        putBlock(offset, block, blockClass);
        putFields(offset, registration, version(slot) + 1, leaseDeadlineNs);
        table.endWrite(slot);

        if (block != oldBlock) {
            slab.free(oldBlock, oldClass);
        }
        bitmaps.replace(slot, oldKind, oldCapabilities, registration.kind(), registration.capabilities());
        schedule(slot, registration.leaseNs(), leaseDeadlineNs, nowNs);
        return true;
    }

    /** Takes a record out; its slot and block are free then. */
    void remove(final int slot) {
        final int block = getInt(slot, SlotDescriptor.SLAB_OFFSET_OFFSET);
        final int sizeClass = getByte(slot, SlotDescriptor.SIZE_CLASS_OFFSET);
        capabilities(slot, oldCapabilities);
        leases.cancel(slot);
        bitmaps.remove(slot, kind(slot), oldCapabilities);
        incarnations.remove(table.incarnation(slot));
        owners.unlink(
            getInt(slot, SlotDescriptor.OWNER_INDEX_OFFSET), getInt(slot, SlotDescriptor.OWNER_GENERATION_OFFSET), slot);
        keys.remove(table.keyHash(slot), slot);
        table.beginWrite(slot);
        table.keyHash(slot, SlotDescriptor.FREE);
        slots.putInt(SlotTable.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, freeSlot);
        table.endWrite(slot);
        freeSlot = slot;
        slab.free(block, sizeClass);
        size--;
    }

    /** Writes what a renewal brings. */
    void renew(final int slot, final byte readiness, final int inFlight, final long estimatedWaitNs, final long leaseDeadlineNs) {
        final int offset = SlotTable.offset(slot);
        table.beginWrite(slot);
        slots.putByte(offset + SlotDescriptor.READINESS_OFFSET, readiness);
        slots.putInt(offset + SlotDescriptor.IN_FLIGHT_OFFSET, inFlight);
        slots.putLong(offset + SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, estimatedWaitNs);
        slots.putLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET, leaseDeadlineNs);
        table.endWrite(slot);
    }

    private void schedule(final int slot, final long leaseNs, final long leaseDeadlineNs, final long nowNs) {
        owners.leaseNs(slot, leaseNs);
        if (leaseNs > 0) {
            leases.schedule(slot, leaseDeadlineNs, nowNs);
        } else {
            leases.cancel(slot);
        }
    }

    private void putKey(final int block, final Registration registration) {
        final UnsafeBuffer bytes = slab.buffer();
        bytes.putBytes(block, registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength());
        bytes.putBytes(block + registration.namespaceLength(),
            registration.nameBuffer(), registration.nameOffset(), registration.nameLength());
    }

    private void putMetadata(final int block, final Registration registration) {
        slab.buffer().putBytes(block + registration.namespaceLength() + registration.nameLength(),
            registration.metadataBuffer(), registration.metadataOffset(), registration.metadataLength());
    }

    private void putBlock(final int offset, final int block, final int sizeClass) {
        slots.putInt(offset + SlotDescriptor.SLAB_OFFSET_OFFSET, block);
        slots.putByte(offset + SlotDescriptor.SIZE_CLASS_OFFSET, (byte) sizeClass);
    }

    private void putFields(
        final int offset, final Registration registration, final long version, final long leaseDeadlineNs) {
        slots.putLong(offset + SlotDescriptor.RECORD_VERSION_OFFSET, version);
        slots.putLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET, leaseDeadlineNs);
        slots.putInt(offset + SlotDescriptor.METADATA_LENGTH_OFFSET, registration.metadataLength());
        slots.putByte(offset + SlotDescriptor.KIND_OFFSET, registration.kind());
        slots.putByte(offset + SlotDescriptor.READINESS_OFFSET, RegistryPartition.INITIAL_READINESS);
        slots.putInt(offset + SlotDescriptor.CAPACITY_OFFSET, registration.capacity());
        slots.putInt(offset + SlotDescriptor.PARALLELISM_OFFSET, registration.parallelism());
        slots.putInt(offset + SlotDescriptor.LOCAL_AGENT_OFFSET, registration.localAgent());
        slots.putInt(offset + SlotDescriptor.IN_FLIGHT_OFFSET, 0);
        slots.putLong(offset + SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, 0);
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            slots.putLong(offset + SlotDescriptor.CAPABILITIES_OFFSET + i * Long.BYTES, registration.capabilities().word(i));
        }
    }

    boolean isOwnerLive(final int slot) {
        return owners.isLive(
            getInt(slot, SlotDescriptor.OWNER_INDEX_OFFSET), getInt(slot, SlotDescriptor.OWNER_GENERATION_OFFSET));
    }

    long version(final int slot) {
        return slots.getLong(SlotTable.offset(slot) + SlotDescriptor.RECORD_VERSION_OFFSET);
    }

    byte kind(final int slot) {
        return getByte(slot, SlotDescriptor.KIND_OFFSET);
    }

    int localAgent(final int slot) {
        return getInt(slot, SlotDescriptor.LOCAL_AGENT_OFFSET);
    }

    private void capabilities(final int slot, final CapabilitySet out) {
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            out.word(i, slots.getLong(SlotTable.offset(slot) + SlotDescriptor.CAPABILITIES_OFFSET + i * Long.BYTES));
        }
    }

    private int getInt(final int slot, final int fieldOffset) {
        return slots.getInt(SlotTable.offset(slot) + fieldOffset);
    }

    private byte getByte(final int slot, final int fieldOffset) {
        return slots.getByte(SlotTable.offset(slot) + fieldOffset);
    }

    private int getUnsignedShort(final int slot, final int fieldOffset) {
        return slots.getShort(SlotTable.offset(slot) + fieldOffset) & 0xFFFF;
    }
}
