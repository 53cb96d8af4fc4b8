package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyEncoder;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionSender;
import java.nio.charset.StandardCharsets;

/**
 * The items of a batch of registrations that ingress refuses, answered together.
 * <p>
 * Threading: confined to the network thread.
 */
final class BatchRefusals {
    private static final int MAX_RESULTS_PER_MESSAGE = 64;
    private static final int MAX_TEXT_LENGTH = 1024;

    private final SessionSender sender;
    private final int[] indexes;
    private final int[] codes;
    private final int[] retryAfterMs;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterBatchReplyEncoder reply = new RegisterBatchReplyEncoder();
    private long correlationId;
    private int total;
    private int count;
    private String text;

    BatchRefusals(final SessionSender sender, final int maxItems) {
        this.sender = sender;
        indexes = new int[maxItems];
        codes = new int[maxItems];
        retryAfterMs = new int[maxItems];
    }

    void begin(final long newCorrelationId, final int newTotal) {
        correlationId = newCorrelationId;
        total = newTotal;
        count = 0;
        text = "";
    }

    void add(final int index, final ResultCode code, final int itemRetryAfterMs, final String itemText) {
        indexes[count] = index;
        codes[count] = code.value();
        retryAfterMs[count] = itemRetryAfterMs;
        count++;
        if (text.isEmpty()) {
            text = itemText;
        }
    }

    /** Does nothing when no item was refused. */
    void send(final Session session) {
        for (int first = 0; first < count; first += MAX_RESULTS_PER_MESSAGE) {
            send(session, first, Math.min(count, first + MAX_RESULTS_PER_MESSAGE));
        }
    }

    private void send(final Session session, final int from, final int to) {
        sender.claimScratch(session);
        reply.wrapAndApplyHeader(sender.claimBuffer(), 0, header)
            .correlationId(correlationId)
            .total(total)
            .leaseMs(0);
        final RegisterBatchReplyEncoder.ResultsEncoder results = reply.resultsCount(to - from);
        for (int i = from; i < to; i++) {
            results.next()
                .index(indexes[i])
                .code(codes[i])
                .retryAfterMs(retryAfterMs[i])
                .agentId(0)
                .recordVersion(0)
                .ownerSessionId(0);
        }
        final byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        reply.putText(ascii, 0, Math.min(ascii.length, MAX_TEXT_LENGTH));
        sender.commitScratch(MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength());
    }
}
