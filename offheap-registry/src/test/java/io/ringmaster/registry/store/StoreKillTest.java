package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed with -9 in the middle of its work loses nothing that it acknowledged; what it did not, is there or not. */
class StoreKillTest {
    private static final int ENTRIES = 4096;

    private final TreeMap<Long, Long> expected = new TreeMap<>();
    private long inFlightType;
    private long inFlightIncarnation;
    private long inFlightVersion;
    private long settledIncarnation;
    private long settledVersion;
    private long acknowledged;
    private long recovered;
    private long redone;

    @TempDir
    private Path directory;

    @Test
    void shouldLoseNothingAcknowledgedWhenKilled() throws IOException, InterruptedException {
        // Compiled by C1 only, so that most of the time is not the start of the children.
        kill(3, 20_000, "-XX:TieredStopAtLevel=1");
    }

    @Test
    @Tag("slow")
    void shouldLoseNothingAcknowledgedWhenKilledHundredTimes() throws IOException, InterruptedException {
        kill(100, 30_000);
    }

    private void kill(final int times, final int maxMessages, final String... options) throws IOException, InterruptedException {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < times; run++) {
            final long version = 1 + run * 1_000_000_000L;
            runAndKill(random.nextLong(), version, 1 + random.nextInt(maxMessages), options);
            if (run % 2 == 1 || run == times - 1) {
                // Each other time the next child recovers.
                checkStore();
            }
            if (run % 10 == 9) {
                System.out.println((run + 1) + " kills, " + acknowledged + " acknowledged");
            }
        }
        System.out.printf("%d kills, %d acknowledged, recovered in this process %d, redone %d%n",
            times, acknowledged, recovered, redone);
        assertTrue(acknowledged > 0);
    }

    private void runAndKill(final long seed, final long version, final int messages, final String... options)
        throws IOException, InterruptedException {
        final Process child = new ProcessBuilder(KilledWriter.command(directory, ENTRIES, seed, version, options))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(child.getInputStream(), 1 << 16))) {
            int read = 0;
            while (true) {
                if (read++ == messages) {
                    // SIGKILL; not Process.destroyForcibly, which closes the pipe with what is still in it.
                    ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
                }
                onMessage(in.readLong(), in.readLong(), in.readLong());
            }
        } catch (final EOFException ignore) {
            assertEquals(137, child.waitFor(), "exit code of a killed process");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private void onMessage(final long type, final long incarnation, final long version) {
        if (type == KilledWriter.DONE) {
            acknowledged++;
            apply();
            inFlightType = 0;
        } else if (type == KilledWriter.OPENED) {
            // It said how many records it found: the one in flight is among them or not.
            settle(incarnation);
            redone += version;
        } else {
            inFlightType = type;
            inFlightIncarnation = incarnation;
            inFlightVersion = version;
        }
    }

    private void apply() {
        if (inFlightType == KilledWriter.WILL_PUT) {
            expected.put(inFlightIncarnation, inFlightVersion);
        } else {
            expected.remove(inFlightIncarnation);
        }
    }

    /** The child goes on from what it found; the contents are compared after the kill. */
    private void settle(final long found) {
        if (inFlightType == KilledWriter.WILL_REMOVE && found == expected.size() - 1
            || inFlightType == KilledWriter.WILL_PUT && found == expected.size() + 1) {
            apply();
            inFlightType = 0;
        }
        assertEquals(expected.size(), found, "records after recovery in the child");
        // A put over a record that was there: old or new, and the number does not say which.
        settledIncarnation = inFlightType == KilledWriter.WILL_PUT ? inFlightIncarnation : 0;
        settledVersion = inFlightVersion;
        inFlightType = 0;
    }

    private void checkStore() {
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, ENTRIES))) {
            assertEquals(StoreReport.Opening.RECOVERED, store.report().opening());
            assertEquals(0, store.report().dropped(), () -> store.report().notes().toString());
            recovered++;
            redone += store.report().redone();
            final TreeMap<Long, Long> found = StoreTestSupport.contents(store);
            // First what an earlier kill left open: else it would be taken for the trace of the operation in flight now.
            if (settledIncarnation != 0 && Long.valueOf(settledVersion).equals(found.get(settledIncarnation))) {
                expected.put(settledIncarnation, settledVersion);
            }
            settledIncarnation = 0;
            if (inFlightType != 0 && !found.equals(expected)) {
                apply();
            }
            inFlightType = 0;
            if (!expected.equals(found)) {
                fail("acknowledged: " + expected + "\nfound: " + found);
            }
            assertEquals(expected.size(), store.size());
        }
    }
}
