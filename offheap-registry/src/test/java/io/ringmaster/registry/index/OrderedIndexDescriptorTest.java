package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.ATTRIBUTE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.layout.SlotTable;
import org.junit.jupiter.api.Test;

class OrderedIndexDescriptorTest {
    @Test
    void shouldKeepTheOffsetsOfANode() {
        assertEquals(0, OrderedIndexDescriptor.SEQUENCE_OFFSET);
        assertEquals(8, OrderedIndexDescriptor.LEVEL_OFFSET);
        assertEquals(12, OrderedIndexDescriptor.COUNT_OFFSET);
        assertEquals(16, OrderedIndexDescriptor.NEXT_OFFSET);
        assertEquals(24, OrderedIndexDescriptor.ENTRIES_OFFSET);
        assertEquals(0, OrderedIndexDescriptor.ROOT);
        assertEquals(0, OrderedIndexDescriptor.LEAF);
        assertEquals(-1, OrderedIndexDescriptor.FREE);
        assertEquals(-1, OrderedIndexDescriptor.NULL_NODE);
        assertEquals(4, OrderedIndexDescriptor.SLACK);
    }

    @Test
    void shouldKeepTheArraysOfANodeOfAttributes() {
        assertEquals(512, ATTRIBUTE.nodeLength());
        assertEquals(8, ATTRIBUTE.valueLength());
        assertEquals(40, ATTRIBUTE.capacity(LEAF));
        assertEquals(24, ATTRIBUTE.minimum(LEAF));
        assertEquals(344, ATTRIBUTE.slotsOffset(LEAF));
        assertEquals(30, ATTRIBUTE.capacity(1));
        assertEquals(18, ATTRIBUTE.minimum(1));
        assertEquals(264, ATTRIBUTE.slotsOffset(1));
        assertEquals(384, ATTRIBUTE.childrenOffset());
    }

    @Test
    void shouldKeepTheArraysOfANodeOfNames() {
        assertEquals(256, NAME.nodeLength());
        assertEquals(0, NAME.valueLength());
        assertEquals(58, NAME.capacity(LEAF));
        assertEquals(36, NAME.minimum(LEAF));
        assertEquals(24, NAME.slotsOffset(LEAF));
        assertEquals(29, NAME.capacity(1));
        assertEquals(17, NAME.minimum(1));
        assertEquals(24, NAME.slotsOffset(1));
        assertEquals(140, NAME.childrenOffset());
    }

    @Test
    void shouldKeepTheMemoryForEachEntry() {
        for (final int slots : new int[] {1 << 16, 1 << 20, SlotTable.MAX_SLOTS}) {
            final double attribute = (double) ATTRIBUTE.nodesFor(slots) * ATTRIBUTE.nodeLength() / slots;
            final double name = (double) NAME.nodesFor(slots) * NAME.nodeLength() / slots;
            assertTrue(attribute > 22 && attribute < 22.7, "attribute: " + attribute + " bytes for each of " + slots);
            assertTrue(name > 7 && name < 7.7, "name: " + name + " bytes for each of " + slots);
        }
        assertEquals(3, ATTRIBUTE.nodesFor(1));
        assertEquals(1536, new AttributeIndex(1).bytes());
    }
}
