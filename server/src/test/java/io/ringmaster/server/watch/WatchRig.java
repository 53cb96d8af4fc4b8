package io.ringmaster.server.watch;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.AttributeValues;
import io.ringmaster.registry.RecordUpdate;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryQuery;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.UnwatchCommandDecoder;
import io.ringmaster.server.codec.UnwatchCommandEncoder;
import io.ringmaster.server.codec.WatchAckCommandDecoder;
import io.ringmaster.server.codec.WatchAckCommandEncoder;
import io.ringmaster.server.codec.WatchCommandDecoder;
import io.ringmaster.server.codec.WatchCommandEncoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.session.NetworkCounters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/** A watch desk as the only effect of real partitions, an egress ring, model watchers behind it, and a hand-moved clock. */
final class WatchRig {
    static final long MS = 1_000_000L;
    static final int EGRESS_LENGTH = 256 * 1024;
    static final int SESSION_WINDOW = 64 * 1024;

    final CapabilityDictionary capabilities = new CapabilityDictionary();
    final AttributeDictionary attributes;
    final WatchCounters counters = WatchCounters.unmanaged();
    final RegistryPartition[] partitions;
    final RegistryReader reader;
    final WatchDesk desk;
    final ManyToOneRingBuffer egress;
    final Map<String, ModelWatcher> watchers = new TreeMap<>();
    final List<String> replies = new ArrayList<>();
    long nowNs = 1_000_000_000L;
    long eventsRead;

