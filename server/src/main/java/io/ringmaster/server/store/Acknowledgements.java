package io.ringmaster.server.store;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Finds the messages that acknowledge a write of the registry, and takes the acknowledgement back where the store did not take the
 * write. Works on encoded messages in place; their length does not change.
 * <p>
 * Threading: confined to the store's thread.
 */
final class Acknowledgements {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final RegisterBatchReplyDecoder batchReply = new RegisterBatchReplyDecoder();

    /** Replaces OK by a code; false: the message acknowledges no write. */
    boolean withdraw(final MutableDirectBuffer buffer, final int offset, final ResultCode code) {
        header.wrap(buffer, offset);
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        return switch (header.templateId()) {
            case RegisterReplyDecoder.TEMPLATE_ID -> replace(buffer, body + RegisterReplyDecoder.codeEncodingOffset(), code);
            case DropNamespaceReplyDecoder.TEMPLATE_ID ->
                replace(buffer, body + DropNamespaceReplyDecoder.codeEncodingOffset(), code);
            // Of the plain replies that the registry sends, only that of an unregistration carries a value, the incarnation.
            case ReplyDecoder.TEMPLATE_ID ->
                buffer.getLong(body + ReplyDecoder.valueEncodingOffset(), ByteOrder.LITTLE_ENDIAN) != 0 &&
                    replace(buffer, body + ReplyDecoder.codeEncodingOffset(), code);
            case RegisterBatchReplyDecoder.TEMPLATE_ID -> withdrawBatch(buffer, offset, code);
            default -> false;
        };
    }

    private boolean withdrawBatch(final MutableDirectBuffer buffer, final int offset, final ResultCode code) {
        batchReply.wrapAndApplyHeader(buffer, offset, header);
        boolean replaced = false;
        for (final RegisterBatchReplyDecoder.ResultsDecoder result : batchReply.results()) {
            final int block = batchReply.limit() - result.actingBlockLength();
            replaced |= replace(buffer, block + RegisterBatchReplyDecoder.ResultsDecoder.codeEncodingOffset(), code);
        }
        return replaced;
    }

    private static boolean replace(final MutableDirectBuffer buffer, final int index, final ResultCode code) {
        if (buffer.getShort(index, ByteOrder.LITTLE_ENDIAN) != ResultCode.OK.value()) {
            return false;
        }
        buffer.putShort(index, (short) code.value(), ByteOrder.LITTLE_ENDIAN);
        return true;
    }
}
