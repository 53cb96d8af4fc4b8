package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.store.StoreReport.Opening;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A copy of the files of an open store is what a kill leaves; the tests then damage it. */
class StoreRecoveryTest {
    private static final int SHORT = 20;
    private static final int LONG = 1000;

    private final StoreTestSupport support = new StoreTestSupport();

    @TempDir
    private Path directory;
    private Path image;

    @BeforeEach
    void setUp() {
        image = directory.resolve("image");
    }

    private StoreSettings settings(final Path path) {
        return StoreTestSupport.settings(path, 500);
    }

    private ChronicleStore openSource() {
        return ChronicleStore.open(settings(directory.resolve("source")));
    }

    private void takeImage() throws IOException {
        Files.createDirectories(image);
        for (final String name : List.of(StoreFiles.HEADER, StoreFiles.MAP, StoreFiles.INTENT)) {
            Files.copy(directory.resolve("source").resolve(name), image.resolve(name));
        }
    }

    /** Flips a byte of the record's bytes in the only place where a piece with this record is. */
    private void damagePiece(final long incarnation, final int index, final int offsetInPiece) throws IOException {
        final byte[] map = Files.readAllBytes(image.resolve(StoreFiles.MAP));
        final ByteBuffer key = ByteBuffer.allocate(PieceDescriptor.KEY_LENGTH).order(ByteOrder.LITTLE_ENDIAN)
            .putLong(incarnation).putInt(index);
        int found = -1;
        for (int i = 0; i + 256 <= map.length; i++) {
            if (map[i] == key.get(0) && java.util.Arrays.equals(map, i, i + PieceDescriptor.KEY_LENGTH, key.array(), 0, 12)
                && map[i + 12 + 7] == 0 && map[i + 12] != 0) {
                assertEquals(-1, found, "key twice in the file");
                found = i;
            }
        }
        assertTrue(found >= 0, "key not in the file");
        map[found + PieceDescriptor.KEY_LENGTH + offsetInPiece] ^= 0x40;
        Files.write(image.resolve(StoreFiles.MAP), map);
    }

    private void damageIntent() throws IOException {
        final byte[] intent = Files.readAllBytes(image.resolve(StoreFiles.INTENT));
        intent[Intent.RECORD_OFFSET + 70] ^= 0x40;
        Files.write(image.resolve(StoreFiles.INTENT), intent);
    }

    /** Can be copied whole once, into the intent; copying its second piece fails. */
    private static final class HalfReadable extends UnsafeBuffer {
        HalfReadable(final UnsafeBuffer source) {
            super(source);
        }

        @Override
        public void boundsCheck(final int index, final int length) {
            if (index == PieceDescriptor.PAYLOAD_LENGTH) {
                throw new IllegalStateException("half-way");
            }
            super.boundsCheck(index, length);
        }
    }

    @Test
    void shouldCompleteAnOperationThatThrewHalfWayWhenTheStoreIsOpenedAgain() {
        try (ChronicleStore store = openSource()) {
            support.put(store, 1, 1, LONG);
            final int length = support.encode("agent-1", 2, LONG);
            assertThrows(IllegalStateException.class, () -> store.put(1, new HalfReadable(support.buffer()), 0, length));
            assertThrows(IllegalStateException.class, () -> support.put(store, 2, 1, SHORT));
            assertThrows(IllegalStateException.class, () -> store.remove(1));
            assertThrows(StoreException.class, () -> store.backup(directory.resolve("backup")));
        }
        try (ChronicleStore store = openSource()) {
            assertFalse(store.report().clean());
            assertEquals(Map.of(1L, 2L), StoreTestSupport.contents(store));
        }
        try (ChronicleStore store = openSource()) {
            assertTrue(store.report().clean());
            assertEquals(Map.of(1L, 2L), StoreTestSupport.contents(store));
        }
    }