    private final PartitionRouter router;
    private final Registration registration = new Registration();
    private final RecordUpdate update = new RecordUpdate();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[2048]);
    private final MessageHeaderEncoder encoderHeader = new MessageHeaderEncoder();
    private final io.ringmaster.server.codec.MessageHeaderDecoder decoderHeader =
        new io.ringmaster.server.codec.MessageHeaderDecoder();

    WatchRig(final int partitionCount, final int entries, final WatchSettings settings) {
        this(partitionCount, entries, settings, new WatchRoom(SESSION_WINDOW, EGRESS_LENGTH / 8 * 3), EGRESS_LENGTH);
    }

    WatchRig(
        final int partitionCount, final int entries, final WatchSettings settings, final WatchRoom room, final int egressLength) {
        final AttributeSchema schema = AttributeSchema.of(List.of(
            new AttributeSchema.Attribute("zone", AttributeSchema.Type.KEYWORD),
            new AttributeSchema.Attribute("memory", AttributeSchema.Type.INTEGER)));
        final RegistrySettings registry = RegistrySettings.of(partitionCount, entries, 0).withAttributes(schema);
        attributes = new AttributeDictionary(schema, 16);
        final EgressProxy proxy = new EgressProxy(egressLength, 8 * 1024, NetworkCounters.unmanaged());
        egress = new ManyToOneRingBuffer((AtomicBuffer) proxy.buffer());
        desk = new WatchDesk(settings, room, registry, capabilities, attributes, proxy, counters);
        partitions = new RegistryPartition[partitionCount];
        for (int i = 0; i < partitionCount; i++) {
            partitions[i] = new RegistryPartition(i, registry, desk);
        }
        desk.start(partitions);
        reader = RegistryReader.of(partitions);
        router = new PartitionRouter(partitionCount);
    }

    /** A duty cycle as the registry's role has it. */
    int work() {
        desk.nowNs(nowNs);
        int work = 0;
        for (final RegistryPartition partition : partitions) {
            work += partition.doWork(nowNs);
        }
        return work + desk.doWork();
    }

    /** Egress: hands messages on; returns their number. */
    int drain(final int limit) {
        int read = 0;
        for (int n = 1; n > 0 && read < limit;) {
            n = egress.read(this::onMessage, limit - read);
            read += n;
        }
        return read;
    }

    private void onMessage(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final long sessionId = buffer.getLong(index);
        final int offset = index + Long.BYTES;
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        header.wrap(buffer, offset);
        if (header.templateId() == WatchEventDecoder.TEMPLATE_ID) {
            eventsRead++;
            final long watchId = new WatchEventDecoder().wrapAndApplyHeader(buffer, offset, header).watchId();
            final ModelWatcher watcher = watchers.get(key(sessionId, watchId));
            if (watcher != null) {
                watcher.onEvent(buffer, offset, length - Long.BYTES);
            }
        } else {
            final ReplyDecoder reply = new ReplyDecoder();
            reply.wrapAndApplyHeader(buffer, offset, header);
            replies.add(sessionId + "#" + reply.correlationId() + " " + ResultCode.of(reply.code()) + " " + reply.value() + " " +
                reply.retryAfterMs() + " '" + reply.text() + "'");
        }
    }

    /** Until nothing moves any more; every watcher acknowledges all it gets. */
    void settle() {
        for (int idle = 0; idle < 3;) {
            int work = work() + drain(Integer.MAX_VALUE);
            for (final ModelWatcher watcher : watchers.values()) {
                work += watcher.acked < watcher.sequence ? 1 : 0;
                watcher.ackAll();
            }
            idle = work == 0 ? idle + 1 : 0;
        }
    }

    ModelWatcher watch(final long sessionId, final long watchId, final int windowLength) {
        return watch(sessionId, watchId, windowLength, 0, "", "", "", "", "");
    }

    @SuppressWarnings("checkstyle:ParameterNumber")
    ModelWatcher watch(
        final long sessionId, final long watchId, final int windowLength, final int kind, final String namespace,
        final String prefix, final String allOf, final String anyOf, final String noneOf) {
        final WatchCommandEncoder command = new WatchCommandEncoder();
        command.wrapAndApplyHeader(scratch, 0, encoderHeader)
            .sessionId(sessionId).correlationId(watchId + 100).watchId(watchId).kind((short) kind).windowBytes(windowLength);
        final CapabilitySet all = set(allOf);
        command.allOf().w0(all.word(0)).w1(all.word(1)).w2(all.word(2)).w3(all.word(3));
        final CapabilitySet any = set(anyOf);
        command.anyOf().w0(any.word(0)).w1(any.word(1)).w2(any.word(2)).w3(any.word(3));
        final CapabilitySet none = set(noneOf);
        command.noneOf().w0(none.word(0)).w1(none.word(1)).w2(none.word(2)).w3(none.word(3));
        command.namespaceName(namespace).namePrefix(prefix);
        final ModelWatcher watcher = new ModelWatcher(this, sessionId, watchId, windowLength);
        watchers.put(key(sessionId, watchId), watcher);
        desk.onWatch(new WatchCommandDecoder().wrapAndApplyHeader(scratch, 0, decoderHeader));
        return watcher;
    }

    void unwatch(final long sessionId, final long watchId) {
        new UnwatchCommandEncoder().wrapAndApplyHeader(scratch, 0, encoderHeader)
            .sessionId(sessionId).correlationId(watchId + 200).watchId(watchId);
        desk.onUnwatch(new UnwatchCommandDecoder().wrapAndApplyHeader(scratch, 0, decoderHeader));
    }

    void ack(final long sessionId, final long watchId, final long sequence) {
        new WatchAckCommandEncoder().wrapAndApplyHeader(scratch, 0, encoderHeader)
            .sessionId(sessionId).watchId(watchId).ackedSequence(sequence);
        desk.onAck(new WatchAckCommandDecoder().wrapAndApplyHeader(scratch, 0, decoderHeader));
    }

    void endSession(final long sessionId) {
        for (final RegistryPartition partition : partitions) {
            partition.releaseSession(sessionId);
        }
        desk.onSessionEnded(sessionId);
    }

    /** Metadata of an odd length brings attributes along. */
    int register(
        final long sessionId, final int kind, final String namespace, final String name, final String capabilityNames,
        final String metadata, final long leaseNs) {
        final UnsafeBuffer bytes = ascii(metadata);
        final UnsafeBuffer ns = ascii(namespace);
        final UnsafeBuffer key = ascii(name);
        registration.reset().kind((byte) kind).ownerSession(sessionId).leaseNs(leaseNs).capacity(3).parallelism(2).localAgent(-1)
            .namespace(ns, 0, ns.capacity()).name(key, 0, key.capacity()).metadata(bytes, 0, bytes.capacity());
        registration.capabilities().copyFrom(set(capabilityNames));
        if (metadata.length() % 2 == 1) {
            final UnsafeBuffer values = ascii("zone=z" + metadata.length() % 10 + ",memory=" + metadata.length());
            if (attributes.parse(values, 0, values.capacity(), registration.attributes(), new AttributeValues(), true) < 0) {
                throw new AssertionError(attributes.lastOffender());
            }
        }
        return partitions[router.partitionOf(registration.keyHash())].register(registration, nowNs);
    }

    int update(
        final long sessionId, final String namespace, final String name, final String capabilityNames, final String metadata) {
        final UnsafeBuffer bytes = ascii(metadata);
        final UnsafeBuffer ns = ascii(namespace);
        final UnsafeBuffer key = ascii(name);
        update.reset().sessionId(sessionId).flags(RecordUpdate.METADATA | RecordUpdate.CAPABILITIES)
            .namespace(ns, 0, ns.capacity()).name(key, 0, key.capacity()).metadata(bytes, 0, bytes.capacity());
        update.capabilities().copyFrom(set(capabilityNames));
        return partitions[router.partitionOf(update.keyHash())].update(update, nowNs);
    }

    int unregister(final long sessionId, final String namespace, final String name) {
        final UnsafeBuffer ns = ascii(namespace);
        final UnsafeBuffer key = ascii(name);
        registration.reset().namespace(ns, 0, ns.capacity()).name(key, 0, key.capacity());
        return partitions[router.partitionOf(registration.keyHash())].unregister(
            ns, 0, ns.capacity(), key, 0, key.capacity(), sessionId, false, nowNs);
    }

    int renew(final long sessionId, final long incarnation, final byte readiness) {
        return partitions[(int) (incarnation >>> RegistrySettings.INCARNATION_COUNTER_BITS)]
            .renew(incarnation, sessionId, readiness, 1, 5, nowNs);
    }

    /** Live records that a query finds, as a model watcher has them. */
    Map<Long, String> live(
        final int kind, final String namespace, final String prefix, final String allOf, final String anyOf, final String noneOf) {
        final RegistryQuery query = new RegistryQuery().reset().kind((byte) kind);
        final UnsafeBuffer ns = ascii(namespace);
        query.namespace(ns, 0, ns.capacity());
        query.allOf().copyFrom(set(allOf));
        query.anyOf().copyFrom(set(anyOf));
        query.noneOf().copyFrom(set(noneOf));
        final Map<Long, String> found = new TreeMap<>();
        long cursor = 0;
        do {
            cursor = reader.query(query, cursor, 100, nowNs, record -> {
                if (text(record.buffer(), record.nameOffset(), record.nameLength()).startsWith(prefix)) {
                    found.put(record.incarnation(), text(record));
                }
                return true;
            });
        } while (cursor != 0);
        return found;
    }

    private String text(final RecordView record) {
        final UnsafeBuffer names = new UnsafeBuffer(new byte[1024]);
        final int length = capabilities.encode(record.capabilities(), names, 0);
        final UnsafeBuffer values = new UnsafeBuffer(new byte[256]);
        final int valuesLength = attributes.encode(record.attributes(), values, 0);
        return "v" + record.version() + " kind " + record.kind() + " readiness " + record.readiness() + " owner " +
            record.ownerSession() + " capacity " + record.capacity() + "/" + record.parallelism() + " " +
            text(record.buffer(), record.namespaceOffset(), record.namespaceLength()) + "/" +
            text(record.buffer(), record.nameOffset(), record.nameLength()) + " [" + text(names, 0, length) + "] {" +
            text(values, 0, valuesLength) +
            "} '" + text(record.buffer(), record.metadataOffset(), record.metadataLength()) + "'";
    }

    CapabilitySet set(final String names) {
        final CapabilitySet set = new CapabilitySet();
        final UnsafeBuffer bytes = ascii(names);
        if (capabilities.parse(bytes, 0, bytes.capacity(), set, true) < 0) {
            throw new AssertionError(names);
        }
        return set;
    }

    static String key(final long sessionId, final long watchId) {
        return sessionId + "/" + watchId;
    }

    static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
