package io.ringmaster.server.watch;

import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.WatchEventEncoder;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.server.ingress.RecordTexts;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes events: those of a record once for all watches, with watch id and sequence 0, which {@link #address} fills in where the
 * event goes. A removal carries what identifies the record and no more.
 * <p>
 * Threading: confined to the registry's role.
 */
final class WatchEventWriter {
    static final int SNAPSHOT_BEGINS = 1;
    static final int SNAPSHOT_RECORD = 2;
    static final int SNAPSHOT_ENDS = 3;
    static final int REGISTERED = 4;
    static final int CHANGED = 5;
    static final int REMOVED = 6;
    static final int LOST = 7;

    /** Reason of a removal: the record is there and the filter lets it through no more. */
    static final int NO_LONGER_MATCHES = 5;

    /** Most bytes of a list of capabilities or attributes on the wire. */
    static final int MAX_LIST_LENGTH = 1024;
    private static final int DATA_HEADERS = WatchEventEncoder.namespaceNameHeaderLength() + WatchEventEncoder.nameHeaderLength() +
        WatchEventEncoder.capabilitiesHeaderLength() + WatchEventEncoder.attributesHeaderLength() +
        WatchEventEncoder.metadataHeaderLength();
    /** Length of an event without names: no event is shorter. */
    static final int MIN_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.BLOCK_LENGTH + DATA_HEADERS;

    private static final int WATCH_ID_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.watchIdEncodingOffset();
    private static final int SEQUENCE_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.sequenceEncodingOffset();
    private static final int TYPE_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.eventTypeEncodingOffset();
    private static final int REASON_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.reasonEncodingOffset();

    private final RecordTexts texts;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final WatchEventEncoder encoder = new WatchEventEncoder();
    private final UnsafeBuffer event;
    private final UnsafeBuffer nothing = new UnsafeBuffer(new byte[0]);

    WatchEventWriter(
        final RegistrySettings settings, final CapabilityDictionary capabilities, final AttributeDictionary attributes) {
        texts = new RecordTexts(capabilities, attributes);
        event = new UnsafeBuffer(new byte[maxLength(settings)]);
    }

    /** Longest event of a registry. */
    static int maxLength(final RegistrySettings settings) {
        return MIN_LENGTH + settings.maxRecordBytes() + 2 * MAX_LIST_LENGTH;
    }

    /** What was encoded last, from index 0. */
    DirectBuffer buffer() {
        return event;
    }

    /** An event without a record; returns its length. */
    int mark(final int type, final long lost) {
        begin(type, 0).kind((short) 0).readiness((short) 0).ownerSessionId(0).agentId(0).recordVersion(0).capacity(0).parallelism(0)
            .lost(lost);
        encoder.putNamespaceName(nothing, 0, 0).putName(nothing, 0, 0);
        return empty();
    }

    /** An event with a whole record; returns its length. */
    int record(final int type, final RecordView record) {
        fields(type, 0, record);
        encoder.putCapabilities(texts.capabilities(), 0, texts.encode(record.capabilities()))
            .putAttributes(texts.attributes(), 0, texts.encode(record.attributes()))
            .putMetadata(record.buffer(), record.metadataOffset(), record.metadataLength());
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    /** A removal; returns its length. */
    int removal(final RecordView record, final int reason) {
        fields(REMOVED, reason, record);
        return empty();
    }

    private void fields(final int type, final int reason, final RecordView record) {
        begin(type, reason)
            .kind(record.kind())
            .readiness(record.readiness())
            .ownerSessionId(record.ownerSession())
            .agentId(record.incarnation())
            .recordVersion(record.version())
            .capacity(record.capacity())
            .parallelism(record.parallelism())
            .lost(0);
        encoder.putNamespaceName(record.buffer(), record.namespaceOffset(), record.namespaceLength())
            .putName(record.buffer(), record.nameOffset(), record.nameLength());
    }

    private WatchEventEncoder begin(final int type, final int reason) {
        return encoder.wrapAndApplyHeader(event, 0, header).watchId(0).sequence(0).eventType((short) type).reason((short) reason);
    }

    private int empty() {
        encoder.putCapabilities(nothing, 0, 0).putAttributes(nothing, 0, 0).putMetadata(nothing, 0, 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    /** Makes a copy of an event that of one watch. */
    static void address(
        final MutableDirectBuffer buffer, final int offset, final long watchId, final long sequence, final int type,
        final int reason) {
        buffer.putLong(offset + WATCH_ID_OFFSET, watchId, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(offset + TYPE_OFFSET, (byte) type);
        buffer.putByte(offset + REASON_OFFSET, (byte) reason);
    }
}
