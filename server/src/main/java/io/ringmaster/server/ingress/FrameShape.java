package io.ringmaster.server.ingress;

import io.ringmaster.protocol.codec.AgentHeartbeatDecoder;
import io.ringmaster.protocol.codec.BackupRequestDecoder;
import io.ringmaster.protocol.codec.CancelRequestDecoder;
import io.ringmaster.protocol.codec.CloseRequestDecoder;
import io.ringmaster.protocol.codec.ConnectRequestDecoder;
import io.ringmaster.protocol.codec.DropNamespaceRequestDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.LookupBatchRequestDecoder;
import io.ringmaster.protocol.codec.LookupRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.QueryRequestDecoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestDecoder;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import io.ringmaster.protocol.codec.RegistryStatsRequestDecoder;
import io.ringmaster.protocol.codec.ResultAckDecoder;
import io.ringmaster.protocol.codec.SubmitBatchDecoder;
import io.ringmaster.protocol.codec.TaskCompletedDecoder;
import io.ringmaster.protocol.codec.TaskRefusedDecoder;
import io.ringmaster.protocol.codec.UnregisterRequestDecoder;
import io.ringmaster.protocol.codec.UnwatchRequestDecoder;
import io.ringmaster.protocol.codec.UpdateRequestDecoder;
import io.ringmaster.protocol.codec.WatchAckDecoder;
import io.ringmaster.protocol.codec.WatchRequestDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * What a message from a client consists of: block, groups, variable data. A frame that {@link #fits} can be decoded without
 * reading past its end. Blocks may be longer than this version knows them, and data may follow that it does not know.
 * A frame of an older version of the schema ends where that version ended: what was appended later is only expected of
 * frames whose header says that they have it.
 * <p>
 * Threading: immutable.
 */
final class FrameShape {
    private static final int ASCII = 2;
    private static final int DATA = 4;
    private static final int GROUP_HEADER_LENGTH = 4;
    private static final int MAX_TEMPLATE_ID = 43;
    private static final int VERSION_2 = 2;
    private static final FrameShape[] BY_TEMPLATE = new FrameShape[MAX_TEMPLATE_ID + 1];

    static {
        shape(ConnectRequestDecoder.TEMPLATE_ID, ConnectRequestDecoder.BLOCK_LENGTH, false).data(ASCII, ASCII, DATA);
        shape(KeepAliveDecoder.TEMPLATE_ID, KeepAliveDecoder.loadStateEncodingOffset(), false)
            .appended(KeepAliveDecoder.BLOCK_LENGTH);
        shape(CloseRequestDecoder.TEMPLATE_ID, CloseRequestDecoder.BLOCK_LENGTH, false);
        shape(RegisterRequestDecoder.TEMPLATE_ID, RegisterRequestDecoder.BLOCK_LENGTH, true).data(ASCII, ASCII, ASCII, DATA)
            .appended(RegisterRequestDecoder.BLOCK_LENGTH, ASCII);
        shape(UnregisterRequestDecoder.TEMPLATE_ID, UnregisterRequestDecoder.BLOCK_LENGTH, true).data(ASCII, ASCII);
        shape(AgentHeartbeatDecoder.TEMPLATE_ID, AgentHeartbeatDecoder.BLOCK_LENGTH, false).groups(
            new Group(AgentHeartbeatDecoder.AgentsDecoder.sbeBlockLength()),
            new Group(AgentHeartbeatDecoder.RunningDecoder.sbeBlockLength()));
        shape(LookupRequestDecoder.TEMPLATE_ID, LookupRequestDecoder.BLOCK_LENGTH, true).data(ASCII, ASCII);
        shape(LookupBatchRequestDecoder.TEMPLATE_ID, LookupBatchRequestDecoder.BLOCK_LENGTH, true)
            .groups(new Group(LookupBatchRequestDecoder.KeysDecoder.sbeBlockLength(), ASCII)).data(ASCII);
        shape(QueryRequestDecoder.TEMPLATE_ID, QueryRequestDecoder.readinessEncodingOffset(), true).data(ASCII, ASCII)
            .appended(QueryRequestDecoder.BLOCK_LENGTH, ASCII, ASCII, ASCII, ASCII);
        shape(SubmitBatchDecoder.TEMPLATE_ID, SubmitBatchDecoder.BLOCK_LENGTH, true)
            .groups(new Group(SubmitBatchDecoder.TasksDecoder.sbeBlockLength(), ASCII, ASCII, DATA)).data(ASCII);
        shape(CancelRequestDecoder.TEMPLATE_ID, CancelRequestDecoder.BLOCK_LENGTH, true);
        shape(ResultAckDecoder.TEMPLATE_ID, ResultAckDecoder.BLOCK_LENGTH, false);
        shape(TaskRefusedDecoder.TEMPLATE_ID, TaskRefusedDecoder.BLOCK_LENGTH, false);
        shape(TaskCompletedDecoder.TEMPLATE_ID, TaskCompletedDecoder.BLOCK_LENGTH, false).data(DATA);
        shape(UpdateRequestDecoder.TEMPLATE_ID, UpdateRequestDecoder.BLOCK_LENGTH, true)
            .data(ASCII, ASCII, ASCII, DATA, ASCII).since(VERSION_2);
        shape(RegisterBatchRequestDecoder.TEMPLATE_ID, RegisterBatchRequestDecoder.BLOCK_LENGTH, true)
            .groups(new Group(RegisterBatchRequestDecoder.ItemsDecoder.sbeBlockLength(), ASCII, ASCII, ASCII, DATA))
            .data(ASCII).since(VERSION_2);
        shape(DropNamespaceRequestDecoder.TEMPLATE_ID, DropNamespaceRequestDecoder.BLOCK_LENGTH, true)
            .data(ASCII).since(VERSION_2);
        shape(WatchRequestDecoder.TEMPLATE_ID, WatchRequestDecoder.BLOCK_LENGTH, true)
            .data(ASCII, ASCII, ASCII, ASCII, ASCII).since(VERSION_2);
        shape(UnwatchRequestDecoder.TEMPLATE_ID, UnwatchRequestDecoder.BLOCK_LENGTH, true).since(VERSION_2);
        shape(WatchAckDecoder.TEMPLATE_ID, WatchAckDecoder.BLOCK_LENGTH, false).since(VERSION_2);
        shape(RegistryStatsRequestDecoder.TEMPLATE_ID, RegistryStatsRequestDecoder.BLOCK_LENGTH, true).since(VERSION_2);
        shape(BackupRequestDecoder.TEMPLATE_ID, BackupRequestDecoder.BLOCK_LENGTH, true).data(DATA).since(VERSION_2);
    }

    private final int blockLength;
    private final boolean correlated;
    private Group[] groups = {};
    private int[] data = {};
    private int sinceVersion;
    private int appendedBlockLength;
    private int[] appendedData = {};

    private FrameShape(final int blockLength, final boolean correlated) {
        this.blockLength = blockLength;
        this.correlated = correlated;
        appendedBlockLength = blockLength;
    }

    private static FrameShape shape(final int templateId, final int blockLength, final boolean correlated) {
        return BY_TEMPLATE[templateId] = new FrameShape(blockLength, correlated);
    }

    private FrameShape groups(final Group... value) {
        groups = value;
        return this;
    }

    private FrameShape data(final int... headerLengths) {
        data = headerLengths;
        return this;
    }

    /** The version of the schema that brought the message. */
    private FrameShape since(final int version) {
        sinceVersion = version;
        return this;
    }

    /** What version 2 of the schema added: the length of the block with its new fields, and data at the end. */
    private FrameShape appended(final int newBlockLength, final int... headerLengths) {
        appendedBlockLength = newBlockLength;
        appendedData = headerLengths;
        return this;
    }

    /**
     * The shape of a template.
     *
     * @param templateId from a header.
     * @return null: not a message that clients send.
     */
    static FrameShape of(final int templateId) {
        return templateId >= 0 && templateId <= MAX_TEMPLATE_ID ? BY_TEMPLATE[templateId] : null;
    }

    /**
     * The correlation id of a frame, if it is one of those that have it (after the session id) and is long enough.
     *
     * @param frame  from its header on.
     * @param length of the frame.
     * @return 0: it has none.
     */
    long correlationId(final DirectBuffer frame, final int length) {
        final int offset = MessageHeaderDecoder.ENCODED_LENGTH + Long.BYTES;
        return correlated && length >= offset + Long.BYTES ? frame.getLong(offset, ByteOrder.LITTLE_ENDIAN) : 0;
    }

    /**
     * Whether all parts lie inside the frame.
     *
     * @param frame             from its header on.
     * @param length            of the frame.
     * @param actingBlockLength from its header.
     * @param actingVersion     from its header.
     * @return false: it must not be decoded.
     */
    boolean fits(final DirectBuffer frame, final int length, final int actingBlockLength, final int actingVersion) {
        final boolean hasAppended = actingVersion >= VERSION_2;
        if (actingVersion < sinceVersion || actingBlockLength < (hasAppended ? appendedBlockLength : blockLength)) {
            return false;
        }
        int position = MessageHeaderDecoder.ENCODED_LENGTH + actingBlockLength;
        for (final Group group : groups) {
            position = group.skip(frame, position, length);
            if (position < 0) {
                return false;
            }
        }
        position = skipData(frame, position, length, data);
        return position >= 0 && (!hasAppended || skipData(frame, position, length, appendedData) >= 0);
    }

    /** Position after variable data; -1: it does not fit. */
    private static int skipData(final DirectBuffer frame, final int start, final int length, final int[] headerLengths) {
        int position = start;
        for (final int headerLength : headerLengths) {
            if (position > length - headerLength) {
                return -1;
            }
            final long dataLength = headerLength == ASCII ?
                frame.getShort(position, ByteOrder.LITTLE_ENDIAN) & 0xFFFF :
                frame.getInt(position, ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL;
            if (dataLength > length - position - headerLength) {
                return -1;
            }
            position += headerLength + (int) dataLength;
        }
        return position <= length ? position : -1;
    }

    private static final class Group {
        private final int blockLength;
        private final int[] data;

        Group(final int blockLength, final int... data) {
            this.blockLength = blockLength;
            this.data = data;
        }

        int skip(final DirectBuffer frame, final int start, final int length) {
            if (start > length - GROUP_HEADER_LENGTH) {
                return -1;
            }
            final int acting = frame.getShort(start, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final int count = frame.getShort(start + Short.BYTES, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            if (acting < blockLength) {
                return -1;
            }
            int position = start + GROUP_HEADER_LENGTH;
            for (int i = 0; i < count; i++) {
                position = skipData(frame, position + acting, length, data);
                if (position < 0) {
                    return -1;
                }
            }
            return position;
        }
    }
}
