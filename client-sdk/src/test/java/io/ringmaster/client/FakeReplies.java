package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyEncoder;
import io.ringmaster.protocol.codec.CancelRequestDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyEncoder;
import io.ringmaster.protocol.codec.LookupBatchRequestDecoder;
import io.ringmaster.protocol.codec.LookupReplyEncoder;
import io.ringmaster.protocol.codec.LookupRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryRequestDecoder;
import io.ringmaster.protocol.codec.RegisterReplyEncoder;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.protocol.codec.SubmitBatchDecoder;
import io.ringmaster.protocol.codec.UnregisterRequestDecoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the {@link FakeServer} answers. Look-ups: {@code missing} is not found, {@code held} is answered by
 * {@link #releaseHeld}, {@code refused} is refused, everything else is there. Tasks by kind: {@code refuse} is refused,
 * {@code hold} has no result, everything else is echoed at once; batches in namespace {@code silent} get no answer,
 * in {@code full} they are refused. Threading: confined to the server's thread, but the volatile and atomic fields.
 */
final class FakeReplies {
    final AtomicLong agentIds = new AtomicLong(1L << 48);
    final List<Sent> results = new ArrayList<>();
    final ArrayDeque<Runnable> held = new ArrayDeque<>();
    final Set<Long> batches = new HashSet<>();
    /** Agent id by session and name: the same session gets the same one again. */
    final Map<String, Long> agents = new HashMap<>();
    volatile int takenReplies;
    volatile int submits;
    volatile int duplicateSubmits;
    volatile long lastAgentId;
    volatile int leaseMs = 300;
    /** So many registrations are refused, because the name belongs to a dead session. */
    volatile int takenAnswers;

    final FakeRegistry registry;
    private final FakeServer server;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    FakeReplies(final FakeServer server) {
        this.server = server;
        registry = new FakeRegistry(server, this);
    }

    void onRequest(final FakeSession session, final DirectBuffer in, final MessageHeaderDecoder headerIn) {
        final MutableDirectBuffer out = server.out();
        switch (headerIn.templateId()) {
            case LookupRequestDecoder.TEMPLATE_ID ->
                onLookup(session, new LookupRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case LookupBatchRequestDecoder.TEMPLATE_ID ->
                onLookupBatch(session, new LookupBatchRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case QueryRequestDecoder.TEMPLATE_ID ->
                registry.onQuery(session, new QueryRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case RegisterRequestDecoder.TEMPLATE_ID ->
                onRegister(session, new RegisterRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case UnregisterRequestDecoder.TEMPLATE_ID -> {
                final UnregisterRequestDecoder request = new UnregisterRequestDecoder().wrapAndApplyHeader(in, 0, headerIn);
                final long id = request.correlationId();
                request.skipNamespaceName();
                reply(session, id, "missing".equals(request.name()) ? ResultCode.NOT_FOUND : ResultCode.OK, 0, 7, 0);
            }
            case CancelRequestDecoder.TEMPLATE_ID -> {
                final CancelRequestDecoder request = new CancelRequestDecoder().wrapAndApplyHeader(in, 0, headerIn);
                reply(session, request.correlationId(), ResultCode.OK, 0, 3, 2);
            }
            case SubmitBatchDecoder.TEMPLATE_ID ->
                onSubmit(session, new SubmitBatchDecoder().wrapAndApplyHeader(in, 0, headerIn), out);
            default -> registry.onRequest(session, in, headerIn);
        }
    }

    void reply(final FakeSession session, final long id, final ResultCode code, final int retryAfterMs,
                       final long value, final long value2) {
        final ReplyEncoder reply = new ReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id).code(code.value()).retryAfterMs(retryAfterMs)
            .value(value).value2(value2).text("as asked");
        server.send(session, server.out(), reply.limit());
    }

    private void onLookup(final FakeSession session, final LookupRequestDecoder request) {
        final long id = request.correlationId();
        request.skipNamespaceName();
        final String name = request.name();
        switch (name) {
            case "silent" -> takenReplies++;
            case "held" -> held.add(() -> found(session, id, ResultCode.OK));
            case "refused" -> reply(session, id, ResultCode.OVERLOADED, 50, 0, 0);
            default -> found(session, id, "missing".equals(name) ? ResultCode.NOT_FOUND : ResultCode.OK);
        }
    }

    private void found(final FakeSession session, final long id, final ResultCode code) {
        final LookupReplyEncoder reply = new LookupReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id).code(code.value()).kind((short) 1)
            .readiness((short) 1).ownerSessionId(1).agentId(id).recordVersion(3).leaseRemainingMs(4).capacity(5)
            .parallelism(6).inFlight(7).estimatedWaitNs(8).capabilities("a,b").putMetadata(new byte[] {1, 2}, 0, 2)
            .attributes("zone=eu,memory-mb=512");
        server.send(session, server.out(), reply.limit());
    }

    void releaseHeld(final boolean newestFirst) {
        while (!held.isEmpty()) {
            (newestFirst ? held.pollLast() : held.pollFirst()).run();
        }
    }

    private void onLookupBatch(final FakeSession session, final LookupBatchRequestDecoder request) {
        final LookupBatchReplyEncoder reply = new LookupBatchReplyEncoder();
        final LookupBatchRequestDecoder.KeysDecoder keys = request.keys();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(request.correlationId());
        final LookupBatchReplyEncoder.RecordsEncoder records = reply.recordsCount(keys.count());
        while (keys.hasNext()) {
            final ResultCode code = switch (keys.next().name()) {
                case "missing" -> ResultCode.NOT_FOUND;
                case "large" -> ResultCode.TOO_LARGE;
                default -> ResultCode.OK;
            };
            records.next().code(code.value()).kind((short) 2).readiness((short) 1).ownerSessionId(1).agentId(2)
                .recordVersion(3).putMetadata(new byte[] {9}, 0, code == ResultCode.OK ? 1 : 0);
        }
        server.send(session, server.out(), reply.limit());
    }

    private void onRegister(final FakeSession session, final RegisterRequestDecoder request) {
        final long id = request.correlationId();
        request.skipNamespaceName();
        final String name = request.name();
        final String capabilities = request.capabilities();
        final byte[] metadata = new byte[request.metadataLength()];
        request.getMetadata(metadata, 0, metadata.length);
        registry.requests.add("register " + name + ' ' + capabilities + ' ' + new String(metadata) + ' ' + request.attributes());
        final boolean isTaken = "taken".equals(name) || takenAnswers > 0;
        takenAnswers = Math.max(0, takenAnswers - 1);
        lastAgentId = isTaken ? 0 : agents.computeIfAbsent(session.id + name, ignore -> agentIds.incrementAndGet());
        final RegisterReplyEncoder reply = new RegisterReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id)
            .code(isTaken ? ResultCode.ALREADY_REGISTERED.value() : 0).retryAfterMs(0).agentId(lastAgentId).recordVersion(1)
            .ownerSessionId(isTaken ? 99 : session.id).leaseMs(leaseMs).text(isTaken ? "taken" : "");
        server.send(session, server.out(), reply.limit());
    }

    private void onSubmit(final FakeSession session, final SubmitBatchDecoder request, final MutableDirectBuffer out) {
        final long batchId = request.batchId();
        final long id = request.correlationId();
        final List<String> kinds = new ArrayList<>();
        final List<byte[]> payloads = new ArrayList<>();
        final SubmitBatchDecoder.TasksDecoder tasks = request.tasks();
        while (tasks.hasNext()) {
            tasks.next();
            tasks.skipCapabilities();
            kinds.add(tasks.taskKind());
            final byte[] payload = new byte[tasks.payloadLength()];
            tasks.getPayload(payload, 0, payload.length);
            payloads.add(payload);
        }
        final String namespace = request.namespaceName();
        submits++;
        final boolean isDuplicate = !batches.add(batchId);
        duplicateSubmits += isDuplicate ? 1 : 0;
        if ("silent".equals(namespace) && !isDuplicate) {
            return;
        }
        final BatchReplyEncoder reply = new BatchReplyEncoder();
        final boolean isFull = "full".equals(namespace);
        reply.wrapAndApplyHeader(out, 0, header).correlationId(id).batchId(batchId)
            .code((isFull ? ResultCode.OVERLOADED : ResultCode.OK).value()).duplicate((short) (isDuplicate ? 1 : 0))
            .retryAfterMs(isFull ? 25 : 0).accepted(0).rejected(0).estimatedFinishNs(11).queueWaitNs(12).planNs(13);
        final BatchReplyEncoder.TasksEncoder replies = reply.tasksCount(isFull ? 0 : kinds.size());
        for (int i = 0; i < kinds.size() && !isFull; i++) {
            final boolean isRefused = "refuse".equals(kinds.get(i));
            replies.next().code((isRefused ? ResultCode.NO_CAPABLE_AGENT : ResultCode.OK).value()).retryAfterMs(0)
                .taskId(isRefused ? 0 : 1_000 + i).agentId(5).estimatedFinishNs(6);
        }
        reply.text(isFull ? "no room" : "");
        server.send(session, out, reply.limit());
        for (int i = 0; i < kinds.size() && !isFull; i++) {
            if (kinds.get(i).isEmpty()) {
                final Sent sent = new Sent(++session.resultSequence, batchId, i, payloads.get(i));
                results.add(sent);
                server.result(session, sent.sequence, sent.batchId, sent.index, sent.bytes);
            }
        }
    }

    void resendAfter(final FakeSession session, final long sequence) {
        for (final Sent sent : results) {
            if (sent.sequence > sequence) {
                server.result(session, sent.sequence, sent.batchId, sent.index, sent.bytes);
            }
        }
    }

    /** A result that may have to be sent again. */
    record Sent(long sequence, long batchId, int index, byte[] bytes) {
    }
}
