package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million records: what they cost, and that opening them takes under ten seconds, after a close and after a kill. */
@Tag("slow")
class StoreSpeedTest {
    private static final int MILLION = 1_000_000;
    private static final long MAX_OPEN_NS = 10_000_000_000L;

    private final StoreTestSupport support = new StoreTestSupport();
    private long seen;

    @TempDir
    private Path directory;

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void shouldOpenMillionRecordsInTime() throws IOException {
        final StoreSettings settings = StoreSettings.of(directory.resolve("store"), MILLION);
        final Path image = directory.resolve("image");
        final long closeNs;
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            System.out.println("created: " + store.report() + ", " + store.bytes() / MILLION + " bytes per entry");
            putAll(store, "insert", 1);
            putAll(store, "overwrite", 2);
            final long startNs = System.nanoTime();
            store.forEach((incarnation, record, offset, length) -> seen++);
            System.out.println("forEach: " + (System.nanoTime() - startNs) / MILLION + " ns a record");
            assertEquals(MILLION, seen);
            Files.createDirectories(image);
            for (final String name : List.of(StoreFiles.HEADER, StoreFiles.MAP, StoreFiles.INTENT)) {
                Files.copy(directory.resolve("store").resolve(name), image.resolve(name));
            }
            closeNs = System.nanoTime();
        }
        System.out.println("close: " + (System.nanoTime() - closeNs) / 1_000_000 + " ms");
        open(settings, StoreReport.Opening.CLEAN);
        open(settings.withDirectory(image), StoreReport.Opening.RECOVERED);
    }

    private void putAll(final ChronicleStore store, final String what, final long version) {
        final long startNs = System.nanoTime();
        final long startCpuNs = cpuNs();
        for (long i = 0; i < MILLION; i++) {
            if (support.put(store, i, version, 60) != DurableStore.PutResult.STORED) {
                throw new AssertionError("refused at " + i);
            }
        }
        System.out.println(what + ": " + (System.nanoTime() - startNs) / MILLION + " ns, CPU " + (cpuNs() - startCpuNs) / MILLION
            + " ns, with encoding");
    }

    private static void open(final StoreSettings settings, final StoreReport.Opening expected) {
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            System.out.println("opened: " + store.report());
            assertEquals(expected, store.report().opening());
            assertEquals(MILLION, store.size());
            assertEquals(0, store.report().dropped());
            assertTrue(store.report().durationNs() < MAX_OPEN_NS, () -> "opening took " + store.report().durationNs() + " ns");
        }
    }
}
