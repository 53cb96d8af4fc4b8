package io.ringmaster.server.ingress;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.protocol.ResultCode;
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
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.session.ClientStream;
import io.ringmaster.server.session.ConnectRequest;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionManager;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import io.ringmaster.server.store.BackupDesk;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks and decodes frames of clients, each inside a view that ends where the frame ends, and hands them on. A frame that
 * cannot be decoded is counted, answered where the session is known, and dropped; nothing that a client sends makes it throw.
 * <p>
 * Threading: confined to the network thread.
 */
public final class IngressAdapter {
    private static final int SESSION_ID_OFFSET = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final byte[] MALFORMED_TEXT = ascii("the frame could not be decoded");
    private static final byte[] FAILED_TEXT = ascii("the request failed inside the server; its error log has more");

    private final SessionManager sessions;
    private final NetworkCounters counters;
    private final ErrorHandler errorHandler;
    private final int maxMessageLength;
    private final RegistrationAdapter registrations;
    private final RegistrationBatchAdapter registrationBatches;
    private final NamespaceAdapter namespaces;
    private final WatchRequests watches;
    private final HeartbeatAdapter heartbeats;
    private final UpdateAdapter updates;
    private final LookupAdapter lookups;
    private final QueryAdapter queries;
    private final StatsAdapter stats;
    private final TaskAdapter tasks;
    private final BackupAdapter backups;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectRequestDecoder connect = new ConnectRequestDecoder();
    private final KeepAliveDecoder keepAlive = new KeepAliveDecoder();
    private final ResultAckDecoder resultAck = new ResultAckDecoder();
    private long nowNs;
    private int abortedFrames;

    /**
     * An adapter for all clients.
     *
     * @param context      what it works with.
     * @param watches      takes the messages of watchers.
     * @param errorHandler told of defects.
     * @throws IllegalArgumentException if a ring's slots are too short for a command that must never be refused.
     */
    public IngressAdapter(final IngressContext context, final WatchRequests watches, final ErrorHandler errorHandler) {
        this(context, watches, BackupDesk.none(), errorHandler);
    }

    /**
     * An adapter for all clients.
     *
     * @param context      what it works with.
     * @param watches      takes the messages of watchers.
     * @param desk         makes backups.
     * @param errorHandler told of defects.
     * @throws IllegalArgumentException if a ring's slots are too short for a command that must never be refused.
     */
    public IngressAdapter(
        final IngressContext context, final WatchRequests watches, final BackupDesk desk, final ErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
        this.watches = watches;
        sessions = context.sessions();
        counters = context.counters();
        maxMessageLength = sessions.advertisement().maxMessageLength();
        checkSlots(context.coordination(), CommandLengths.taskCompleted(context.limits().maxPayloadLength()));
        for (final CommandRing ring : context.partitions()) {
            checkSlots(ring, CommandLengths.maxPartitionCommand(context.limits().maxMetadataLength()));
        }
        final RequestChecks checks = new RequestChecks();
        final PartitionRings partitions = new PartitionRings(context.partitions());
        registrations = new RegistrationAdapter(context, checks, partitions);
        registrationBatches = new RegistrationBatchAdapter(context, checks, partitions);
        namespaces = new NamespaceAdapter(context, checks, partitions);
        heartbeats = new HeartbeatAdapter(context, checks);
        updates = new UpdateAdapter(context, checks, partitions);
        final RecordTexts texts = new RecordTexts(context.capabilities(), context.attributes());
        lookups = new LookupAdapter(context, checks, texts);
        queries = new QueryAdapter(context, checks, texts);
        stats = new StatsAdapter(context, checks);
        tasks = new TaskAdapter(context, checks);
        backups = new BackupAdapter(context, desk);
    }

    private static void checkSlots(final CommandRing ring, final int length) {
        if (ring.maxMessageLength() < length) {
            throw new IllegalArgumentException("ring " + ring.settings().name() + ": messages of up to " +
                ring.maxMessageLength() + " bytes, but commands have up to " + length);
        }
    }

    /** Longest message that is decoded. */
    int maxMessageLength() {
        return maxMessageLength;
    }

    /** Starts a duty cycle. */
    void onCycleStart(final long value) {
        nowNs = value;
        abortedFrames = 0;
    }

