package io.ringmaster.server;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.Subscription;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryCounters;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryQuota;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.store.ChronicleStore;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.CounterHistogram;
import io.ringmaster.ring.MailboxCounters;
import io.ringmaster.ring.RingCounters;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.agents.AgentConfigurationException;
import io.ringmaster.server.agents.HandlerCatalog;
import io.ringmaster.server.agents.KindTable;
import io.ringmaster.server.agents.LocalAgent;
import io.ringmaster.server.agents.LocalAgents;
import io.ringmaster.server.agents.WorkerContext;
import io.ringmaster.server.agents.WorkerRole;
import io.ringmaster.server.config.CoordinationSettings;
import io.ringmaster.server.config.RegistryConfig;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.config.SessionSettings;
import io.ringmaster.server.coordination.CoordinationCounters;
import io.ringmaster.server.coordination.Coordinator;
import io.ringmaster.server.coordination.CoordinatorRole;
import io.ringmaster.server.coordination.CoordinatorSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.egress.EgressRole;
import io.ringmaster.server.ingress.CommandLengths;
import io.ringmaster.server.ingress.IngressAdapter;
import io.ringmaster.server.ingress.IngressContext;
import io.ringmaster.server.ingress.IngressLimits;
import io.ringmaster.server.ingress.IngressRole;
import io.ringmaster.server.ingress.KindDictionary;
import io.ringmaster.server.load.BytesLoad;
import io.ringmaster.server.load.LoadCounters;
import io.ringmaster.server.load.LoadMonitor;
import io.ringmaster.server.load.LoadSource;
import io.ringmaster.server.load.RingLoad;
import io.ringmaster.server.metrics.GaugeMirror;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import io.ringmaster.server.registry.EffectsFanout;
import io.ringmaster.server.registry.RegistryOutput;
import io.ringmaster.server.registry.RegistryResults;
import io.ringmaster.server.registry.RegistryRole;
import io.ringmaster.server.registry.RegistryStats;
import io.ringmaster.server.registry.WriteGate;
import io.ringmaster.server.session.AdminToken;
import io.ringmaster.server.session.Advertisement;
import io.ringmaster.server.session.AeronPublications;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.SessionCommandProxy;
import io.ringmaster.server.session.SessionIds;
import io.ringmaster.server.session.SessionManager;
import io.ringmaster.server.store.BackupDesk;
import io.ringmaster.server.store.NoStoreRole;
import io.ringmaster.server.store.RegistryStore;
import io.ringmaster.server.store.StoreEffects;
import io.ringmaster.server.store.StoreFeed;
import io.ringmaster.server.store.StoreRole;
import io.ringmaster.server.watch.WatchAdapter;
import io.ringmaster.server.watch.WatchCounters;
import io.ringmaster.server.watch.WatchDesk;
import io.ringmaster.server.watch.WatchRoom;
import io.ringmaster.thread.Role;
import io.ringmaster.thread.ThreadPlanSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.collections.ArrayUtil;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;

/**
 * Builds the rings and the roles around them, and registers the in-server agents.
 * <p>
 * Threading: built, started from and closed by the thread that launches the server; what it builds belongs to the roles' threads.
 */
final class ServerRoles implements AutoCloseable {
    private static final long MS = 1_000_000L;
    /** Waits in the registry's rings are told apart down to a microsecond or so. */
    private static final int RING_WAIT_UNIT_SHIFT = 10;
    private static final long RING_WAIT_GREATEST_NS = 4_000 * MS;

    private final Map<String, Role> byName = new LinkedHashMap<>();
    private final List<Role> workers = new ArrayList<>();
    private final GaugeMirror gauges = new GaugeMirror();
    private final NanoClock clock;
    private final RegistryPartition[] partitions;
    private final CommandRing[] partitionRings;
    private final CapabilityDictionary capabilities = new CapabilityDictionary();
    private final HandlerCatalog catalog;
    private final LocalAgents localAgents;
    private final RegistryStore store;
    private final BackupDesk backups;
    private final EgressProxy egress;
    private final IngressRole ingressRole;
    private final Media media;

