package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a small file system of its own (tmpfs in a mount namespace; needs root on Linux): too little room is an error at open that says how
 * much, and never a crash later, since every block of the map is there before anything is put.
 */
class StoreDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    /** Runs a shell script in a tmpfs of 16 MiB. */
    private String run(final String script) throws IOException, InterruptedException {
        final Path mount = Files.createDirectories(directory.resolve("mount"));
        final Path out = directory.resolve("out");
        final String all = "mount -t tmpfs -o size=16m tmpfs " + mount + " || exit 9; cd " + mount + " || exit 9; " + script;
        final Process child = new ProcessBuilder("unshare", "-m", "sh", "-c", all)
            .redirectOutput(out.toFile()).redirectError(directory.resolve("err").toFile()).start();
        final boolean ended = child.waitFor(120, TimeUnit.SECONDS);
        child.destroyForcibly().waitFor();
        assertTrue(ended, "child hung");
        assertEquals(0, child.exitValue(), () -> read(directory.resolve("err")));
        return Files.readString(out);
    }

    private static String read(final Path path) {
        try {
            return Files.readString(path);
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private void assumeMounts() throws InterruptedException {
        try {
            final int exit = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs " + directory)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            assumeTrue(exit == 0, "no mount namespace here");
        } catch (final IOException e) {
            assumeTrue(false, "no unshare here");
        }
    }

    private static String child(final Class<?> program, final String where, final int entries) {
        final List<String> command = StoreChild.command("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=/tmp");
        command.addAll(List.of(program.getName(), where, Integer.toString(entries)));
        return String.join(" ", command);
    }

    private static String fill(final int entries) {
        return child(FullDiskStore.class, "store", entries);
    }

    @Test
    void shouldRefuseToOpenWithNumbersWhenDiskIsTooSmall() throws IOException, InterruptedException {
        assumeMounts();
        final String out = run(fill(100_000) + "; ls store");
        assertTrue(out.startsWith("NO_SPACE") && out.contains("needs ") && out.contains("available are " + 16 * MIB), out);
        assertEquals("registry.lock", out.lines().skip(1).reduce("", String::concat), "nothing is left behind");
    }

    @Test
    void shouldFillToTheEndWhenDiskBecomesFullAfterOpen() throws IOException, InterruptedException {
        assumeMounts();
        final String out = run(start(fill(10_000)) + "head -c 16m /dev/zero > filler; rm ready; wait $child; df -k . | tail -1");
        assertTrue(out.startsWith("CREATED filled 10000 of 10000"), out);
        assertTrue(out.contains("100%"), out);
    }

    @Test
    void shouldRefuseRecoveryWithNumbersWhenThereIsNoRoomForTheCopy() throws IOException, InterruptedException {
        assumeMounts();
        // The store takes more than half of what the filler leaves.
        final String kill = start(fill(20_000)) + "kill -9 $child; wait $child; rm ready; ";
        final String out = run(kill + "head -c 5m /dev/zero > filler; " + fill(20_000) + "; rm filler; (" + start(fill(20_000))
            + "rm ready; wait $child)");
        assertTrue(out.startsWith("NO_SPACE") && out.contains("a copy of registry.store to recover needs "), out);
        assertTrue(out.contains("RECOVERED filled 20000 of 20000"), out);
    }

    @Test
    void shouldNotBeMarkedCleanWhenTheDiskFailed() throws IOException, InterruptedException {
        assumeMounts();
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")), "no mkfs.ext4 here");
        // A disk whose blocks are taken from under it, when there is no room for new ones.
        final String disk = "truncate -s 12m image && /usr/sbin/mkfs.ext4 -q -F -O ^has_journal image && mkdir disk"
            + " && mount -o loop image disk || { echo no loop device; exit 0; }; ";
        final String out = run(disk + start(child(FailingDiskStore.class, "disk/store", 2_000))
            + "fallocate -p -o 0 -l 12m image; head -c 16m /dev/zero > filler; rm ready; wait $child; umount disk");
        assumeFalse(out.startsWith("no loop device"), "no loop device here");
        final List<String> lines = out.lines().toList();
        assertEquals("written", lines.get(0), out);
        assertTrue(lines.get(1).startsWith("sync_file_range: "), out);
        assertEquals("written", lines.get(2), out);
        assertTrue(lines.get(3).contains(" cannot be marked clean; it will be recovered when it is opened: sync_file_range: "), out);
    }

    /** Starts a child and waits until it has the store open. */
    private static String start(final String child) {
        return child + " & child=$!; i=0; while [ ! -e ready ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done; ";
    }
}
