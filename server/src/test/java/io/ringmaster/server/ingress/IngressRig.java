package io.ringmaster.server.ingress;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.config.SessionSettings;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.session.Advertisement;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Authenticator;
import io.ringmaster.server.session.FakePublication;
import io.ringmaster.server.session.FakePublications;
import io.ringmaster.server.session.FakeStream;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.SessionCommandProxy;
import io.ringmaster.server.session.SessionIds;
import io.ringmaster.server.session.SessionManager;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Ingress with real rings, partitions and sessions; streams are fakes and the clock is moved by hand. */
final class IngressRig implements RegistryEffects {
    static final long MS = 1_000_000L;
    static final int MAX_MESSAGE = 16 * 1024;
    static final int MAX_PAYLOAD = 512;
    static final int MAX_METADATA = 1024;
    static final int PARTITIONS = 2;
    static final int SLOTS = 64;
    static final int RESERVED = 16;

    final NetworkCounters counters = NetworkCounters.unmanaged();
    final CommandRing coordination;
    final CommandRing[] partitionRings = new CommandRing[PARTITIONS];
    final RegistryPartition[] registry = new RegistryPartition[PARTITIONS];
    final CapabilityDictionary capabilities = new CapabilityDictionary();
    final AttributeDictionary attributes = new AttributeDictionary(AttributeSchema.of(List.of(
        new AttributeSchema.Attribute("zone", AttributeSchema.Type.KEYWORD),
        new AttributeSchema.Attribute("memory-mb", AttributeSchema.Type.INTEGER))), 4);
    final LookupTimes times = new LookupTimes(System::nanoTime);
    final List<String> kinds = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    final RecordingWatches watches = new RecordingWatches();
    final FakePublications publications = new FakePublications(MAX_MESSAGE);
    final SessionManager sessions;
    final IngressAdapter adapter;
    final FakeStream stream = new FakeStream();
    FakePublication publication;
    long sessionId;
    long nowNs = 1_000_000_000L;

    IngressRig() {
        this(8, Authenticator.Access.ORDINARY);
    }

    IngressRig(final int maxKeys, final Authenticator.Access access) {
        coordination = ring("coordination", CommandLengths.maxCoordinationCommand(MAX_MESSAGE, 16, MAX_PAYLOAD));
        final RegistrySettings settings = RegistrySettings.of(PARTITIONS, 1024, 5).withAttributes(attributes.schema());
        for (int i = 0; i < PARTITIONS; i++) {
            partitionRings[i] = ring("partition-" + i, CommandLengths.maxPartitionCommand(MAX_METADATA));
            registry[i] = new RegistryPartition(i, settings, this);
        }
        sessions = new SessionManager(
            new SessionSettings(8, 500 * MS, 10_000 * MS, 5_000 * MS, 128 * 1024, MAX_PAYLOAD, 16, maxKeys),
            new Advertisement("rig", 500, 10_000, MAX_MESSAGE, MAX_PAYLOAD, MAX_METADATA, 16, maxKeys),
            publications, new SessionCommandProxy(coordination, partitionRings), (name, credentials, offset, length) -> access,
            new SessionIds(100, () -> 4711), counters);
        adapter = new IngressAdapter(new IngressContext(
            sessions, coordination, partitionRings, RegistryReader.of(registry),
            RegistryCensus.of(registry), settings, capabilities, attributes,
            new KindDictionary((id, name) -> kinds.add(id + "=" + name)),
            new IngressLimits(MAX_PAYLOAD, MAX_METADATA, 16, maxKeys, 5_000 * MS, 100 * MS, 3_600_000 * MS),
            times, counters), watches, errors::add);
    }

    /** A rig with one connected session and empty rings. */
    static IngressRig connected() {
        return connected(8);
    }

    static IngressRig connected(final int maxKeys) {
        return connected(maxKeys, Authenticator.Access.ORDINARY);
    }

