package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The layout of a stored record, and that nothing damaged passes for one. */
class StoredRecordTest {
    private final StoredRecord record = new StoredRecord();
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private int encode(final int offset) {
        record.wrapForEncode(buffer, offset).kind((byte) 2).capacity(3).parallelism(4).version(5).ownerSession(6).leaseNs(7)
            .namespace(bytes("ns"), 0, 2).name(bytes("agent"), 0, 5).capabilities(bytes("gpu,llm"), 0, 7);
        buffer.putBytes(record.limit(), bytes("zone=a"), 0, 6);
        return record.attributesWritten(6).metadata(bytes("meta"), 0, 4).finish();
    }

    private static String text(final DirectBuffer from, final int offset, final int length) {
        final byte[] text = new byte[length];
        from.getBytes(offset, text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    @Test
    void shouldReadWhatWasWritten() {
        final int length = encode(100);
        assertEquals(64 + 2 + 5 + 7 + 6 + 4, length);
        assertEquals(StoredRecord.VALID, record.wrapForDecode(buffer, 100, length));
        assertEquals(2, record.kind());
        assertEquals(3, record.capacity());
        assertEquals(4, record.parallelism());
        assertEquals(5, record.version());
        assertEquals(6, record.ownerSession());
        assertEquals(7, record.leaseNs());
        assertEquals("ns", text(record.buffer(), record.namespaceOffset(), record.namespaceLength()));
        assertEquals("agent", text(record.buffer(), record.nameOffset(), record.nameLength()));
        assertEquals("gpu,llm", text(record.buffer(), record.capabilitiesOffset(), record.capabilitiesLength()));
        assertEquals("zone=a", text(record.buffer(), record.attributesOffset(), record.attributesLength()));
        assertEquals("meta", text(record.buffer(), record.metadataOffset(), record.metadataLength()));
    }

    @Test
    void shouldPinLayout() {
        final byte[] bytes = new byte[encode(0)];
        buffer.getBytes(0, bytes);
        assertEquals("5800000001000200" + "03000000" + "04000000" + "02000500" + "0500000000000000" + "0600000000000000"
            + "0700000000000000" + "07000000" + "06000000" + "04000000" + "00000000" + HexFormat.of().formatHex(
                "nsagentgpu,llmzone=ameta".getBytes(StandardCharsets.US_ASCII)), HexFormat.of().formatHex(bytes, 4, bytes.length));
        final java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 4, bytes.length - 4);
        assertEquals((int) crc.getValue(), buffer.getInt(0, java.nio.ByteOrder.LITTLE_ENDIAN));
    }

    @Test
    void shouldRefuseEveryFlippedBitAndEveryOtherLength() {
        final int length = encode(0);
        for (int bit = 0; bit < 8 * length; bit++) {
            buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
            final int result = record.wrapForDecode(buffer, 0, length);
            final int expected = bit / 8 >= 4 && bit / 8 < 8 ? StoredRecord.WRONG_LENGTH
                : bit / 8 == 8 || bit / 8 == 9 ? StoredRecord.WRONG_FORMAT : StoredRecord.WRONG_CRC;
            assertEquals(expected, result, "bit " + bit);
            buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
        }
        for (int other = 0; other < 200; other++) {
            assertEquals(other == length ? StoredRecord.VALID : StoredRecord.WRONG_LENGTH, record.wrapForDecode(buffer, 0, other));
        }
    }

    @Test
    void shouldRefuseLengthsThatDoNotFitThoughTheCrcDoes() {
        final SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            final int length = encode(0);
            final int field = StoredRecordDescriptor.CAPABILITIES_LENGTH_OFFSET + 4 * random.nextInt(3);
            buffer.putInt(field, random.nextInt() | 0x100);
            buffer.putInt(0, new Checksum().of(buffer, 4, length - 4), java.nio.ByteOrder.LITTLE_ENDIAN);
            assertEquals(StoredRecord.WRONG_LENGTH, record.wrapForDecode(buffer, 0, length));
        }
    }

    @Test
    void shouldRefuseFieldsInAnotherOrderAndTooLongNames() {
        record.wrapForEncode(buffer, 0).name(bytes("a"), 0, 1);
        assertThrows(IllegalStateException.class, () -> record.namespace(bytes("b"), 0, 1));
        final UnsafeBuffer big = new UnsafeBuffer(new byte[70_000]);
        final StoredRecord other = new StoredRecord().wrapForEncode(new UnsafeBuffer(new byte[100_000]), 0);
        assertThrows(IllegalArgumentException.class, () -> other.name(big, 0, 65_536));
    }
}
