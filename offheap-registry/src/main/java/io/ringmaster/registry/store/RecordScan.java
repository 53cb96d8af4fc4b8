package io.ringmaster.registry.store;

import io.ringmaster.registry.RegistrySettings;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks every record of a map: CRC, lengths, and that no key is there twice (the later incarnation stays). What fails is dropped,
 * and pieces that belong to no record are removed. Counts what remains.
 * <p>
 * Threading: confined to the thread that opens the store.
 */
final class RecordScan {
    private static final long COUNTER_MASK = (1L << RegistrySettings.INCARNATION_COUNTER_BITS) - 1;

    private final PieceMap map;
    private final StoreSettings settings;
    private final StoreNotes notes;
    private final RecordAssembler assembler;
    private final RecordAssembler otherAssembler;
    private final StoredRecord record = new StoredRecord();
    private final StoredRecord other = new StoredRecord();
    private long entries;
    private long pieces;
    private long highestSequence;

    RecordScan(final PieceMap map, final StoreSettings settings, final StoreNotes notes) {
        this.map = map;
        this.settings = settings;
        this.notes = notes;
        assembler = new RecordAssembler(map, settings.maxRecordLength());
        otherAssembler = new RecordAssembler(map, settings.maxRecordLength());
    }

    RecordScan run() {
        final PieceMap.SegmentCopy copy = new PieceMap.SegmentCopy(PieceMap.entriesPerSegment(settings));
        try (NameTable names = new NameTable(settings.entries())) {
            for (int segment = 0; segment < map.segments(); segment++) {
                map.copySegment(segment, copy);
                for (int i = 0; i < copy.count(); i++) {
                    visit(copy, i, names);
                }
            }
        } finally {
            copy.free();
        }
        return this;
    }

    private void visit(final PieceMap.SegmentCopy copy, final int i, final NameTable names) {
        final UnsafeBuffer buffer = copy.buffer();
        final int offset = copy.pieceOffset(i);
        final long incarnation = copy.incarnation(i);
        final long sequence = RecordAssembler.sequence(buffer, offset);
        highestSequence = Math.max(highestSequence, sequence);
        if (copy.index(i) == 0) {
            visitRecord(incarnation, buffer, offset, names);
        } else if (!assembler.belongs(incarnation, copy.index(i), sequence)) {
            map.remove(incarnation, copy.index(i));
        }
    }

    private void visitRecord(final long incarnation, final UnsafeBuffer buffer, final int offset, final NameTable names) {
        final int length = RecordAssembler.recordLength(buffer, offset);
        final int result;
        if (length > 0 && length <= PieceDescriptor.PAYLOAD_LENGTH) {
            result = record.wrapForDecode(buffer, offset + PieceDescriptor.PAYLOAD_OFFSET, length);
        } else {
            final int assembled = assembler.assemble(incarnation);
            if (assembled == RecordAssembler.GONE) {
                return;
            }
            result = assembled < 0 ? StoredRecord.WRONG_LENGTH : record.wrapForDecode(assembler.buffer(), 0, assembled);
        }
        if (result != StoredRecord.VALID) {
            drop(incarnation, length, reason(result));
            return;
        }
        final long hash = NameTable.hash(record);
        final long known = names.get(hash);
        if (known != NameTable.NONE && hasName(known)) {
            if (isLater(known, incarnation)) {
                drop(incarnation, length, "its name belongs to the later incarnation " + known);
                return;
            }
            names.put(hash, incarnation);
            entries--;
            pieces -= PieceDescriptor.pieces(map.recordLength(known));
            drop(known, map.recordLength(known), "its name belongs to the later incarnation " + incarnation);
        } else {
            names.put(hash, incarnation);
        }
        entries++;
        pieces += PieceDescriptor.pieces(length);
    }

    /**
     * The count tells, in which each life of a server starts above all that is stored. The partition, in the high bits, does not: with
     * another number of partitions, or another hash, a name belongs to another one.
     */
    private static boolean isLater(final long incarnation, final long than) {
        return (incarnation & COUNTER_MASK) > (than & COUNTER_MASK);
    }

    /** Whether another record has the name of this one: its hash is the same, which says little. */
    private boolean hasName(final long incarnation) {
        final int length = otherAssembler.assemble(incarnation);
        return length > 0 && other.wrapForDecode(otherAssembler.buffer(), 0, length) == StoredRecord.VALID
            && equal(record.buffer(), record.namespaceOffset(), record.namespaceLength(),
                other.buffer(), other.namespaceOffset(), other.namespaceLength())
            && equal(record.buffer(), record.nameOffset(), record.nameLength(), other.buffer(), other.nameOffset(), other.nameLength());
    }

    private static boolean equal(
        final DirectBuffer a, final int aOffset, final int aLength, final DirectBuffer b, final int bOffset, final int bLength) {
        boolean equal = aLength == bLength;
        for (int i = 0; equal && i < aLength; i++) {
            equal = a.getByte(aOffset + i) == b.getByte(bOffset + i);
        }
        return equal;
    }

    /** Later pieces of it that are left are removed when they are visited; those that were visited, here. */
    private void drop(final long incarnation, final int length, final String why) {
        notes.drop(incarnation, why);
        final int count = Math.max(1, PieceDescriptor.pieces(Math.min(length, settings.maxRecordLength())));
        for (int i = 0; i < count; i++) {
            map.remove(incarnation, i);
        }
    }

    private static String reason(final int result) {
        return switch (result) {
            case StoredRecord.WRONG_LENGTH -> "its length is wrong, or a piece of it is missing";
            case StoredRecord.WRONG_FORMAT -> "it has a format version other than " + StoredRecordDescriptor.FORMAT_VERSION;
            default -> "its CRC is wrong";
        };
    }

    long entries() {
        return entries;
    }

    long pieces() {
        return pieces;
    }

    long highestSequence() {
        return highestSequence;
    }
}
