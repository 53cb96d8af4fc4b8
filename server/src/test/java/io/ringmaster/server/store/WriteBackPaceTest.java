package io.ringmaster.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteBackPaceTest {
    private static final int PAGE = 4096;
    private static final long MS = 1_000_000L;
    private static final long PERIOD = 20_000 * MS;
    /** Not a multiple of a part, nor of a page. */
    private static final long LARGE = 1_550_323_712L + 100;
    /** Of the clock, so that it wraps in the tests. */
    private static final long START = Long.MAX_VALUE - 5_000 * MS;

    /** A portion that was written. */
    private record Portion(long atMs, long from, long to) {
    }

    private final List<Portion> portions = new ArrayList<>();
    private WriteBackPace pace = new WriteBackPace(true, LARGE, PERIOD, 0, START);

    private void run(final long fromMs, final long toMs, final long changes) {
        for (long ms = fromMs; ms < toMs; ms += 10) {
            if (pace.advance(changes, START + ms * MS)) {
                portions.add(new Portion(ms, pace.from(), pace.to()));
            }
        }
    }

    /** Portions follow each other, from the start of the file to its end. */
    private void assertOnePass(final long length) {
        long position = 0;
        for (final Portion portion : portions) {
            assertEquals(position, portion.from);
            assertTrue(portion.to > portion.from, portion.toString());
            position = portion.to;
        }
        assertEquals(length, position);
    }

    @Test
    void shouldWriteNothingWhenNothingHasChanged() {
        run(0, 3_600_000, 0);
        assertEquals(List.of(), portions);
        assertTrue(pace.isClean(0));
    }

    @Test
    void shouldSpreadManyChangesOverThePeriod() {
        run(0, 60_000, 1_000_000);
        assertOnePass(LARGE);
        assertTrue(pace.isClean(1_000_000));
        assertEquals(PERIOD / MS, portions.get(portions.size() - 1).atMs, 200);
        final long[] bytesOfSecond = new long[60];
        portions.forEach(portion -> bytesOfSecond[(int) (portion.atMs / 1000)] += portion.to - portion.from);
        assertEquals(LARGE / 20.0, Arrays.stream(bytesOfSecond).max().orElseThrow(), LARGE / 400.0);
    }

    @Test
    void shouldNotWriteInOneGoWhatChangesAfterAQuietHour() {
        run(0, 3_600_000, 0);
        run(3_600_000, 3_660_000, 1_000_000);
        assertOnePass(LARGE);
        assertTrue(portions.get(0).atMs < 3_600_100, portions.get(0).toString());
        assertEquals(3_620_000, portions.get(portions.size() - 1).atMs, 200);
        portions.forEach(portion -> assertTrue(portion.to - portion.from <= LARGE / 500, portion.toString()));
    }

    @Test
    void shouldWaitForMoreChangesUpToAPeriodWhenThereAreFew() {
        run(0, 60_000, 1);
        assertEquals(1, portions.size());
        assertOnePass(LARGE);
        assertEquals(PERIOD / MS, portions.get(0).atMs, 20);
    }

    @Test
    void shouldWriteAtLeastSoManyPagesAtATime() {
        final long changes = 4_000;
        run(0, 60_000, changes);
        assertOnePass(LARGE);
        final double pagesOfAByte = (double) changes * WriteBackPace.PAGES_OF_A_CHANGE / LARGE;
        for (final Portion portion : portions.subList(0, portions.size() - 1)) {
            final double pages = (portion.to - portion.from) * pagesOfAByte;
            assertTrue(pages >= WriteBackPace.LEAST_PAGES - 1 && pages <= WriteBackPace.MOST_PAGES, portion + ": " + pages);
        }
    }

    @Test
    void shouldWriteEachPartAgainThatChangesAfterItsTurn() {
        run(0, 10_000, 1_000_000);
        final long before = portions.get(portions.size() - 1).to;
        run(10_000, 90_000, 2_000_000);
        long written = 0;
        for (final Portion portion : portions) {
            written += portion.to - portion.from;
        }
        // What had its turn before the second change has another one, the rest has one for both.
        assertEquals(LARGE + before, written);
        assertTrue(pace.isClean(2_000_000));
    }

    @Test
    void shouldCatchUpAfterADiskThatWasSlow() {
        run(0, 10, 1_000_000);
        run(15_000, 60_000, 1_000_000);
        assertOnePass(LARGE);
        portions.forEach(portion -> assertTrue(portion.to - portion.from <= LARGE / 500, portion.toString()));
        assertTrue(portions.get(portions.size() - 1).atMs < 26_000, portions.get(portions.size() - 1).toString());
    }

    @Test
    void shouldBeginWithTheWholeFileIfItIsNotOnTheDisk() {
        pace = new WriteBackPace(false, LARGE, PERIOD, 5, START);
        run(0, 60_000, 5);
        assertOnePass(LARGE);
        assertTrue(pace.isClean(5));
        portions.forEach(portion -> assertTrue(portion.to - portion.from <= LARGE / 500, portion.toString()));
    }

    @Test
    void shouldPauseSoThatTwiceThePaceIsTheFastest() {
        assertEquals(PERIOD / 2.0 / WriteBackPace.PARTS, pace.pauseNs(), 20_000);
        assertEquals(1_000 * MS / 2.0 / WriteBackPace.PARTS, new WriteBackPace(true, LARGE, 1_000 * MS, 0, START).pauseNs(), 1_000);
        assertEquals(10 * MS, new WriteBackPace(true, 1, PERIOD, 0, START).pauseNs());
    }

    @Test
    void shouldWriteAFileOfLessThanAPage() {
        pace = new WriteBackPace(true, 100, PERIOD, 7, START);
        run(0, 60_000, 7);
        assertEquals(List.of(), portions);
        run(60_000, 120_000, 8);
        assertEquals(1, portions.size());
        assertOnePass(100);
    }

    @Test
    void shouldGiveEveryChangeATurnWithinTwoPeriodsWhateverComes() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            final long length = 1 + (long) (random.nextDouble() * random.nextDouble() * (4L << 30));
            pace = new WriteBackPace(true, length, PERIOD, 0, START);
            // When each of 64 places of the file changed for the first time since it was written; -1: it did not.
            final long[] changedAt = new long[64];
            Arrays.fill(changedAt, -1);
            long changes = 0;
            for (long ms = 0; ms < 200_000; ms += 10) {
                if (random.nextInt(1 << random.nextInt(12)) == 0) {
                    changes += random.nextInt(2_000);
                    final int place = random.nextInt(changedAt.length);
                    changes++;
                    changedAt[place] = changedAt[place] < 0 ? ms : changedAt[place];
                }
                if (pace.advance(changes, START + ms * MS)) {
                    assertTrue(pace.from() % PAGE == 0 && pace.to() <= length, "seed " + seed);
                    for (int i = 0; i < changedAt.length; i++) {
                        final long at = (long) ((double) length * i / changedAt.length);
                        if (at >= pace.from() && at < pace.to()) {
                            changedAt[i] = -1;
                        }
                    }
                }
                for (final long at : changedAt) {
                    assertFalse(at >= 0 && ms - at > 2 * PERIOD / MS + 100, "seed " + seed + ", round " + round + ", from " + at);
                }
            }
        }
    }
}
