package io.ringmaster.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LayoutTest {
    @Test
    void shouldKeepTheOffsetsOfASlot() {
        assertEquals(0, SlotDescriptor.SEQUENCE_OFFSET);
        assertEquals(8, SlotDescriptor.LEASE_NS_OFFSET);
        assertEquals(16, SlotDescriptor.INCARNATION_OFFSET);
        assertEquals(24, SlotDescriptor.RECORD_VERSION_OFFSET);
        assertEquals(32, SlotDescriptor.OWNER_SESSION_OFFSET);
        assertEquals(40, SlotDescriptor.LEASE_DEADLINE_NS_OFFSET);
        assertEquals(48, SlotDescriptor.OWNER_INDEX_OFFSET);
        assertEquals(52, SlotDescriptor.OWNER_GENERATION_OFFSET);
        assertEquals(56, SlotDescriptor.SLAB_OFFSET_OFFSET);
        assertEquals(60, SlotDescriptor.METADATA_LENGTH_OFFSET);
        assertEquals(64, SlotDescriptor.NAMESPACE_LENGTH_OFFSET);
        assertEquals(66, SlotDescriptor.NAME_LENGTH_OFFSET);
        assertEquals(68, SlotDescriptor.KIND_OFFSET);
        assertEquals(69, SlotDescriptor.READINESS_OFFSET);
        assertEquals(71, SlotDescriptor.ATTRIBUTES_OFFSET);
        assertEquals(72, SlotDescriptor.CAPACITY_OFFSET);
        assertEquals(76, SlotDescriptor.PARALLELISM_OFFSET);
        assertEquals(80, SlotDescriptor.LOCAL_AGENT_OFFSET);
        assertEquals(84, SlotDescriptor.IN_FLIGHT_OFFSET);
        assertEquals(88, SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
        assertEquals(96, SlotDescriptor.CAPABILITIES_OFFSET);
        assertEquals(128, SlotDescriptor.SLOT_LENGTH);
        assertEquals(-1, SlotDescriptor.INLINE);
        assertEquals(24 + 100, SlotDescriptor.blockLength(24, 100, 0));
        assertEquals(24 + 100 + 3 * 8, SlotDescriptor.blockLength(24, 100, 0b1000_0101));
        assertEquals(0, SlotDescriptor.FREE);
        assertEquals(Long.MAX_VALUE, SlotDescriptor.NO_LEASE);
    }

    @Test
    void shouldStartSlotsAtCacheLines() {
        final SlotTable table = new SlotTable(4);
        assertEquals(0, table.buffer().addressOffset() % 64);
        assertEquals(3 * 128, table.offset(3));
        assertEquals(512, table.bytes());
        assertEquals(3 * (128 + 192), new SlotTable(4, 192).offset(3));
        assertEquals(4 * (128 + 192), new SlotTable(4, 192).bytes());
    }

    @Test
    void shouldNoticeAWriteBetweenTwoLooksAtTheSequence() {
        final SlotTable table = new SlotTable(2);
        final long before = table.beginRead(1);
        assertTrue(table.isUnchanged(1, before));
        table.beginWrite(1);
        assertFalse(table.isUnchanged(1, before), "open for writing");
        table.endWrite(1);
        assertFalse(table.isUnchanged(1, before), "written");
        assertEquals(before + 2, table.beginRead(1));
        assertEquals(0, table.beginRead(0), "the neighbour is not touched");
    }

    @Test
    void shouldRefuseSizesOutOfBounds() {
        assertThrows(IllegalArgumentException.class, () -> new SlotTable(0));
        assertThrows(IllegalArgumentException.class, () -> new SlotTable(SlotTable.MAX_SLOTS + 1));
        assertThrows(IllegalArgumentException.class, () -> new SlotTable(SlotTable.maxSlots(192) + 1, 192));
        assertThrows(IllegalArgumentException.class, () -> new SlotTable(1, 32));
        assertThrows(IllegalArgumentException.class, () -> new Slab(63));
    }

    @Test
    void shouldKeepTheLayoutOfBlocks() {
        assertEquals(8, SlabDescriptor.FIRST_BLOCK);
        assertEquals(8, SlabDescriptor.HEADER_LENGTH);
        assertEquals(32, SlabDescriptor.MIN_BLOCK_LENGTH);
        assertEquals(0, SlabDescriptor.LENGTH_OFFSET);
        assertEquals(4, SlabDescriptor.SLOT_OFFSET);
        assertEquals(8, SlabDescriptor.NEXT_FREE_OFFSET);
        assertEquals(12, SlabDescriptor.PREVIOUS_FREE_OFFSET);
        assertEquals(1, SlabDescriptor.IN_USE);
        assertEquals(2, SlabDescriptor.BEHIND_FREE);
        assertEquals(32, SlabDescriptor.blockLength(0));
        assertEquals(32, SlabDescriptor.blockLength(24));
        assertEquals(48, SlabDescriptor.blockLength(25));
        final Slab slab = new Slab(1024);
        final int payload = slab.allocate(40, 77);
        assertEquals(16, payload);
        assertEquals(48 | SlabDescriptor.IN_USE, slab.buffer().getInt(SlabDescriptor.FIRST_BLOCK));
        assertEquals(77, slab.buffer().getInt(SlabDescriptor.FIRST_BLOCK + SlabDescriptor.SLOT_OFFSET));
    }

    @Test
    void shouldOrderSizeClassesByLength() {
        for (int length = 48; length < 1 << 20; length += 16) {
            final int sizeClass = SlabDescriptor.sizeClass(length);
            assertTrue(sizeClass >= SlabDescriptor.sizeClass(length - 16), "length " + length);
            final int above = SlabDescriptor.sizeClassAbove(length);
            assertTrue(above == sizeClass || above == sizeClass + 1, "length " + length);
            assertEquals(above == sizeClass, SlabDescriptor.sizeClass(length - 1) < sizeClass, "length " + length);
        }
        assertTrue(SlabDescriptor.sizeClass(Integer.MAX_VALUE) < SlabDescriptor.SIZE_CLASSES);
    }

    @Test
    void shouldJoinFreeNeighbours() {
        final Slab slab = new Slab(1024);
        final int all = slab.freeBytes();
        final int first = slab.allocate(100, 1);
        final int second = slab.allocate(100, 2);
        final int third = slab.allocate(100, 3);
        assertEquals(3 * 112, slab.usedBytes());
        assertEquals(3 * 112, slab.highWaterBytes());
        slab.free(first);
        slab.free(third);
        assertTrue(slab.longestFreeBytes() < slab.freeBytes());
        slab.free(second);
        assertEquals(0, slab.usedBytes());
        assertEquals(all, slab.longestFreeBytes());
        assertEquals(first, slab.allocate(all - SlabDescriptor.HEADER_LENGTH, 4));
        assertEquals(SlabDescriptor.NULL_BLOCK, slab.allocate(1, 5));
        assertEquals(0, slab.freeBytes());
        assertEquals(0, slab.longestFreeBytes());
    }

    @Test
    void shouldFillAHoleWithABlockOfItsLength() {
        final Slab slab = new Slab(4096);
        final int first = slab.allocate(500, 1);
        slab.allocate(100, 2);
        slab.free(first);
        assertEquals(first, slab.allocate(497, 3));
        assertTrue(slab.fits(first, 470));
        assertFalse(slab.fits(first, 100), "wasteful");
        assertFalse(slab.fits(first, 505));
    }
}
