package io.ringmaster.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a slab says about its room, against what it then gives. */
class SlabRoomTest {
    private static final int STEPS = 20_000;
    private static final int MAX_LENGTH = 700;

    @Test
    void shouldGiveWhatItSaidThereIsRoomFor() {
        final Random random = new Random(4711);
        final Slab slab = new Slab(8192);
        final List<Integer> blocks = new ArrayList<>();
        int instead = 0;
        int refused = 0;
        for (int i = 0; i < STEPS; i++) {
            final int length = random.nextInt(MAX_LENGTH);
            if (blocks.isEmpty() || random.nextInt(3) == 0) {
                final boolean hasRoom = slab.hasRoom(length);
                final int block = slab.allocate(length, i);
                assertEquals(block != SlabDescriptor.NULL_BLOCK, hasRoom, "step " + i);
                if (hasRoom) {
                    blocks.add(block);
                }
            } else if (random.nextInt(3) == 0) {
                slab.free(blocks.remove(random.nextInt(blocks.size())));
            } else {
                final int index = random.nextInt(blocks.size());
                final boolean hadRoom = slab.hasRoom(length);
                final boolean fits = slab.fitsInsteadOf(blocks.get(index), length);
                if (fits) {
                    slab.free(blocks.get(index));
                    final int block = slab.allocate(length, i);
                    assertTrue(block != SlabDescriptor.NULL_BLOCK, "step " + i);
                    blocks.set(index, block);
                    instead += hadRoom ? 0 : 1;
                } else {
                    refused++;
                }
            }
        }
        assertTrue(instead > 50, instead + " that found room only in the place of another");
        assertTrue(refused > 50, refused + " refused");
    }
}
