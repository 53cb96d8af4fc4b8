package io.ringmaster.server.metrics;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CountersFileTest {
    @TempDir
    private Path dir;

    @Test
    void shouldReadWhatIsWrittenWhenBothSidesAreOpen() throws IOException {
        try (CountersFile writer = CountersFile.create(dir, 128, () -> 1_000)) {
            final ServerCounters counters = new ServerCounters(writer.manager());
            counters.of(ServerCounter.LOOKUPS).setRelease(42);
            try (CountersFile reader = CountersFile.open(dir)) {
                assertEquals(ProcessHandle.current().pid(), reader.pid());
                assertEquals(1_000, reader.startEpochMs());
                assertEquals(1_000, reader.heartbeatEpochMs());
                assertEquals(0, reader.stopEpochMs());
                assertEquals(42, ServerCounters.read(reader.reader(), ServerCounter.LOOKUPS));
                counters.of(ServerCounter.LOOKUPS).increment();
                writer.heartbeat(1_250);
                assertEquals(43, ServerCounters.read(reader.reader(), ServerCounter.LOOKUPS));
                assertEquals(1_250, reader.heartbeatEpochMs());
                assertThrows(IllegalStateException.class, reader::manager);
            }
        }
    }

    @Test
    void shouldNoteTheCleanStopWhenClosed() throws IOException {
        final long[] now = {1_000};
        final CountersFile writer = CountersFile.create(dir, 16, () -> now[0]);
        now[0] = 5_000;
        writer.close();
        writer.close();
        try (CountersFile reader = CountersFile.open(dir)) {
            assertEquals(5_000, reader.stopEpochMs());
        }
    }

    @Test
    @Timeout(60)
    void shouldBeReadableWhenTheWriterWasKilled() throws Exception {
        final Process writer = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xshare:auto",
            "-cp", System.getProperty("java.class.path"), Writer.class.getName(), dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals('w', writer.getInputStream().read());
        writer.destroyForcibly();
        assertTrue(writer.waitFor(30, TimeUnit.SECONDS));
        try (CountersFile reader = CountersFile.open(dir)) {
            assertEquals(writer.pid(), reader.pid());
            assertEquals(0, reader.stopEpochMs());
            assertEquals(7, ServerCounters.read(reader.reader(), ServerCounter.TASKS_ACCEPTED));
        }
        assertEquals(1, ErrorLog.read(dir).size());
    }

    @Test
    void shouldReplaceTheFileOfADeadServerWhenCreatedAgain() throws IOException {
        CountersFile.create(dir, 16, () -> 1).manager().newCounter("old");
        try (CountersFile writer = CountersFile.create(dir, 32, () -> 2); CountersFile reader = CountersFile.open(dir)) {
            assertEquals(2, reader.startEpochMs());
            final List<String> labels = new ArrayList<>();
            reader.reader().forEach((counterId, label) -> labels.add(label));
            assertEquals(List.of(), labels);
            assertEquals(0, ServerCounters.read(writer.reader(), ServerCounter.ERRORS));
        }
    }

    @Test
    void shouldSayWhatIsWrongWhenThereIsNoFileOrADamagedOne() throws IOException {
        assertTrue(assertThrows(IOException.class, () -> CountersFile.open(dir)).getMessage().contains("no server ever ran"));
        final Path file = dir.resolve(CountersFileDescriptor.FILE_NAME);
        Files.write(file, new byte[8]);
        assertTrue(assertThrows(IOException.class, () -> CountersFile.open(dir)).getMessage().contains("no counters file"));
        Files.write(file, new byte[4096]);
        assertTrue(assertThrows(IOException.class, () -> CountersFile.open(dir)).getMessage().contains("not complete yet"));
        final byte[] bytes = new byte[4096];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putInt(CountersFileDescriptor.VERSION_OFFSET, 99);
        Files.write(file, bytes);
        assertTrue(assertThrows(IOException.class, () -> CountersFile.open(dir)).getMessage().contains("version 99"));
        buffer.putInt(CountersFileDescriptor.VERSION_OFFSET, CountersFileDescriptor.VERSION);
        buffer.putInt(CountersFileDescriptor.VALUES_LENGTH_OFFSET, 1 << 20);
        Files.write(file, bytes);
        assertTrue(assertThrows(IOException.class, () -> CountersFile.open(dir)).getMessage().contains("is damaged"));
    }

    @Test
    void shouldKeepTheLayoutWhenTheCodeChanges() throws IOException {
        try (CountersFile writer = CountersFile.create(dir, 4, () -> 77)) {
            final AtomicCounter counter = writer.manager().newCounter("first", 1100);
            counter.setRelease(0x0102030405060708L);
        }
        final UnsafeBuffer file = new UnsafeBuffer(Files.readAllBytes(dir.resolve("ringmaster.counters")));
        assertEquals(128 + 4 * 512 + 4 * 128, file.capacity());
        assertEquals(1, file.getInt(0, ByteOrder.nativeOrder()));
        assertEquals(4 * 512, file.getInt(4, ByteOrder.nativeOrder()));
        assertEquals(4 * 128, file.getInt(8, ByteOrder.nativeOrder()));
        assertEquals(ProcessHandle.current().pid(), file.getLong(16, ByteOrder.nativeOrder()));
        assertEquals(77, file.getLong(24, ByteOrder.nativeOrder()));
        assertEquals(77, file.getLong(32, ByteOrder.nativeOrder()));
        assertEquals(77, file.getLong(40, ByteOrder.nativeOrder()));
        assertEquals(1100, file.getInt(128 + CountersReader.TYPE_ID_OFFSET, ByteOrder.nativeOrder()));
        assertEquals(0x0102030405060708L, file.getLong(128 + 4 * 512, ByteOrder.nativeOrder()));
    }

    @Test
    void shouldHaveUniqueLabelsAndTypeIdsFrom1100() {
        final Set<String> labels = new HashSet<>();
        final Map<Integer, ServerCounter> byType = new HashMap<>();
        for (final ServerCounter counter : ServerCounter.values()) {
            assertTrue(labels.add(counter.label()), counter.label());
            assertEquals(null, byType.put(counter.typeId(), counter));
            assertTrue(counter.typeId() >= 1100 && counter.typeId() < 1300, counter.name());
            assertTrue(counter.label().matches("[a-z]+(-[a-z0-9]+)*"), counter.label());
        }
    }

    /** Writes counters and an error, says so, and waits to be killed. */
    static final class Writer {
        private Writer() {
        }

        public static void main(final String[] args) throws Exception {
            final Path dir = Path.of(args[0]);
            final ServerCounters counters =
                new ServerCounters(CountersFile.create(dir, 128, System::currentTimeMillis).manager());
            counters.of(ServerCounter.TASKS_ACCEPTED).setRelease(7);
            ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, System::currentTimeMillis).record(new IllegalStateException("test"));
            System.out.write('w');
            System.out.flush();
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
