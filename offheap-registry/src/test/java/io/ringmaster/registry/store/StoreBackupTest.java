package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup opens as a clean store, also when it was made beside a writer; a restore checks it and may change the settings. */
class StoreBackupTest {
    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;

    private Path sub(final String name) {
        return directory.resolve(name);
    }

    private StoreSettings settings(final String name) {
        return StoreTestSupport.settings(sub(name), 20_000);
    }

    private TreeMap<Long, Long> fillAndBackup() {
        try (ChronicleStore store = ChronicleStore.open(settings("live"))) {
            for (long i = 1; i <= 3000; i++) {
                support.put(store, i, i, i % 7 == 0 ? 1500 : 40);
            }
            store.backup(sub("backup"));
            support.put(store, 1, 9999, 40);
            final TreeMap<Long, Long> contents = StoreTestSupport.contents(store);
            contents.put(1L, 1L);
            return contents;
        }
    }

    @Test
    void shouldOpenBackupAsCleanStore() {
        final TreeMap<Long, Long> expected = fillAndBackup();
        try (ChronicleStore backup = ChronicleStore.open(settings("backup"))) {
            assertEquals(StoreReport.Opening.CLEAN, backup.report().opening());
            assertEquals(expected, StoreTestSupport.contents(backup));
        }
    }

    @Test
    void shouldRestoreIntoOtherSettings() throws IOException {
        final TreeMap<Long, Long> expected = fillAndBackup();
        final StoreSettings other = new StoreSettings(sub("restored"), 5000, 3000, 500);
        final StoreReport report = ChronicleStore.restore(sub("backup"), other);
        assertTrue(report.clean());
        assertEquals(3000, report.entries());
        try (ChronicleStore restored = ChronicleStore.open(other)) {
            assertTrue(restored.report().clean());
            assertEquals(expected, StoreTestSupport.contents(restored));
        }
        try (Stream<Path> files = Files.list(sub("restored"))) {
            assertEquals(4, files.count(), "nothing of the work is left");
        }
        ChronicleStore.restore(sub("backup"), settings("again"));
    }

    @Test
    void shouldRefuseToRestoreWhatIsDamagedInUseOrNotThere() throws IOException {
        fillAndBackup();
        assertRefused(Reason.NOT_A_BACKUP, sub("nothing"), settings("a"));
        try (ChronicleStore open = ChronicleStore.open(settings("live"))) {
            assertRefused(Reason.NOT_A_BACKUP, sub("live"), settings("b"));
            assertRefused(Reason.NOT_EMPTY, sub("backup"), settings("live"));
            assertEquals(Reason.NOT_EMPTY, assertThrows(StoreException.class, () -> open.backup(sub("live"))).reason());
            assertEquals(Reason.NOT_EMPTY, assertThrows(StoreException.class, () -> open.backup(sub("backup"))).reason());
        }
        assertRefused(Reason.OTHER_CONFIGURATION, sub("backup"), StoreTestSupport.settings(sub("small"), 100));
        assertEquals(3000, ChronicleStore.restore(sub("backup"), settings("small")).entries(), "a failed try leaves nothing behind");
        final Path map = sub("backup").resolve(StoreFiles.MAP);
        final byte[] bytes = Files.readAllBytes(map);
        bytes[bytes.length / 2] ^= 1;
        Files.write(map, bytes);
        assertRefused(Reason.NOT_A_BACKUP, sub("backup"), settings("c"));
    }

    private static void assertRefused(final Reason reason, final Path from, final StoreSettings to) {
        final StoreException e = assertThrows(StoreException.class, () -> ChronicleStore.restore(from, to));
        assertEquals(reason, e.reason(), e::getMessage);
    }

    @Test
    void shouldRestoreWhenAnEarlierTryWasKilled() throws IOException {
        fillAndBackup();
        for (final String left : new String[] {"restoring", "restoring.new"}) {
            Files.createDirectories(sub("again").resolve(left));
            Files.write(sub("again").resolve(left).resolve(StoreFiles.HEADER), new byte[10]);
        }
        assertEquals(3000, ChronicleStore.restore(sub("backup"), settings("again")).entries());
    }

    @Test
    void shouldBackUpAFullStoreBesideAWriterThatReplacesItsRecords() throws InterruptedException {
        final int stay = 5_000;
        final int all = 10_000;
        final AtomicBoolean stop = new AtomicBoolean();
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(sub("full"), all))) {
            for (long i = 1; i <= all; i++) {
                support.put(store, i, 1, 40);
            }
            final Thread writer = new Thread(() -> {
                final StoreTestSupport own = new StoreTestSupport();
                for (long i = stay + 1; !stop.get(); i++) {
                    store.remove(i);
                    own.put(store, i + all - stay, 1, 40);
                }
            });
            writer.start();
            try {
                for (int i = 0; i < 10; i++) {
                    store.backup(sub("full" + i));
                }
            } finally {
                stop.set(true);
                writer.join();
            }
        }
        for (int i = 0; i < 10; i++) {
            try (ChronicleStore backup = ChronicleStore.open(StoreTestSupport.settings(sub("full" + i), all))) {
                assertEquals(stay, StoreTestSupport.contents(backup).headMap(stay + 1L).size());
            }
        }
    }

    @Test
    void shouldBackUpBesideWriter() throws InterruptedException {
        final AtomicBoolean stop = new AtomicBoolean();
        try (ChronicleStore store = ChronicleStore.open(settings("live"))) {
            // These stay; all the others come, change and go meanwhile.
            for (long i = 1; i <= 1000; i++) {
                support.put(store, i, 1, i % 3 == 0 ? 700 : 40);
            }
            final Thread writer = new Thread(() -> {
                final StoreTestSupport own = new StoreTestSupport();
                for (long i = 1; !stop.get(); i++) {
                    own.put(store, 1 + i % 1000, i, i % 5 == 0 ? 900 : 40);
                    own.put(store, 5000 + i % 2000, i, 300);
                    store.remove(5000 + (i + 1000) % 2000);
                }
            });
            writer.start();
            for (int i = 0; i < 5; i++) {
                store.backup(sub("backup" + i));
            }
            stop.set(true);
            writer.join();
        }
        for (int i = 0; i < 5; i++) {
            try (ChronicleStore backup = ChronicleStore.open(settings("backup" + i))) {
                assertTrue(backup.report().clean());
                assertEquals(0, backup.report().dropped());
                assertEquals(1000, StoreTestSupport.contents(backup).headMap(1001L).size());
            }
        }
    }
}