    static IngressRig connected(final int maxKeys, final Authenticator.Access access) {
        final IngressRig rig = new IngressRig(maxKeys, access);
        rig.connect(rig.stream);
        rig.publication = rig.publications.last();
        rig.sessionId = Answers.connected(rig.publication.messages()).sessionId();
        rig.publication.clear();
        rig.drain(rig.coordination);
        return rig;
    }

    void connect(final FakeStream newStream) {
        on(newStream, Frames.connect(1, 2001, 0, 0));
        sessions.doWork(true);
    }

    static CommandRing ring(final String name, final int maxCommandLength) {
        return new CommandRing(
            new RingSettings(name, SLOTS, CommandSlotDescriptor.slotLengthFor(maxCommandLength), RESERVED), error -> {
                throw new AssertionError(error);
            });
    }

    Action on(final DirectBuffer frame) {
        return on(stream, frame);
    }

    Action on(final FakeStream from, final DirectBuffer frame) {
        sessions.nowNs(nowNs);
        adapter.onCycleStart(nowNs);
        return adapter.onFrame(frame, 0, frame.capacity(), from);
    }

    /** The last Reply as {@code CODE correlationId text}. */
    String reply() {
        return Answers.reply(publication.messages());
    }

    /** All commands of a ring, taken out of it. */
    List<UnsafeBuffer> drain(final CommandRing ring) {
        final List<UnsafeBuffer> commands = new ArrayList<>();
        ring.poll((buffer, offset, length, enqueuedNs) -> {
            final byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            commands.add(new UnsafeBuffer(copy));
        }, SLOTS);
        return commands;
    }

    /** All commands of the partition rings. */
    List<UnsafeBuffer> drainPartitions() {
        final List<UnsafeBuffer> commands = new ArrayList<>();
        for (final CommandRing ring : partitionRings) {
            commands.addAll(drain(ring));
        }
        return commands;
    }

    static int template(final DirectBuffer command) {
        return new MessageHeaderDecoder().wrap(command, 0).templateId();
    }

    /** Fills a ring up to its reserve, or wholly. */
    static void fill(final CommandRing ring, final boolean withReserve) {
        final UnsafeBuffer empty = new UnsafeBuffer(new byte[8]);
        while (ring.offer(empty, 0, 8, withReserve, 0) >= 0) {
            if (ring.depth() > SLOTS) {
                throw new AssertionError("ring does not fill");
            }
        }
    }

    /** Registers a record directly; returns its incarnation. */
    long register(final String namespace, final String name, final String capabilityNames, final int metadataLength) {
        return register(namespace, name, capabilityNames, metadataLength, "");
    }

    long register(
        final String namespace, final String name, final String capabilityNames, final int metadataLength,
        final String attributeText) {
        final UnsafeBuffer ns = ascii(namespace);
        final UnsafeBuffer key = ascii(name);
        final UnsafeBuffer names = ascii(capabilityNames);
        final Registration registration = new Registration().reset()
            .namespace(ns, 0, ns.capacity()).name(key, 0, key.capacity())
            .metadata(new UnsafeBuffer(new byte[metadataLength]), 0, metadataLength)
            .kind(Protocol.KIND_AGENT).ownerSession(sessionId).leaseNs(5_000 * MS).capacity(4).parallelism(2);
        if (capabilities.parse(names, 0, names.capacity(), registration.capabilities(), true) < 0) {
            throw new AssertionError("capabilities " + capabilityNames);
        }
        final UnsafeBuffer text = ascii(attributeText);
        if (attributes.parse(text, 0, text.capacity(), registration.attributes(), null, true) < 0) {
            throw new AssertionError("attributes " + attributeText);
        }
        final RegistryPartition partition = registry[new PartitionRouter(PARTITIONS).partitionOf(registration.keyHash())];
        final int result = partition.register(registration, nowNs);
        if (result != RegistryResult.OK) {
            throw new AssertionError(RegistryResult.name(result));
        }
        return partition.lastIncarnation();
    }

    long count(final NetworkCounter counter) {
        return counters.get(counter);
    }

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean canAccept() {
        return true;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        // The coordinator is not part of the rig.
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        // The coordinator is not part of the rig.
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        // The coordinator is not part of the rig.
    }
}
