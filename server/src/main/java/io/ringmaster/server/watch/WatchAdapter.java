package io.ringmaster.server.watch;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.UnwatchRequestDecoder;
import io.ringmaster.protocol.codec.WatchAckDecoder;
import io.ringmaster.protocol.codec.WatchRequestDecoder;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.UnwatchCommandEncoder;
import io.ringmaster.server.codec.WatchAckCommandEncoder;
import io.ringmaster.server.codec.WatchCommandEncoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.ingress.ByteRange;
import io.ringmaster.server.ingress.CommandWords;
import io.ringmaster.server.ingress.IngressContext;
import io.ringmaster.server.ingress.RequestChecks;
import io.ringmaster.server.ingress.WatchRequests;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Turns the messages of watchers into commands for the ring of partition 0, whose role serves every partition. A new watch is
 * refused with {@code OVERLOADED} while that ring has only its reserve left; acknowledgements and ends of watches may use the
 * reserve and, when even that is taken, come again.
 * <p>
 * Capability names of a filter get ids even if no record ever had them: one may have them later. Watches bring at most
 * {@link #MAX_NEW_CAPABILITIES} names, so that names made up in filters leave room for those of records; a watch that is refused here
 * leaves none behind.
 * <p>
 * Threading: confined to the network thread.
 */
public final class WatchAdapter implements WatchRequests {
    /** Most names of capabilities that come with watches: a quarter of all. */
    static final int MAX_NEW_CAPABILITIES = CapabilitySet.MAX_CAPABILITIES / 4;
    private static final long MS = 1_000_000L;

    private final IngressContext context;
    private final WatchSettings settings;
    private final CommandRing ring;
    private final RequestChecks checks = new RequestChecks();
    private final WatchRequestDecoder watch = new WatchRequestDecoder();
    private final UnwatchRequestDecoder unwatch = new UnwatchRequestDecoder();
    private final WatchAckDecoder ack = new WatchAckDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final WatchCommandEncoder watchCommand = new WatchCommandEncoder();
    private final UnwatchCommandEncoder unwatchCommand = new UnwatchCommandEncoder();
    private final WatchAckCommandEncoder ackCommand = new WatchAckCommandEncoder();
    private final ByteRange namespace = new ByteRange();
    private final ByteRange namePrefix = new ByteRange();
    private final ByteRange allOfNames = new ByteRange();
    private final ByteRange anyOfNames = new ByteRange();
    private final ByteRange noneOfNames = new ByteRange();
    private final CapabilitySet allOf = new CapabilitySet();
    private final CapabilitySet anyOf = new CapabilitySet();
    private final CapabilitySet noneOf = new CapabilitySet();
    private int newCapabilities;

    /**
     * An adapter for all clients.
     *
     * @param context  what ingress works with.
     * @param settings of watches.
     */
    public WatchAdapter(final IngressContext context, final WatchSettings settings) {
        this.context = context;
        this.settings = settings;
        ring = context.partitions()[0];
        final int length = watchCommandLength(Protocol.MAX_NAME_LENGTH, Protocol.MAX_NAME_LENGTH);
        if (ring.maxMessageLength() < length) {
            throw new IllegalArgumentException("ring " + ring.settings().name() + ": messages of up to " +
                ring.maxMessageLength() + " bytes are too short for a WatchCommand of " + length);
        }
    }

    @Override
    public boolean onWatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        watch.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = watch.correlationId();
        wrapData(frame);
        final int capabilitiesBefore = context.capabilities().size();
        if (!isValid() || !internCapabilities(capabilitiesBefore)) {
            context.counters().increment(NetworkCounter.INVALID_REQUESTS);
            context.sessions().proxy().reply(session, correlationId, checks.code(), 0, checks.text());
            return true;
        }
        final int length = watchCommandLength(namespace.length(), namePrefix.length());
        final long sequence = ring.tryClaim(length, false);
        if (sequence < 0) {
            forgetCapabilities(capabilitiesBefore);
            context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
            context.sessions().proxy().reply(
                session, correlationId, ResultCode.OVERLOADED, (int) ((ring.retryAfterHintNs() + MS - 1) / MS));
            return true;
        }
        boolean encoded = false;
        try {
            encodeWatch(session.sessionId(), ring.offset(sequence));
            encoded = true;
            newCapabilities += context.capabilities().size() - capabilitiesBefore;
        } finally {
            finish(sequence, length, nowNs, encoded);
        }
        return true;
    }

    private void wrapData(final DirectBuffer frame) {
        namespace.set(frame, watch.limit() + WatchRequestDecoder.namespaceNameHeaderLength(), watch.namespaceNameLength());
        watch.limit(namespace.end());
        namePrefix.set(frame, watch.limit() + WatchRequestDecoder.namePrefixHeaderLength(), watch.namePrefixLength());
        watch.limit(namePrefix.end());
        allOfNames.set(frame, watch.limit() + WatchRequestDecoder.allOfHeaderLength(), watch.allOfLength());
        watch.limit(allOfNames.end());
        anyOfNames.set(frame, watch.limit() + WatchRequestDecoder.anyOfHeaderLength(), watch.anyOfLength());
        watch.limit(anyOfNames.end());
        noneOfNames.set(frame, watch.limit() + WatchRequestDecoder.noneOfHeaderLength(), watch.noneOfLength());
    }

    private boolean isValid() {
        final int windowLength = watch.windowBytes();
        return checks.within("kind", watch.kind(), 0, Protocol.KIND_SERVICE) &&
            (windowLength == 0 ||
                checks.within("windowBytes", windowLength, WatchSettings.MIN_WINDOW_LENGTH, settings.maxWindowLength())) &&
            (namespace.length() == 0 || checks.namespace(namespace)) &&
            (namePrefix.length() == 0 || checks.namePrefix(namePrefix)) &&
            checks.capabilityNames("allOf", allOfNames) &&
            checks.capabilityNames("anyOf", anyOfNames) &&
            checks.capabilityNames("noneOf", noneOfNames);
    }

    private boolean internCapabilities(final int before) {
        final CapabilityDictionary dictionary = context.capabilities();
        boolean taken = checks.internCapabilities("allOf", allOfNames, dictionary, allOf) &&
            checks.internCapabilities("anyOf", anyOfNames, dictionary, anyOf) &&
            checks.internCapabilities("noneOf", noneOfNames, dictionary, noneOf);
        final int added = dictionary.size() - before;
        if (taken && newCapabilities + added > MAX_NEW_CAPABILITIES) {
            taken = checks.full("capability names that no record had = " + (newCapabilities + added) +
                " is more than watches may bring, " + MAX_NEW_CAPABILITIES);
        }
        if (!taken) {
            forgetCapabilities(before);
        }
        return taken;
    }

    /** Takes the names of this request back: nobody else has seen their ids. */
    private void forgetCapabilities(final int before) {
        if (context.capabilities().size() > before) {
            context.capabilities().truncate(before);
        }
    }

    private void encodeWatch(final long sessionId, final int offset) {
        final int windowLength = watch.windowBytes();
        watchCommand.wrapAndApplyHeader(ring.buffer(), offset, header)
            .sessionId(sessionId)
            .correlationId(watch.correlationId())
            .watchId(watch.watchId())
            .kind(watch.kind())
            .windowBytes(windowLength == 0 ? settings.windowLength() : windowLength);
        CommandWords.put(allOf, watchCommand.allOf());
        CommandWords.put(anyOf, watchCommand.anyOf());
        CommandWords.put(noneOf, watchCommand.noneOf());
        watchCommand.putNamespaceName(namespace.buffer(), namespace.offset(), namespace.length())
            .putNamePrefix(namePrefix.buffer(), namePrefix.offset(), namePrefix.length());
    }

    @Override
    public boolean onUnwatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        unwatch.wrapAndApplyHeader(frame, 0, frameHeader);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + UnwatchCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        unwatchCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(session.sessionId())
            .correlationId(unwatch.correlationId())
            .watchId(unwatch.watchId());
        finish(sequence, length, nowNs, true);
        return true;
    }

    @Override
    public boolean onWatchAck(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        ack.wrapAndApplyHeader(frame, 0, frameHeader);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + WatchAckCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        ackCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(session.sessionId())
            .watchId(ack.watchId())
            .ackedSequence(ack.ackedSequence());
        finish(sequence, length, nowNs, true);
        return true;
    }

    private void finish(final long sequence, final int length, final long nowNs, final boolean encoded) {
        if (encoded) {
            ring.commit(sequence, length, nowNs);
        } else {
            ring.abort(sequence);
        }
    }

    private static int watchCommandLength(final int namespaceLength, final int namePrefixLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + WatchCommandEncoder.BLOCK_LENGTH +
            WatchCommandEncoder.namespaceNameHeaderLength() + namespaceLength +
            WatchCommandEncoder.namePrefixHeaderLength() + namePrefixLength;
    }
}
