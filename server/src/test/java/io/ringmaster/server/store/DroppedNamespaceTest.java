package io.ringmaster.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.store.HeapStore;
import io.ringmaster.registry.store.StoreSettings;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.codec.DropNamespaceCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import io.ringmaster.server.codec.UpdateCommandEncoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.registry.EffectsFanout;
import io.ringmaster.server.registry.RegistryOutput;
import io.ringmaster.server.registry.RegistryResults;
import io.ringmaster.server.registry.RegistryRole;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.watch.WatchCounters;
import io.ringmaster.server.watch.WatchDesk;
import io.ringmaster.server.watch.WatchRoom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.junit.jupiter.api.Test;

/** What the store holds at the moment in which the drop of a namespace is acknowledged: a kill brings back just that. */
class DroppedNamespaceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_RECORD = 4560;
    private static final int DROP_CYCLES = 200;
    private static final RegistrySettings SETTINGS = RegistrySettings.of(1, 512, 0);

    private final List<Throwable> errors = new ArrayList<>();
    private final CapabilityDictionary capabilities = new CapabilityDictionary();
    private final AttributeDictionary attributes = new AttributeDictionary(AttributeSchema.NONE, 1);
    private final HeapStore store = new HeapStore(new StoreSettings(Path.of("unused"), 513, MAX_RECORD, MAX_RECORD));
    private final StoreState state = new StoreState();
    private final StoreCounters counters = StoreCounters.unmanaged();
    private final StoreRing ring = new StoreRing(512 * 1024, MAX_RECORD, counters);
    private final EgressProxy egress = new EgressProxy(512 * 1024, 1024, NetworkCounters.unmanaged());
    private final ManyToOneRingBuffer egressRing = new ManyToOneRingBuffer((AtomicBuffer) egress.buffer());
    private final StoreRole storeRole = new StoreRole(ring, store, egress, state, counters, errors::add);
    private final CommandRing commands = commandRing("partition");
    private final CommandRing coordination = commandRing("coordination");
    private final StoreFeed registry;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[1024]);
    private long nowNs = 1000 * SECOND;
    private int acknowledged;

    DroppedNamespaceTest() {
        final StoreEffects effects =
            new StoreEffects(ring, MAX_RECORD, capabilities, attributes, state, counters, errors::add);
        final RegistryOutput output = new RegistryOutput(coordination, ring, new RegistryResults(SETTINGS));
        final WatchDesk watches = new WatchDesk(new WatchSettings(4, 4, 4096, 4096, 64 * 1024), new WatchRoom(4096, 0), SETTINGS,
            capabilities, attributes, egress, WatchCounters.unmanaged());
        final RegistryPartition[] partitions = {new RegistryPartition(0, SETTINGS, new EffectsFanout(effects, output))};
        watches.start(partitions);
        registry = new StoreFeed(
            new RegistryRole(partitions, new CommandRing[] {commands}, output, watches, errors::add), effects);
    }

    private CommandRing commandRing(final String name) {
        return new CommandRing(new RingSettings(name, 1024, CommandSlotDescriptor.slotLengthFor(600), 1), errors::add);
    }

    private void register(final byte kind, final String namespace, final String name, final long leaseNs) throws Exception {
        final RegisterCommandEncoder register = new RegisterCommandEncoder().wrapAndApplyHeader(scratch, 0, header)
            .sessionId(7).correlationId(1).kind(kind).capacity(8).parallelism(2).leaseNs(leaseNs).localAgent(-1)
            .batchTotal(0).batchIndex(0);
        register.capabilities().w0(0).w1(0).w2(0).w3(0);
        register.attributes().present((short) 0);
        register.namespaceName(namespace).name(name).putMetadata(new byte[0], 0, 0);
        offer(register.encodedLength());
        cycle();
    }

    private void update(final String namespace, final String name) {
        final UpdateCommandEncoder update = new UpdateCommandEncoder().wrapAndApplyHeader(scratch, 0, header)
            .sessionId(7).correlationId(2).expectedVersion(0).expectedAgentId(0).flags((short) 1).administrator((short) 0)
            .removedAttributes((short) 0);
        update.capabilities().w0(0).w1(0).w2(0).w3(0);
        update.attributes().present((short) 0);
        update.namespaceName(namespace).name(name).putMetadata(new byte[3], 0, 3);
        offer(update.encodedLength());
    }

    private void drop(final String namespace, final long graceNs) {
        offer(new DropNamespaceCommandEncoder().wrapAndApplyHeader(scratch, 0, header)
            .sessionId(9).correlationId(3).graceNs(graceNs).namespaceName(namespace).encodedLength());
    }

    private void offer(final int bodyLength) {
        assertTrue(commands.offer(scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + bodyLength, true, nowNs) >= 0);
    }

    /** A duty cycle of the registry, and one of the store. */
    private void cycle() throws Exception {
        registry.doWork(nowNs);
        while (storeRole.doWork(nowNs) > 0) {
            Thread.onSpinWait();
        }
        coordination.poll((buffer, offset, length, enqueuedNs) -> { }, Integer.MAX_VALUE);
        while (egressRing.read((type, buffer, index, length) -> {
            final MessageHeaderDecoder decoder = new MessageHeaderDecoder().wrap(buffer, index + Long.BYTES);
            acknowledged += decoder.templateId() == DropNamespaceReplyDecoder.TEMPLATE_ID ? 1 : 0;
        }) > 0) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), errors);
    }

    private int cyclesUntilAcknowledged() throws Exception {
        int cycles = 0;
        while (acknowledged == 0) {
            cycle();
            assertTrue(++cycles < DROP_CYCLES, "no answer");
        }
        return cycles;
    }

    /** Names of what a server finds that starts now. */
    private long restored() {
        final RegistryRestorer restorer = new RegistryRestorer(store);
        restorer.scan();
        restorer.restore(new RegistryPartition[] {new RegistryPartition(0, SETTINGS,
            new StoreEffects(ring, MAX_RECORD, capabilities, attributes, state, counters, errors::add))},
            capabilities, attributes, SECOND, nowNs, 0);
        return restorer.restored();
    }

    @Test
    void shouldRestoreNoServiceOfANamespaceOnceItsDropIsAcknowledged() throws Exception {
        for (int i = 0; i < 300; i++) {
            register(Protocol.KIND_SERVICE, "ns", "service-" + i, 60 * SECOND);
        }
        register(Protocol.KIND_SERVICE, "other", "stays", 60 * SECOND);
        assertEquals(301, restored());
        drop("ns", 10 * SECOND);
        assertTrue(cyclesUntilAcknowledged() > 4, "300 records do not go in one cycle");
        assertEquals(1, restored());
    }

    @Test
    void shouldRestoreNoRecordThatDiesInTheCycleOfTheDrop() throws Exception {
        register(Protocol.KIND_SERVICE, "ns", "short", SECOND);
        nowNs += 10 * SECOND;
        drop("ns", 10 * SECOND);
        cyclesUntilAcknowledged();
        assertEquals(0, restored());
    }

    @Test
    void shouldRestoreNoAgentThatDrainsOnceTheDropIsAcknowledged() throws Exception {
        for (int i = 0; i < 3; i++) {
            register(Protocol.KIND_AGENT, "ns", "agent-" + i, 60 * SECOND);
        }
        drop("ns", 10 * SECOND);
        cyclesUntilAcknowledged();
        assertEquals(0, restored());
        register(Protocol.KIND_AGENT, "ns", "agent-1", 60 * SECOND);
        update("ns", "agent-2");
        cycle();
        assertEquals(0, restored(), "what its owner does to an agent that drains does not keep it");
        register(Protocol.KIND_AGENT, "ns", "new", 60 * SECOND);
        assertEquals(1, restored(), "a record of after the drop is none of it");
    }
}