    @SuppressWarnings("checkstyle:ParameterNumber")
    ServerRoles(final ServerSettings settings, final ThreadPlanSettings threads, final Supplier<Media> mediaLauncher,
        final CountersManager countersManager, final ServerCounters counters,
        final ErrorHandler errorHandler, final NanoClock clock, final Consumer<String> report, final Launch launch) {
        this.clock = clock;
        final long seed = System.currentTimeMillis();
        final int maxMessageLength = settings.maxMessageLength();
        final NetworkCounters network = new NetworkCounters(counters, countersManager);
        egress = new EgressProxy(settings.egress().ringLength(), maxMessageLength, network);
        final CommandRing coordinationRing = coordinationRing(settings, countersManager, errorHandler, clock);

        final RegistryConfig registryConfig = settings.registry();
        store = registryConfig.isDurable() ? launch.track(
            RegistryStore.open(registryConfig, settings.dir(), ChronicleStore::open, counters, errorHandler, report)) : null;
        final RegistrySettings registry = registrySettings(
            registryConfig, store == null ? seed : Math.max(seed, store.highestIncarnationCount()));
        final AttributeDictionary attributes =
            new AttributeDictionary(registryConfig.attributes().schema(), registryConfig.attributes().maxKeywords());
        final RegistryOutput output = new RegistryOutput(
            coordinationRing, store == null ? egress : store.sink(), new RegistryResults(registry));
        final StoreEffects storeEffects = store == null ? null : store.effects(capabilities, attributes);
        final WatchDesk watches = new WatchDesk(settings.watch(),
            WatchRoom.of(settings.session().pendingLength(), settings.egress().ringLength()), registry, capabilities, attributes,
            egress, new WatchCounters(counters));
        final RegistryEffects effects = store == null ? new EffectsFanout(output, watches)
            : new EffectsFanout(storeEffects, output, watches);
        partitions = new RegistryPartition[registry.partitions()];
        partitionRings = new CommandRing[registry.partitions()];
        final RegistryQuota quota = new RegistryQuota(registry.entries());
        final CounterHistogram ringWaits = new CounterHistogram(countersManager, RingCounters.WAIT_BUCKET_TYPE_ID,
            "ring-wait-bucket: registry, ns", RING_WAIT_UNIT_SHIFT, RING_WAIT_GREATEST_NS);
        final CounterHistogram ringDepths = new CounterHistogram(countersManager, RingCounters.DEPTH_BUCKET_TYPE_ID,
            "ring-depth-bucket: registry", 0, registryConfig.ringSlots());
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new RegistryPartition(
                i, registry, effects, new RegistryCounters(countersManager, "registry-" + i), quota);
            partitionRings[i] = partitionRing(i, registryConfig, countersManager, ringWaits, ringDepths, errorHandler, clock);
        }
        watches.start(partitions);
        if (store != null) {
            store.restore(partitions, capabilities, attributes, clock);
        }
        backups = launch.track(new BackupDesk(
            store == null ? null : store.store(), egress, counters.of(ServerCounter.STORE_BACKUPS), errorHandler));

        catalog = launch.track(HandlerCatalog.load(settings.agents().pluginsDir(), line -> errorHandler.onError(
            new AgentConfigurationException(line))));
        localAgents = launch.track(new LocalAgents(settings.agents().groups(), catalog, settings.agents().mailboxSlots(),
            settings.session().maxPayloadLength(), new MailboxCounters(countersManager, "mailboxes"), errorHandler));
        media = launch.track(mediaLauncher.get());
        final Aeron aeron = media.aeron();
        final KindTable kinds = new KindTable(KindDictionary.MAX_KINDS);

        final SessionManager sessions = new SessionManager(settings.session(), advertisement(settings, maxMessageLength),
            new AeronPublications(aeron, settings.aeron().ipcTermLength(), settings.aeron().udpTermLength(),
                settings.aeron().udpMtu(), settings.aeron().sparseTerms()),
            new SessionCommandProxy(coordinationRing, partitionRings), adminToken(settings), new SessionIds(seed << 16),
            network);
        final LookupTimes lookupTimes = new LookupTimes(clock);
        final IngressContext ingress = new IngressContext(sessions, coordinationRing, partitionRings, RegistryReader.of(partitions),
            RegistryCensus.of(partitions), registry, capabilities, attributes,
            new KindDictionary(kinds::publish), limits(settings), lookupTimes, network);

