package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.CancelRequestEncoder;
import io.ringmaster.protocol.codec.LookupBatchRequestEncoder;
import io.ringmaster.protocol.codec.LookupRequestEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.nio.ByteOrder;
import java.util.List;

/**
 * Encodes look-ups and cancels. All requests, those of {@link RegistryRequestEncoder} too, start with session id and
 * correlation id, which are left 0 here and set by {@link #address} when the frame is sent, so that a frame can be sent
 * again.
 * <p>
 * Each method returns the frame's length, or {@link ClientChannel#TOO_LARGE}, or {@link ClientChannel#INVALID_ARGUMENT}.
 * <p>
 * Threading: confined to its owner.
 */
final class RequestEncoder {
    static final int SESSION_ID_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH;
    static final int CORRELATION_ID_OFFSET = SESSION_ID_OFFSET + Long.BYTES;
    /** More than the fixed part and all length fields of any request. */
    static final int OVERHEAD = 128;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LookupRequestEncoder lookup = new LookupRequestEncoder();
    private final LookupBatchRequestEncoder lookupBatch = new LookupBatchRequestEncoder();
    private final CancelRequestEncoder cancel = new CancelRequestEncoder();

    /** Says whose and which request a frame is. */
    static void address(final MutableDirectBuffer buffer, final long sessionId, final long correlationId) {
        buffer.putLong(SESSION_ID_OFFSET, sessionId, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(CORRELATION_ID_OFFSET, correlationId, ByteOrder.LITTLE_ENDIAN);
    }

    int lookup(final MutableDirectBuffer buffer, final DirectBuffer namespace, final int namespaceOffset,
               final int namespaceLength, final DirectBuffer name, final int nameOffset, final int nameLength) {
        if (namespaceLength > Protocol.MAX_NAME_LENGTH || nameLength > Protocol.MAX_NAME_LENGTH) {
            return ClientChannel.TOO_LARGE;
        }
        lookup.wrapAndApplyHeader(buffer, 0, header)
            .putNamespaceName(namespace, namespaceOffset, namespaceLength)
            .putName(name, nameOffset, nameLength);
        return lookup.limit();
    }

    int lookup(final MutableDirectBuffer buffer, final CharSequence namespace, final CharSequence name) {
        final int fault = fault(namespace, name);
        if (fault != 0) {
            return fault;
        }
        lookup.wrapAndApplyHeader(buffer, 0, header).namespaceName(namespace).name(name);
        return lookup.limit();
    }

    int lookupBatch(final MutableDirectBuffer buffer, final CharSequence namespace, final List<String> names) {
        int length = OVERHEAD + namespace.length();
        for (int i = 0; i < names.size(); i++) {
            final int fault = fault(namespace, names.get(i));
            if (fault != 0) {
                return fault;
            }
            length += names.get(i).length() + Short.BYTES;
        }
        if (length > buffer.capacity() || names.size() > LookupBatchRequestEncoder.KeysEncoder.countMaxValue()) {
            return ClientChannel.TOO_LARGE;
        }
        lookupBatch.wrapAndApplyHeader(buffer, 0, header);
        final LookupBatchRequestEncoder.KeysEncoder keys = lookupBatch.keysCount(names.size());
        for (int i = 0; i < names.size(); i++) {
            keys.next().name(names.get(i));
        }
        lookupBatch.namespaceName(namespace);
        return lookupBatch.limit();
    }

    int cancel(final MutableDirectBuffer buffer, final long batchId, final int taskIndex) {
        cancel.wrapAndApplyHeader(buffer, 0, header).batchId(batchId).taskIndex(taskIndex);
        return cancel.limit();
    }

    static int fault(final CharSequence namespace, final CharSequence name) {
        if (namespace.length() > Protocol.MAX_NAME_LENGTH || name.length() > Protocol.MAX_NAME_LENGTH) {
            return ClientChannel.TOO_LARGE;
        }
        return ConnectionContext.isAscii(namespace) && ConnectionContext.isAscii(name) ? 0 : ClientChannel.INVALID_ARGUMENT;
    }
}