    /** Frames put back in this duty cycle. */
    int abortedFrames() {
        return abortedFrames;
    }

    /**
     * Takes a frame.
     *
     * @param buffer with the frame.
     * @param offset where it starts.
     * @param length in bytes.
     * @param stream that it came from.
     * @return {@link Action#ABORT}: it could not be taken now and has to come again; else {@link Action#CONTINUE}.
     */
    public Action onFrame(final DirectBuffer buffer, final int offset, final int length, final ClientStream stream) {
        try {
            frame.wrap(buffer, offset, length);
            if (dispatch(length, stream)) {
                // Also when the session that had a part of the frame done has ended meanwhile: the next frame starts at its start.
                stream.progress(0);
                counters.increment(NetworkCounter.FRAMES);
                counters.add(NetworkCounter.BYTES, length);
                return Action.CONTINUE;
            }
            abortedFrames++;
            counters.increment(NetworkCounter.ABORTED_FRAMES);
            return Action.ABORT;
        } catch (final RuntimeException ex) {
            onFailure(stream, ex);
            return Action.CONTINUE;
        }
    }

    /**
     * A message was too long to be put together.
     *
     * @param buffer      with its first bytes.
     * @param kept        number of these.
     * @param totalLength of the message.
     * @param stream      that it came from.
     */
    void onTooLong(final DirectBuffer buffer, final int kept, final long totalLength, final ClientStream stream) {
        counters.increment(NetworkCounter.FRAMES);
        counters.increment(NetworkCounter.TOO_LONG_FRAMES);
        final Session session = stream.session();
        if (session != null) {
            frame.wrap(buffer, 0, kept);
            session.onReceived(nowNs);
            sessions.proxy().reply(session, correlationId(kept), ResultCode.TOO_LARGE, 0,
                "message = " + totalLength + " bytes is more than " + maxMessageLength + " bytes");
        }
    }

    /** False: it has to come again. */
    private boolean dispatch(final int length, final ClientStream stream) {
        final Session session = stream.session();
        final FrameShape shape = length < MessageHeaderDecoder.ENCODED_LENGTH ? null : shape();
        if (shape == null || !shape.fits(frame, length, header.blockLength(), header.version())) {
            onMalformed(session, length);
            return true;
        }
        final int templateId = header.templateId();
        if (templateId == ConnectRequestDecoder.TEMPLATE_ID) {
            onConnectRequest(stream);
            return true;
        }
        final long sessionId = frame.getLong(SESSION_ID_OFFSET, ByteOrder.LITTLE_ENDIAN);
        if (session == null || session.sessionId() != sessionId) {
            onUnknownSession(session, sessionId, length, shape);
            return true;
        }
        session.onReceived(nowNs);
        return dispatch(templateId, session, stream);
    }

