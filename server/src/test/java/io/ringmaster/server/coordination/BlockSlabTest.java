package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class BlockSlabTest {
    @Test
    void shouldReturnWhatWasStoredWhenBlocksAreReused() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final BlockSlab slab = new BlockSlab(64 * 1024);
        final ArrayDeque<Object[]> stored = new ArrayDeque<>();
        final UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);
        for (int i = 0; i < 50_000; i++) {
            final byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            if (BlockSlab.blocksFor(bytes.length) <= slab.free()) {
                stored.add(new Object[] {slab.store(new UnsafeBuffer(bytes), 0, bytes.length), bytes});
            }
            if (stored.size() > 20 || BlockSlab.blocksFor(2000) > slab.free()) {
                final Object[] oldest = stored.removeFirst();
                final byte[] expected = (byte[])oldest[1];
                final byte[] actual = new byte[expected.length];
                slab.copyTo((int)oldest[0], expected.length, out, 0);
                out.getBytes(0, actual);
                assertArrayEquals(expected, actual, "seed " + seed);
                slab.free((int)oldest[0]);
            }
        }
        stored.forEach(s -> slab.free((int)s[0]));
        assertEquals(0, slab.used());
    }
}
