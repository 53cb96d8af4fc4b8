package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import io.ringmaster.registry.layout.SlabCompactor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SlabCompactionTest {
    private static final long NOW = 1_000_000_000L;
    private static final int SMALL = 300;
    private static final int LARGE = 8000;

    private final RegistrySettings settings =
        new RegistrySettings(1, 2000, 8192, 400_000, 32, 0, 64).withInlineLength(64);
    private final OffHeapRegistry registry = new OffHeapRegistry(settings);

    private static Spec spec(final String name, final int metadataLength) {
        return Spec.of(name, 1).metadata(String.valueOf((char) ('a' + metadataLength % 26)).repeat(metadataLength));
    }

    /** Fills the slab with small blocks and takes every second one away: half is free, and no two free blocks are neighbours. */
    private int fragment() {
        int small = 0;
        while (registry.register(spec("small-" + small, SMALL), NOW).result() == RegistryResult.OK) {
            small++;
        }
        for (int i = 0; i < small; i += 2) {
            assertEquals(RegistryResult.OK, registry.unregister("default", "small-" + i, 1, NOW).result());
        }
        return small;
    }

    private void assertSmallOnesAreThere(final int small) {
        for (int i = 0; i < small; i++) {
            final RegistryModel.Found found = registry.lookup("default", "small-" + i, NOW);
            if (i % 2 == 0) {
                assertNull(found);
            } else {
                assertEquals(spec("small-" + i, SMALL).metadata(), found.metadata());
            }
        }
    }

    @Test
    void shouldSaySlabFullWhenTheSlabIsInPieces() {
        fragment();
        assertTrue(registry.partition(0).tables().slab.freeBytes() > 150_000);
        assertEquals(RegistryResult.SLAB_FULL, registry.register(spec("large", LARGE), NOW).result(), "nothing was compacted");
    }

    @Test
    void shouldFindRoomForLargeRecordsWhenDutyCyclesHaveCompacted() {
        final int small = fragment();
        final RegistryTables tables = registry.partition(0).tables();
        int cycles = 0;
        for (int large = 0; large < 15; large++) {
            while (registry.partition(0).doWork(NOW) > 0) {
                assertTrue(++cycles < 1000, "no end of compaction");
            }
            assertEquals(RegistryResult.OK, registry.register(spec("large-" + large, LARGE), NOW).result(), "large-" + large);
        }
        assertTrue(cycles > 1, "bounded work in each cycle");
        assertEquals(0, registry.partition(0).doWork(NOW), "and then nothing to be done");
        assertTrue(registry.partition(0).counters().get(RegistryCounters.BLOCKS_MOVED_TYPE_ID) >= small / 4);
        assertSmallOnesAreThere(small);
        for (int large = 0; large < 15; large++) {
            assertEquals(LARGE, registry.lookup("default", "large-" + large, NOW).metadata().length());
        }
        assertTrue(tables.slab.usedBytes() > 250_000);
    }

    @Test
    void shouldBoundTheWorkOfAStep() {
        fragment();
        final SlabCompactor compactor = registry.partition(0).tables().compactor;
        for (int step = 0; step < 200; step++) {
            final long blocks = compactor.blocksMoved();
            final long bytes = compactor.bytesMoved();
            compactor.step();
            assertTrue(compactor.blocksMoved() - blocks <= SlabCompactor.MAX_MOVES_PER_STEP);
            assertTrue(compactor.bytesMoved() - bytes < SlabCompactor.MAX_BYTES_PER_STEP + SMALL + 100);
        }
        assertEquals(1, compactor.passes());
    }

    @Test
    void shouldLetReadersSeeWholeRecordsWhileBlocksMove() throws InterruptedException {
        final int small = fragment();
        final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {registry.partition(0)});
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread thread = new Thread(() -> {
            final RecordView view = new RecordView(settings);
            int i = 1;
            while (!Thread.currentThread().isInterrupted()) {
                final org.agrona.concurrent.UnsafeBuffer name = OffHeapRegistry.bytes("small-" + i);
                if (!reader.lookup(OffHeapRegistry.bytes("default"), 0, 7, name, 0, name.capacity(), NOW, view)
                    || !spec("", SMALL).metadata().equals(
                        OffHeapRegistry.text(view, view.metadataOffset(), view.metadataLength()))) {
                    failure.set(new AssertionError("small-" + i + " was " + view));
                    return;
                }
                i = (i + 2) % (small - small % 2);
            }
        });
        thread.start();
        for (int round = 0; round < 200; round++) {
            registry.partition(0).doWork(NOW);
            registry.register(spec("large-" + round % 12, LARGE - round), NOW);
            if (round % 3 == 0) {
                registry.unregister("default", "large-" + (round + 5) % 12, 1, NOW);
            }
        }
        thread.interrupt();
        thread.join();
        assertNull(failure.get());
        assertTrue(registry.partition(0).counters().get(RegistryCounters.BLOCKS_MOVED_TYPE_ID) > 0);
    }
}