        final Subscription ipc = aeron.addSubscription(CommonContext.IPC_CHANNEL, Protocol.INGRESS_STREAM_ID);
        if (threads.hasRole("driver")) {
            byName.put("driver", new DriverRole(media.driverInvoker(), settings.udp().isEnabled(), ipc::imageCount));
        }
        final Subscription udp = settings.udp().isEnabled()
            ? aeron.addSubscription("aeron:udp?endpoint=" + settings.udp().endpoint(), Protocol.INGRESS_STREAM_ID) : null;
        ingressRole = new IngressRole(
            ipc, udp, aeron.conductorAgentInvoker(),
            new IngressAdapter(ingress, new WatchAdapter(ingress, settings.watch()), backups, errorHandler),
            sessions, loadMonitor(settings, counters, coordinationRing, egress), clock,
            ArrayUtil.add(partitionRings, coordinationRing));
        byName.put("ingress", ingressRole);
        final RegistryRole registryRole = new RegistryRole(
            partitions, partitionRings, output, watches, store == null ? WriteGate.OPEN : store.gate(), errorHandler);
        byName.put("registry", store == null ? registryRole : new StoreFeed(registryRole, storeEffects));
        if (store != null || threads.hasRole(StoreRole.ROLE_NAME)) {
            byName.put(StoreRole.ROLE_NAME, store == null ? new NoStoreRole() : store.role(egress));
        }
        byName.put("coordinator", coordinatorRole(settings, coordinationRing, egress, kinds, counters, seed));
        byName.put("egress", new EgressRole(egress, sessions, network));

