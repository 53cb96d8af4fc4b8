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
        assertEquals(8, SlotDescriptor.KEY_HASH_OFFSET);
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
        assertEquals(70, SlotDescriptor.SIZE_CLASS_OFFSET);
        assertEquals(72, SlotDescriptor.CAPACITY_OFFSET);
        assertEquals(76, SlotDescriptor.PARALLELISM_OFFSET);
        assertEquals(80, SlotDescriptor.LOCAL_AGENT_OFFSET);
        assertEquals(84, SlotDescriptor.IN_FLIGHT_OFFSET);
        assertEquals(88, SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
        assertEquals(96, SlotDescriptor.CAPABILITIES_OFFSET);
        assertEquals(128, SlotDescriptor.SLOT_LENGTH);
        assertEquals(SlotDescriptor.SLOT_LENGTH, 1 << SlotDescriptor.SLOT_SHIFT);
        assertEquals(0, SlotDescriptor.FREE);
        assertEquals(Long.MAX_VALUE, SlotDescriptor.NO_LEASE);
    }

    @Test
    void shouldStartSlotsAtCacheLines() {
        final SlotTable table = new SlotTable(4);
        assertEquals(0, table.buffer().addressOffset() % 64);
        assertEquals(3 * 128, SlotTable.offset(3));
        assertEquals(512, table.bytes());
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
    }

    @Test
    void shouldKeepTheSizeClassesOfTheSlab() {
        final int[] lengths = {32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048};
        for (int sizeClass = 0; sizeClass < lengths.length; sizeClass++) {
            assertEquals(lengths[sizeClass], SlabDescriptor.blockLength(sizeClass));
        }
        assertEquals(1 << 29, SlabDescriptor.blockLength(SlabDescriptor.SIZE_CLASSES - 1));
    }

    @Test
    void shouldChooseTheSmallestClassThatFits() {
        for (int length = 0; length < 70_000; length++) {
            final int sizeClass = SlabDescriptor.sizeClassFor(length);
            assertTrue(SlabDescriptor.blockLength(sizeClass) >= length, "length " + length);
            assertTrue(sizeClass == 0 || SlabDescriptor.blockLength(sizeClass - 1) < length, "length " + length);
            assertEquals(0, SlabDescriptor.blockLength(sizeClass) % SlabDescriptor.BLOCK_ALIGNMENT);
        }
    }

    @Test
    void shouldUseFreedBlocksBeforeNewMemory() {
        final Slab slab = new Slab(1024);
        final int first = slab.allocate(0);
        final int second = slab.allocate(0);
        assertEquals(64, slab.usedBytes());
        slab.free(first, 0);
        slab.free(second, 0);
        assertEquals(0, slab.usedBytes());
        assertEquals(second, slab.allocate(0));
        assertEquals(first, slab.allocate(0));
        assertEquals(64, slab.highWaterBytes());
    }

    @Test
    void shouldBorrowALargerBlockAndThenSayThatItIsFull() {
        final Slab slab = new Slab(128);
        final int large = slab.allocate(4);
        assertEquals(SlabDescriptor.NULL_BLOCK, slab.allocate(0));
        slab.free(large, 4);
        assertEquals(large, slab.allocate(0));
        assertEquals(4, slab.lastSizeClass());
        assertEquals(128, slab.usedBytes());
        assertEquals(SlabDescriptor.NULL_BLOCK, slab.allocate(0));
        slab.free(large, slab.lastSizeClass());
        assertEquals(0, slab.usedBytes());
    }
}
