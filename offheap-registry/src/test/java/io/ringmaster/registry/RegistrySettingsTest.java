package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RegistrySettingsTest {
    private static void assertRefused(
        final String expected, final int partitions, final int entries, final int metadata, final long slab, final int name,
        final long seed, final int removals) {
        final IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class,
            () -> new RegistrySettings(partitions, entries, metadata, slab, name, seed, removals));
        assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
    }

    @Test
    void shouldNameTheValueThatIsOutOfBounds() {
        assertRefused("partitions=3", 3, 100, 100, 1 << 20, 64, 0, 1);
        assertRefused("partitions=512", 512, 100, 100, 1 << 20, 64, 0, 1);
        assertRefused("entries=0", 1, 0, 100, 1 << 20, 64, 0, 1);
        assertRefused("maxMetadataLength=-1", 1, 100, -1, 1 << 20, 64, 0, 1);
        assertRefused("maxNameLength=2000", 1, 100, 100, 1 << 20, 2000, 0, 1);
        assertRefused("incarnationSeed=-5", 1, 100, 100, 1 << 20, 64, -5, 1);
        assertRefused("maxRemovalsPerCycle=0", 1, 100, 100, 1 << 20, 64, 0, 0);
        assertRefused("slabBytes=100", 1, 100, 100, 100, 64, 0, 1);
        assertRefused("slabBytes=5000000000", 1, 100, 100, 5_000_000_000L, 64, 0, 1);
        assertRefused("use more partitions", 1, 9_000_000, 100, 1 << 20, 64, 0, 1);
    }

    @Test
    void shouldLeaveAFifthOfTheSlotsAndThreeTenthsOfTheCellsFree() {
        for (int entries = 1; entries < 100_000; entries += 37) {
            final RegistrySettings settings = RegistrySettings.of(1, entries, 0);
            assertEquals(entries, settings.partitionEntries());
            assertTrue(entries <= 0.7 * settings.incarnationCells());
            assertTrue(entries <= 0.8 * settings.partitionSlots() && settings.partitionSlots() < 1.25 * entries + 64.1);
            assertEquals(0, settings.partitionSlots() % 64);
        }
    }

    @Test
    void shouldGiveEachPartitionRoomAboveItsShare() {
        final RegistrySettings settings = RegistrySettings.of(4, 10_000, 0);
        assertEquals(2_800, settings.partitionEntries());
        assertEquals(3_520, settings.partitionSlots());
        assertEquals(4096, settings.incarnationCells());
        assertTrue(settings.partitionSlabBytes() >= 10_000 * RegistrySettings.DEFAULT_SLAB_BYTES_PER_ENTRY / 4);
        assertEquals(1, RegistrySettings.of(8, 1, 0).partitionEntries());
    }

    @Test
    void shouldTakeTenMillionEntriesInFourPartitions() {
        assertEquals(1 << 22, RegistrySettings.of(4, 10_000_000, 0).incarnationCells());
    }

    @Test
    void shouldCheckThePartitionIndexAndTheOrderOfPartitions() {
        final RegistrySettings settings = RegistrySettings.of(2, 100, 0);
        final RecordedEffects effects = new RecordedEffects();
        assertThrows(IllegalArgumentException.class, () -> new RegistryPartition(2, settings, effects));
        final RegistryPartition first = new RegistryPartition(0, settings, effects);
        final RegistryPartition second = new RegistryPartition(1, settings, effects);
        assertThrows(IllegalArgumentException.class, () -> RegistryReader.of(new RegistryPartition[] {second, first}));
        assertThrows(IllegalArgumentException.class, () -> RegistryReader.of(new RegistryPartition[] {first}));
    }
}