    private boolean dispatch(final int templateId, final Session session, final ClientStream stream) {
        switch (templateId) {
            case LookupRequestDecoder.TEMPLATE_ID -> lookups.onLookup(session, frame, header, nowNs);
            case LookupBatchRequestDecoder.TEMPLATE_ID -> lookups.onLookupBatch(session, frame, header, nowNs);
            case QueryRequestDecoder.TEMPLATE_ID -> queries.onQuery(session, frame, header, nowNs);
            case SubmitBatchDecoder.TEMPLATE_ID -> tasks.onSubmitBatch(session, frame, header, nowNs);
            case TaskCompletedDecoder.TEMPLATE_ID -> {
                return tasks.onTaskCompleted(session, frame, header, nowNs);
            }
            case TaskRefusedDecoder.TEMPLATE_ID -> {
                return tasks.onTaskRefused(session, frame, header, nowNs);
            }
            case CancelRequestDecoder.TEMPLATE_ID -> {
                return tasks.onCancel(session, frame, header, nowNs);
            }
            case AgentHeartbeatDecoder.TEMPLATE_ID -> {
                return heartbeats.onHeartbeat(session, stream, frame, header, nowNs);
            }
            case KeepAliveDecoder.TEMPLATE_ID -> {
                keepAlive.wrapAndApplyHeader(frame, 0, header);
                onResultAck(session, keepAlive.ackedResultSequence());
            }
            case ResultAckDecoder.TEMPLATE_ID -> {
                resultAck.wrapAndApplyHeader(frame, 0, header);
                onResultAck(session, resultAck.ackedResultSequence());
            }
            case RegisterRequestDecoder.TEMPLATE_ID -> registrations.onRegister(session, frame, header, nowNs);
            case UnregisterRequestDecoder.TEMPLATE_ID -> registrations.onUnregister(session, frame, header, nowNs);
            case RegistryStatsRequestDecoder.TEMPLATE_ID -> stats.onStats(session, frame, header);
            case UpdateRequestDecoder.TEMPLATE_ID -> updates.onUpdate(session, frame, header, nowNs);
            case RegisterBatchRequestDecoder.TEMPLATE_ID -> registrationBatches.onRegisterBatch(session, frame, header, nowNs);
            case DropNamespaceRequestDecoder.TEMPLATE_ID -> {
                return namespaces.onDropNamespace(session, stream, frame, header, nowNs);
            }
            case WatchRequestDecoder.TEMPLATE_ID -> {
                return watches.onWatch(session, frame, header, nowNs);
            }
            case UnwatchRequestDecoder.TEMPLATE_ID -> {
                return watches.onUnwatch(session, frame, header, nowNs);
            }
            case WatchAckDecoder.TEMPLATE_ID -> {
                return watches.onWatchAck(session, frame, header, nowNs);
            }
            case BackupRequestDecoder.TEMPLATE_ID -> backups.onBackup(session, frame, header);
            case CloseRequestDecoder.TEMPLATE_ID -> sessions.onCloseRequest(session);
            default -> throw new IllegalStateException("template " + templateId + " has a shape but no handler");
        }
        return true;
    }

    private void onResultAck(final Session session, final long sequence) {
        session.onResultAck(sequence);
        sessions.forwardResultAck(session);
    }

    private void onConnectRequest(final ClientStream stream) {
        connect.wrapAndApplyHeader(frame, 0, header);
        final long correlationId = connect.correlationId();
        final String channel = connect.responseChannel();
        final String clientName = connect.clientName();
        final byte[] credentials = new byte[connect.credentialsLength()];
        connect.getCredentials(credentials, 0, credentials.length);
        sessions.onConnectRequest(stream, new ConnectRequest(
            correlationId, connect.protocolVersion(), channel, connect.responseStreamId(), connect.resumeSessionId(),
            connect.resumeToken(), connect.lastResultSequence(), clientName, new UnsafeBuffer(credentials)));
    }

    private void onMalformed(final Session session, final int length) {
        counters.increment(NetworkCounter.MALFORMED_FRAMES);
        if (session != null) {
            session.onReceived(nowNs);
            sessions.proxy().reply(session, correlationId(length), ResultCode.MALFORMED, 0, MALFORMED_TEXT);
        }
    }

    private void onUnknownSession(final Session bound, final long sessionId, final int length, final FrameShape shape) {
        counters.increment(NetworkCounter.UNKNOWN_SESSION_FRAMES);
        if (bound != null) {
            final String reason = sessions.closedReason(sessionId);
            sessions.proxy().reply(bound, shape.correlationId(frame, length), ResultCode.SESSION_CLOSED, 0,
                "session " + sessionId + " is not the one of this stream" + (reason == null ? "" : ", it ended: " + reason));
        }
    }

    private void onFailure(final ClientStream stream, final RuntimeException ex) {
        counters.increment(NetworkCounter.FRAMES);
        counters.increment(NetworkCounter.FAILED_FRAMES);
        sessions.sender().abortClaim();
        stream.progress(0);
        errorHandler.onError(ex);
        if (stream.session() != null) {
            sessions.proxy().reply(stream.session(), correlationId(frame.capacity()), ResultCode.INTERNAL, 0, FAILED_TEXT);
        }
    }

    /** Of the wrapped frame, as far as it goes; null: not a message that clients send. */
    private FrameShape shape() {
        header.wrap(frame, 0);
        return header.schemaId() == MessageHeaderDecoder.SCHEMA_ID ? FrameShape.of(header.templateId()) : null;
    }

    private long correlationId(final int length) {
        final FrameShape shape = length < MessageHeaderDecoder.ENCODED_LENGTH ? null : shape();
        return shape == null ? 0 : shape.correlationId(frame, length);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
