package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class StoreWriteBackTest {
    private static final Path SMAPS = Path.of("/proc/self/smaps");

    @TempDir
    private Path directory;

    /** A tmpfs has no disk to write to, and other systems do not tell. */
    private void assumeDirtyPagesAreTold() throws IOException {
        assumeTrue(Files.isReadable(SMAPS), "no " + SMAPS);
        assumeFalse("tmpfs".equals(Files.getFileStore(directory).type()), directory + " is on a tmpfs");
    }

    private void assumeRangesAreKnown() throws IOException {
        final String type = Files.getFileStore(directory).type();
        assumeTrue(type.matches("ext[234]|xfs|btrfs|f2fs"), directory + " is on a " + type);
    }

    @Test
    void shouldMapWhereRangesAreNotKnownToWork() throws IOException {
        // A file of the kernel's own is on none of the file systems.
        assumeTrue(Files.isReadable(SMAPS), "no " + SMAPS);
        assertNull(FileRange.open(SMAPS));
    }

    /** KiB of pages of a file that this process has mapped and that were changed since they were last written to the disk. */
    private static long dirtyKib(final Path file) throws IOException {
        long kib = 0;
        boolean isOfFile = false;
        for (final String line : Files.readAllLines(SMAPS)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isOfFile = line.endsWith(" " + file.toRealPath());
            } else if (isOfFile && line.matches("(Shared|Private)_Dirty:.*")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib;
    }

    @Test
    void shouldWriteWhatHasChangedInAPartToTheDisk() throws IOException {
        assumeDirtyPagesAreTold();
        final StoreTestSupport support = new StoreTestSupport();
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, 20_000))) {
            for (int i = 1; i <= 10_000; i++) {
                support.put(store, i, 1, 20);
            }
            final Path file = directory.resolve(StoreFiles.MAP);
            final long length = store.writeBackLength();
            assertEquals(Files.size(file), length);
            final long before = dirtyKib(file);
            assertTrue(before > 2_000, "dirty: " + before);
            store.writeBack(0, length / 8192 * 4096);
            final long between = dirtyKib(file);
            assertTrue(between > before / 4 && between < before * 3 / 4, "dirty: " + before + ", then " + between);
            store.writeBack(length / 8192 * 4096, length);
            assertEquals(0, dirtyKib(file));
            support.put(store, 1, 2, 20);
            final long after = dirtyKib(file);
            assertTrue(after > 0 && after < before / 2, "dirty: " + before + ", then " + after);
            assertEquals(2, StoreTestSupport.contents(store).get(1L));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteAcrossItsWindowsInALargeFile(final boolean isMapped) throws IOException {
        assumeDirtyPagesAreTold();
        final Path file = directory.resolve("large");
        final long gib = 1L << 30;
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(2 * gib + 10_000);
            final int around = 8 << 20;
            final MappedByteBuffer changed = large.getChannel().map(FileChannel.MapMode.READ_WRITE, gib - around, 2 * around);
            try (MapPages pages = isMapped ? MapPages.openMapped(file) : MapPages.open(file)) {
                // So far apart that the kernel does not keep two of them together, but for the two at the boundary.
                changed.put(0, (byte) 1).put(around - 1, (byte) 1).put(around, (byte) 1).put(2 * around - 1, (byte) 1);
                final long before = dirtyKib(file);
                assumeTrue(before > 0, "changed pages are not told");
                pages.writeBack(gib - 4096, gib + 4096);
                assertEquals(before / 2.0, dirtyKib(file), before / 8.0);
                pages.writeBack(0, 2 * gib + 10_000);
                assertEquals(0, dirtyKib(file));
            } finally {
                BufferUtil.free(changed);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldWriteRangesOfTheFileWhereTheSystemCan() throws IOException {
        assumeRangesAreKnown();
        final Path file = Files.write(directory.resolve("file"), new byte[10_000]);
        try (FileRange range = FileRange.open(file)) {
            assertNotNull(range);
            range.write(0, 0);
            range.write(4096, 5_904);
        }
        assertThrows(IOException.class, () -> FileRange.open(directory.resolve("none")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldTellWhatTheSystemRefuses() throws IOException {
        assumeRangesAreKnown();
        try (FileRange range = FileRange.open(Files.write(directory.resolve("file"), new byte[10_000]))) {
            assertNotNull(range);
            final UncheckedIOException refusal = assertThrows(UncheckedIOException.class, () -> range.write(-4096, 4096));
            assertTrue(refusal.getCause().getMessage().startsWith("sync_file_range: "), refusal.getMessage());
        }
    }

    @Test
    void shouldRefuseAPartThatIsNotInTheStore() {
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, 100))) {
            final long length = store.writeBackLength();
            store.writeBack(0, 0);
            store.writeBack(length, length);
            for (final long[] part : new long[][] {{-1, 10}, {10, 9}, {0, length + 1}}) {
                final String message = assertThrows(
                    IllegalArgumentException.class, () -> store.writeBack(part[0], part[1])).getMessage();
                assertEquals("from=" + part[0] + ", to=" + part[1] + " must be within the file's " + length + " bytes", message);
            }
        }
        try (HeapStore store = new HeapStore(StoreTestSupport.settings(directory, 100))) {
            assertEquals(0, store.writeBackLength());
            store.writeBack(0, 0);
            assertThrows(IllegalArgumentException.class, () -> store.writeBack(0, 1));
        }
    }

    @Test
    void shouldBearTheWriterAndTheCloserBesideIt() throws Exception {
        for (int round = 0; round < 5; round++) {
            final StoreSettings settings = StoreTestSupport.settings(directory.resolve("store" + round), 2_000);
            final ChronicleStore store = ChronicleStore.open(settings);
            final long length = store.writeBackLength();
            final AtomicReference<Throwable> end = new AtomicReference<>();
            final Thread writeBack = new Thread(() -> {
                try {
                    while (true) {
                        for (long from = 0; from < length; from += 1 << 16) {
                            store.writeBack(from, Math.min(length, from + (1 << 16)));
                        }
                    }
                } catch (final Throwable e) {
                    end.set(e);
                }
            });
            writeBack.setDaemon(true);
            writeBack.start();
            final StoreTestSupport support = new StoreTestSupport();
            for (int version = 1; version <= 10; version++) {
                for (int i = 1; i <= 1_000; i++) {
                    assertEquals(DurableStore.PutResult.STORED, support.put(store, i, version, i % 100));
                }
            }
            for (int i = 1; i <= 500; i++) {
                store.remove(i);
            }
            store.close();
            writeBack.join();
            assertEquals("store in " + settings.directory() + " is closed", end.get().getMessage());
            try (ChronicleStore again = ChronicleStore.open(settings)) {
                assertTrue(again.report().clean());
                assertEquals(500, again.size());
                StoreTestSupport.contents(again).values().forEach(version -> assertEquals(10, version));
            }
        }
    }
}
