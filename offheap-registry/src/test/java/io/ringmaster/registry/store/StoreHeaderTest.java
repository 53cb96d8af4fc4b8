package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused at open, and that the message says why and what to do. */
class StoreHeaderTest {
    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;
    private StoreSettings settings;

    @BeforeEach
    void setUp() {
        settings = StoreTestSupport.settings(directory, 500);
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            support.put(store, 1, 1, 10);
        }
    }

    private Path header() {
        return directory.resolve(StoreFiles.HEADER);
    }

    private void change(final int offset, final int value, final boolean seal) throws IOException {
        final byte[] bytes = Files.readAllBytes(header());
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
        if (seal) {
            final CRC32C crc = new CRC32C();
            crc.update(bytes, 0, StoreHeaderDescriptor.CRC_OFFSET);
            buffer.putInt(StoreHeaderDescriptor.CRC_OFFSET, (int) crc.getValue());
        }
        Files.write(header(), bytes);
    }

    private void assertRefused(final StoreSettings wanted, final Reason reason, final String... parts) {
        final StoreException e = assertThrows(StoreException.class, () -> ChronicleStore.open(wanted).close());
        assertEquals(reason, e.reason(), e::getMessage);
        for (final String part : parts) {
            assertTrue(e.getMessage().contains(part), () -> "no '" + part + "' in: " + e.getMessage());
        }
        // A refusal lets go of the lock and leaves everything as it was.
        assertEquals(reason, assertThrows(StoreException.class, () -> ChronicleStore.open(wanted).close()).reason());
    }

    @Test
    void shouldPinLayout() throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(header())).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals("RINGSTOR", new String(bytes.array(), 0, 8, StandardCharsets.US_ASCII));
        assertEquals(1, bytes.getInt(8));
        assertEquals(StoreHeaderDescriptor.CLOSED, bytes.getInt(12));
        assertEquals(StoreHeader.hash(settings), bytes.getLong(16));
        assertEquals(Files.size(directory.resolve(StoreFiles.MAP)), bytes.getLong(40));
        assertEquals(500, bytes.getInt(48));
        assertEquals(StoreTestSupport.MAX_LENGTH, bytes.getInt(52));
        assertEquals(StoreSettings.DEFAULT_BYTES_PER_ENTRY, bytes.getInt(56));
        assertEquals(240, bytes.getInt(60));
        assertEquals(StoreFiles.crc(directory.resolve(StoreFiles.MAP), false), bytes.getInt(64));
        assertEquals(128 + bytes.getInt(68), bytes.capacity());
        assertEquals("2026.1", new String(bytes.array(), 76, 6, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldRefuseOtherFormatVersion() throws IOException {
        change(StoreHeaderDescriptor.FORMAT_VERSION_OFFSET, 7, true);
        assertRefused(settings, Reason.OTHER_FORMAT, "format version 7", "writes 1", "backup");
    }

    @Test
    void shouldRefuseOtherConfiguration() {
        assertRefused(StoreTestSupport.settings(directory, 501), Reason.OTHER_CONFIGURATION, "entries=500", "501", "restore");
        assertRefused(new StoreSettings(directory, 500, 2048, 228), Reason.OTHER_CONFIGURATION, "maxRecordLength=4096", "2048");
        assertRefused(new StoreSettings(directory, 500, 4096, 300), Reason.OTHER_CONFIGURATION, "bytesPerEntry=228", "300");
    }

    @Test
    void shouldRefuseStoreOfOtherLibraryVersion() throws IOException {
        change(StoreHeaderDescriptor.LIBRARY_VERSION_OFFSET, 0x3432_3032, true);
        assertRefused(settings, Reason.OTHER_CONFIGURATION, "Chronicle Map version=2024.1", "2026.1");
    }

    @Test
    void shouldRefuseDamagedHeader() throws IOException {
        change(StoreHeaderDescriptor.ENTRIES_OFFSET, 501, false);
        assertRefused(StoreTestSupport.settings(directory, 501), Reason.DAMAGED_HEADER, "CRC", "restore a backup");
    }

    @Test
    void shouldRefuseGarbageHeader() throws IOException {
        final byte[] garbage = new byte[4096];
        Arrays.fill(garbage, (byte) 0x5A);
        Files.write(header(), garbage);
        assertRefused(settings, Reason.DAMAGED_HEADER, "0x5a5a5a5a5a5a5a5a");
    }

    @Test
    void shouldRefuseTruncatedHeader() throws IOException {
        final byte[] bytes = Files.readAllBytes(header());
        for (final int length : new int[] {0, 5, 127, 128, bytes.length - 1}) {
            Files.write(header(), Arrays.copyOf(bytes, length));
            assertRefused(settings, Reason.DAMAGED_HEADER, length + " bytes");
        }
    }

    @Test
    void shouldRefuseStoreWithoutHeaderAndHeaderWithoutMap() throws IOException {
        final byte[] bytes = Files.readAllBytes(header());
        Files.delete(header());
        assertRefused(settings, Reason.DAMAGED_HEADER, "missing");
        Files.write(header(), bytes);
        Files.delete(directory.resolve(StoreFiles.MAP));
        assertRefused(settings, Reason.DAMAGED_MAP, "missing");
    }

    @Test
    void shouldRefuseSecondStoreOnOneDirectory() {
        try (ChronicleStore store = ChronicleStore.open(settings)) {
            assertRefused(settings, Reason.LOCKED, StoreFiles.LOCK, directory.toString());
            support.put(store, 2, 1, 10);
        }
        ChronicleStore.open(settings).close();
    }
}