    @Test
    void shouldFindEverythingAfterKillBetweenOperations() throws IOException {
        try (ChronicleStore store = openSource()) {
            for (long i = 1; i <= 300; i++) {
                support.put(store, i, i, i % 10 == 0 ? LONG : SHORT);
            }
            store.remove(17);
            store.remove(20);
            support.put(store, 30, 31, LONG);
            takeImage();
            try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
                assertEquals(Opening.RECOVERED, recovered.report().opening());
                assertFalse(recovered.report().clean());
                assertEquals(298, recovered.report().entries());
                assertEquals(0, recovered.report().dropped());
                assertEquals(0, recovered.report().redone());
                assertEquals(StoreTestSupport.contents(store), StoreTestSupport.contents(recovered));
                assertEquals(store.pieces(), recovered.pieces());
            }
        }
        try (ChronicleStore again = ChronicleStore.open(settings(image))) {
            assertEquals(Opening.CLEAN, again.report().opening());
            assertEquals(298, again.size());
        }
        try (Stream<Path> files = Files.list(image)) {
            assertEquals(4, files.count(), "header, map, intent, lock and nothing else");
        }
    }

    @Test
    void shouldDoOverwriteAgainWhenKillToreIt() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 0x1111111111L, 1, SHORT);
            support.put(store, 0x2222222222L, 1, SHORT);
            support.put(store, 0x2222222222L, 2, SHORT);
            takeImage();
        }
        damagePiece(0x2222222222L, 0, 80);
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(1, recovered.report().redone());
            assertEquals(0, recovered.report().dropped(), () -> recovered.report().notes().toString());
            assertEquals(Map.of(0x1111111111L, 1L, 0x2222222222L, 2L), StoreTestSupport.contents(recovered));
        }
    }

    @Test
    void shouldDoOverwriteOfLongRecordAgainWhenOnlySomePiecesWereWritten() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 0x2222222222L, 1, 3 * LONG);
            support.put(store, 0x2222222222L, 2, LONG);
            takeImage();
        }
        // The second piece is of another put now, as if the kill had come between two pieces.
        damagePiece(0x2222222222L, 1, PieceDescriptor.SEQUENCE_OFFSET);
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(1, recovered.report().redone());
            assertEquals(Map.of(0x2222222222L, 2L), StoreTestSupport.contents(recovered));
            assertEquals(recovered.report().pieces(), PieceDescriptor.pieces(64 + "agent-146000000000".length() + LONG));
        }
    }

    @Test
    void shouldKeepOldVersionWhenKillCameWhileTheIntentWasWritten() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 1, 1, SHORT);
            takeImage();
        }
        damageIntent();
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(0, recovered.report().redone());
            assertEquals(Map.of(1L, 1L), StoreTestSupport.contents(recovered));
        }
    }

    @Test
    void shouldDoRemoveAgainWhenItIsTheOperationUnderWay() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 1, 1, LONG);
            support.put(store, 2, 1, SHORT);
            takeImage();
            store.remove(1);
            // The intent of the remove beside the map as it was before.
            Files.delete(image.resolve(StoreFiles.INTENT));
            Files.copy(directory.resolve("source").resolve(StoreFiles.INTENT), image.resolve(StoreFiles.INTENT));
        }
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(1, recovered.report().redone());
            assertEquals(Map.of(2L, 1L), StoreTestSupport.contents(recovered));
            assertEquals(1, recovered.pieces());
        }
    }

    @ParameterizedTest
    @CsvSource({SHORT + ", 0", LONG + ", 0", LONG + ", 2"})
    void shouldDropAndReportRecordWithWrongBytes(final int length, final int piece) throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 0x1111111111L, 1, SHORT);
            support.put(store, 0x2222222222L, 1, length);
            support.put(store, 3, 1, SHORT);
            takeImage();
        }
        damagePiece(0x2222222222L, piece, 80);
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(1, recovered.report().dropped(), () -> recovered.report().notes().toString());
            assertTrue(recovered.report().notes().toString().contains("dropped incarnation " + 0x2222222222L),
                () -> recovered.report().notes().toString());
            assertEquals(Map.of(0x1111111111L, 1L, 3L, 1L), StoreTestSupport.contents(recovered));
            assertEquals(2, recovered.pieces());
        }
        try (Stream<Path> files = Files.list(image)) {
            assertEquals(1, files.filter(path -> path.toString().endsWith(StoreFiles.DAMAGED)).count(), "map as it was is kept");
        }
    }

    @Test
    void shouldKeepTheLaterOfTwoRecordsWithOneName() throws IOException {
        try (ChronicleStore store = openSource()) {
            for (final long incarnation : new long[] {5, 9, 7}) {
                store.put(incarnation, support.buffer(), 0, support.encode("same-name", incarnation, LONG));
            }
            store.put(1, support.buffer(), 0, support.encode("other-name", 1, SHORT));
            takeImage();
        }
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(2, recovered.report().dropped());
            assertEquals(Map.of(1L, 1L, 9L, 9L), StoreTestSupport.contents(recovered));
            assertEquals(1 + PieceDescriptor.pieces(64 + 9 + LONG), recovered.pieces());
        }
    }

    @Test
    void shouldKeepTheLaterOfTwoRecordsWithOneNameWhateverTheirPartitions() throws IOException {
        final long earlier = 7L << RegistrySettings.INCARNATION_COUNTER_BITS | 5;
        final long later = 2L << RegistrySettings.INCARNATION_COUNTER_BITS | 9;
        try (ChronicleStore store = openSource()) {
            store.put(later, support.buffer(), 0, support.encode("same-name", 2, SHORT));
            store.put(earlier, support.buffer(), 0, support.encode("same-name", 1, SHORT));
            takeImage();
        }
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(1, recovered.report().dropped());
            assertEquals(Map.of(later, 2L), StoreTestSupport.contents(recovered));
        }
    }

    @Test
    void shouldRecoverWhenTheMapWasAlteredAfterItWasClosed() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 0x1111111111L, 1, SHORT);
            support.put(store, 0x2222222222L, 1, SHORT);
        }
        takeImage();
        damagePiece(0x1111111111L, 0, 50);
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(Opening.ALTERED, recovered.report().opening());
            assertEquals(1, recovered.report().dropped(), () -> recovered.report().notes().toString());
            assertEquals(Map.of(0x2222222222L, 1L), StoreTestSupport.contents(recovered));
        }
    }

    @Test
    void shouldStartAgainWhenKilledWhileRecovering() throws IOException {
        try (ChronicleStore store = openSource()) {
            support.put(store, 1, 1, SHORT);
            takeImage();
        }
        Files.write(image.resolve(StoreFiles.MAP + StoreFiles.RECOVERING), new byte[12345]);
        try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
            assertEquals(Map.of(1L, 1L), StoreTestSupport.contents(recovered));
        }
    }

    @Test
    void shouldMakeAnEmptyStoreWhenKilledWhileCreating() throws IOException {
        Files.createDirectories(image);
        StoreHeader.create(image.resolve(StoreFiles.HEADER), settings(image), 1);
        Files.write(image.resolve(StoreFiles.MAP), new byte[12345]);
        try (ChronicleStore store = ChronicleStore.open(settings(image))) {
            assertEquals(Opening.CREATED, store.report().opening());
            assertEquals(DurableStore.PutResult.STORED, support.put(store, 1, 1, SHORT));
        }
    }

    @Test
    void shouldGoOnCountingPutsAfterRecovery() throws IOException {
        try (ChronicleStore store = openSource()) {
            for (long i = 1; i <= 50; i++) {
                support.put(store, 1, i, LONG);
            }
            takeImage();
        }
        for (int run = 0; run < 3; run++) {
            final long version = 100 + run;
            try (ChronicleStore recovered = ChronicleStore.open(settings(image))) {
                support.put(recovered, 1, version, 2 * LONG);
                support.put(recovered, 2, version, SHORT);
                assertEquals(Map.of(1L, version, 2L, version), StoreTestSupport.contents(recovered));
            }
        }
    }
}