        final int workerCount = threads.workers().count();
        final WorkerContext workerContext = new WorkerContext(coordinationRing, kinds, settings.session().maxPayloadLength(),
            WorkerContext.DEFAULT_MAILBOX_LIMIT, clock, errorHandler);
        for (int i = 0; i < workerCount; i++) {
            workers.add(new WorkerRole(i, localAgents.assignedTo(i, workerCount), workerContext));
        }
        mirror(counters, coordinationRing, egress);
        mirror(counters, registryRole.stats());
        mirror(counters, lookupTimes);
        gauges.add(counters.of(ServerCounter.REGISTRY_RING_WAIT_P50_NS), () -> ringWaits.percentile(50));
        gauges.add(counters.of(ServerCounter.REGISTRY_RING_WAIT_P99_NS), () -> ringWaits.percentile(99));
        if (store != null) {
            store.mirror(gauges);
        }
    }

    Media media() {
        return media;
    }

    Map<String, Role> byName() {
        return byName;
    }

    List<Role> workers() {
        return workers;
    }

    GaugeMirror gauges() {
        return gauges;
    }

    private static CommandRing coordinationRing(final ServerSettings settings, final CountersManager countersManager,
        final ErrorHandler errorHandler, final NanoClock clock) {
        final SessionSettings session = settings.session();
        final int length = CommandLengths.maxCoordinationCommand(
            settings.maxMessageLength(), session.maxBatchTasks(), session.maxPayloadLength());
        final CoordinationSettings coordination = settings.coordination();
        return new CommandRing(
            new RingSettings("coordination", coordination.ringSlots(), CommandSlotDescriptor.slotLengthFor(length),
                coordination.ringReservedSlots()),
            new RingCounters(countersManager, "coordination"), clock, errorHandler);
    }

    private static CommandRing partitionRing(final int partition, final RegistryConfig registry,
        final CountersManager countersManager, final CounterHistogram waits, final CounterHistogram depths,
        final ErrorHandler errorHandler, final NanoClock clock) {
        final String name = "registry-" + partition;
        return new CommandRing(
            new RingSettings(name, registry.ringSlots(),
                CommandSlotDescriptor.slotLengthFor(CommandLengths.maxPartitionCommand(registry.maxMetadataLength())),
                registry.ringReservedSlots()),
            new RingCounters(countersManager, name).timed(countersManager, name, waits, depths), clock, errorHandler);
    }

    private static RegistrySettings registrySettings(final RegistryConfig registry, final long seed) {
        return new RegistrySettings(registry.partitions(), registry.entries(), registry.maxMetadataLength(), registry.slabLength(),
            Protocol.MAX_NAME_LENGTH, seed, RegistrySettings.DEFAULT_MAX_REMOVALS_PER_CYCLE)
            .withAttributes(registry.attributes().schema())
            .withInlineLength(registry.inlineLength());
    }

    private static Advertisement advertisement(final ServerSettings settings, final int maxMessageLength) {
        final SessionSettings session = settings.session();
        return new Advertisement(settings.name(), (int)(session.keepAliveIntervalNs() / MS), (int)(session.timeoutNs() / MS),
            maxMessageLength, session.maxPayloadLength(), settings.registry().maxMetadataLength(), session.maxBatchTasks(),
            session.maxKeys());
    }

    private static AdminToken adminToken(final ServerSettings settings) {
        try {
            return AdminToken.create(settings.dir());
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot write " + AdminToken.FILE_NAME + " in " + settings.dir(), ex);
        }
    }

    private static IngressLimits limits(final ServerSettings settings) {
        final SessionSettings session = settings.session();
        final RegistryConfig registry = settings.registry();
        return new IngressLimits(session.maxPayloadLength(), registry.maxMetadataLength(), session.maxBatchTasks(),
            session.maxKeys(), registry.leaseDefaultNs(), registry.leaseMinNs(), registry.leaseMaxNs());
    }

    private LoadMonitor loadMonitor(final ServerSettings settings, final ServerCounters counters,
        final CommandRing coordinationRing, final EgressProxy egress) {
        final LoadSource[] sources = new LoadSource[partitionRings.length + 2];
        for (int i = 0; i < partitionRings.length; i++) {
            sources[i] = new RingLoad(partitionRings[i]);
        }
        sources[partitionRings.length] = new RingLoad(coordinationRing);
        sources[partitionRings.length + 1] = new BytesLoad(egress::size, settings.egress().ringLength() / 8 * 7);
        return new LoadMonitor(settings.load(), new LoadCounters(counters), sources);
    }

    private CoordinatorRole coordinatorRole(final ServerSettings settings, final CommandRing ring, final EgressProxy egress,
        final KindTable kinds, final ServerCounters counters, final long seed) {
        final CoordinationSettings coordination = settings.coordination();
        final CoordinatorSettings bounds = new CoordinatorSettings(coordination.maxTasks(), coordination.maxAgents(),
            settings.session().maxBatchTasks(), coordination.payloadLength(), settings.session().maxPayloadLength(),
            coordination.maxAttempts(), coordination.taskLeaseNs(), coordination.retryBackoffNs(), coordination.answerLength(),
            seed);
        final Coordinator coordinator = new Coordinator(
            bounds, new CoordinatorOutput(egress, localAgents, settings.maxMessageLength()), new KindBytes(kinds), clock);
        return new CoordinatorRole(ring, coordinator, egress, settings.maxMessageLength(), coordination.taskLeaseNs(),
            new CoordinationCounters(counters));
    }

    private void mirror(final ServerCounters counters, final CommandRing coordinationRing, final EgressProxy egress) {
        gauges.add(counters.of(ServerCounter.COORDINATION_RING_DEPTH), coordinationRing::depth);
        gauges.add(counters.of(ServerCounter.EGRESS_RING_BYTES), egress::size);
        gauges.add(counters.of(ServerCounter.REGISTRY_RING_DEPTH), () -> {
            long depth = 0;
            for (final CommandRing ring : partitionRings) {
                depth += ring.depth();
            }
            return depth;
        });
        gauges.add(counters.of(ServerCounter.MAILBOX_DEPTH),
            () -> localAgents.all().stream().mapToLong(agent -> agent.mailbox().depth()).sum());
    }

    private void mirror(final ServerCounters counters, final RegistryStats stats) {
        gauges.add(counters.of(ServerCounter.REGISTRATIONS), stats::registrations);
        gauges.add(counters.of(ServerCounter.REGISTRATIONS_REFUSED), stats::rejections);
        gauges.add(counters.of(ServerCounter.UNREGISTRATIONS), stats::unregistrations);
        gauges.add(counters.of(ServerCounter.UPDATES), stats::updates);
        gauges.add(counters.of(ServerCounter.NAMESPACE_DROPS), stats::namespaceDrops);
        gauges.add(counters.of(ServerCounter.LEASES_EXPIRED), () -> sum(RegistryCounters.LEASE_EXPIRED_TYPE_ID));
        gauges.add(counters.of(ServerCounter.REGISTRY_RECORDS), () -> sum(RegistryCounters.ENTRIES_TYPE_ID));
    }

    private void mirror(final ServerCounters counters, final LookupTimes times) {
        gauges.add(counters.of(ServerCounter.LOOKUP_HIT_P50_NS), () -> times.hits().percentileNs(50));
        gauges.add(counters.of(ServerCounter.LOOKUP_HIT_P99_NS), () -> times.hits().percentileNs(99));
        gauges.add(counters.of(ServerCounter.LOOKUP_MISS_P50_NS), () -> times.misses().percentileNs(50));
        gauges.add(counters.of(ServerCounter.LOOKUP_MISS_P99_NS), () -> times.misses().percentileNs(99));
    }

    private long sum(final int typeId) {
        long sum = 0;
        for (final RegistryPartition partition : partitions) {
            sum += partition.counters().get(typeId);
        }
        return sum;
    }

    /** Must be called before the roles start: names become ids in the dictionary, which then belongs to ingress. */
    List<RegistrationCommand> encodeLocalAgents() {
        final List<RegistrationCommand> commands = new ArrayList<>();
        final PartitionRouter router = new PartitionRouter(partitions.length);
        for (final LocalAgent agent : localAgents.all()) {
            final CapabilitySet set = new CapabilitySet();
            final byte[] names = String.join(",", agent.capabilities()).getBytes(StandardCharsets.US_ASCII);
            if (names.length > 0 && capabilities.parse(new UnsafeBuffer(names), 0, names.length, set, true) < 0) {
                throw new AgentConfigurationException("agent " + agent.name() + ": capability " + capabilities.lastOffender()
                    + " is not a valid name, or the server knows " + Protocol.MAX_CAPABILITIES + " names already");
            }
            final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(512);
            final int length = agent.encodeRegistration(buffer, 0, agent.index(), set);
            final UnsafeBuffer namespace = new UnsafeBuffer(agent.namespace().getBytes(StandardCharsets.US_ASCII));
            final UnsafeBuffer name = new UnsafeBuffer(agent.name().getBytes(StandardCharsets.US_ASCII));
            final int partition = router.partitionOf(
                KeyHash.hash(namespace, 0, namespace.capacity(), name, 0, name.capacity()));
            commands.add(new RegistrationCommand(partition, buffer, length, namespace, name));
        }
        return commands;
    }

    /** Registration of one in-server agent. */
    record RegistrationCommand(int partition, ExpandableArrayBuffer buffer, int length, UnsafeBuffer namespace, UnsafeBuffer name) {
    }

    /**
     * Registers the in-server agents and waits until all are found.
     *
     * @param commands   from {@link #encodeLocalAgents()}.
     * @param pause      what to do while waiting: drives the roles where no thread does.
     * @param deadlineNs on the server's clock.
     */
    void registerLocalAgents(final List<RegistrationCommand> commands, final Runnable pause, final long deadlineNs) {
        for (final RegistrationCommand command : commands) {
            while (partitionRings[command.partition].offer(command.buffer, 0, command.length, false, clock.nanoTime()) < 0) {
                checkDeadline(deadlineNs, "accepted");
                pause.run();
            }
        }
        final RegistryReader reader = RegistryReader.of(partitions);
        final RecordView view = new RecordView(partitions[0].settings());
        for (final RegistrationCommand command : commands) {
            while (!reader.lookup(command.namespace, 0, command.namespace.capacity(), command.name, 0, command.name.capacity(),
                clock.nanoTime(), view)) {
                checkDeadline(deadlineNs, "registered");
                pause.run();
            }
        }
    }

    private void checkDeadline(final long deadlineNs, final String what) {
        if (clock.nanoTime() - deadlineNs > 0) {
            throw new AgentConfigurationException("not all in-server agents were " + what + " in time; ringmaster.registry.entries = "
                + partitions[0].settings().entries() + ", agents = " + localAgents.size());
        }
    }

    /** Starts what works on the store's file beside the roles. */
    void startWriteBack() {
        if (store != null) {
            store.startWriteBack();
        }
    }

    /**
     * Takes nothing more from clients, and waits until what was taken is done and answered.
     *
     * @param pause     what to do while waiting: drives the roles where no thread does.
     * @param timeoutNs at most.
     */
    void drain(final Runnable pause, final long timeoutNs) {
        ingressRole.stopAccepting();
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (isBusy() && System.nanoTime() - deadlineNs < 0) {
            pause.run();
        }
    }

    private boolean isBusy() {
        for (final CommandRing ring : partitionRings) {
            if (ring.depth() > 0) {
                return true;
            }
        }
        return store != null && store.ringSize() > 0 || egress.size() > 0;
    }

    /** After the threads have ended. */
    @Override
    public void close() {
        CloseHelper.closeAll(backups, store, localAgents, catalog);
    }
}
