package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import io.ringmaster.server.config.LoadSettings;
import io.ringmaster.server.config.SessionSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.egress.EgressRole;
import io.ringmaster.server.load.LoadCounters;
import io.ringmaster.server.load.LoadMonitor;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.watch.WatchAdapter;
import io.ringmaster.server.session.Advertisement;
import io.ringmaster.server.session.AeronPublications;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Authenticator;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.SessionCommandProxy;
import io.ringmaster.server.session.SessionIds;
import io.ringmaster.server.session.SessionManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dialogue over a real media driver; driver, roles and clients all run on the test's thread, the clock is moved by hand. */
@Timeout(60)
class SessionDialogueTest {
    private static final long MS = 1_000_000L;
    private static final int MAX_SESSIONS = 3;
    private static final int TERM_LENGTH = 64 * 1024;
    private static final int MAX_MESSAGE = TERM_LENGTH / 8;

    @TempDir
    private Path directory;

    private final NetworkCounters counters = NetworkCounters.unmanaged();
    private final CommandRing coordination =
        IngressRig.ring("coordination", CommandLengths.maxCoordinationCommand(MAX_MESSAGE, 16, 512));
    private final CommandRing[] partitions = {IngressRig.ring("partition-0", CommandLengths.maxPartitionCommand(256))};
    private final List<Throwable> errors = new ArrayList<>();
    private final List<Integer> coordinationCommands = new ArrayList<>();
    private final List<DialogueClient> clients = new ArrayList<>();
    private final Map<DialogueClient, Long> ids = new HashMap<>();
    private final IngressRig registry = IngressRig.connected();
    private MediaDriver driver;
    private Aeron server;
    private Aeron client;
    private Subscription udp;
    private SessionManager sessions;
    private IngressRole ingress;
    private EgressRole egress;
    private EgressProxy egressProxy;
    private long nowNs = registry.nowNs;

    @BeforeEach
    void launch() {
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.resolve("aeron").toString())
            .threadingMode(ThreadingMode.INVOKER)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .conductorBufferLength(1024 * 1024 + 768)
            .ipcTermBufferLength(TERM_LENGTH)
            .publicationTermBufferLength(TERM_LENGTH)
            .errorHandler(errors::add));
        server = aeron();
        client = aeron();
        final Subscription ipc = server.addSubscription("aeron:ipc", Protocol.INGRESS_STREAM_ID);
        udp = server.addSubscription("aeron:udp?endpoint=localhost:0", Protocol.INGRESS_STREAM_ID);
        sessions = new SessionManager(
            new SessionSettings(MAX_SESSIONS, 500 * MS, 10_000 * MS, 5_000 * MS, 128 * 1024, 512, 16, 8),
            new Advertisement("dialogue", 500, 10_000, MAX_MESSAGE, 512, 256, 16, 8),
            new AeronPublications(server, TERM_LENGTH, TERM_LENGTH, 1408, true),
            new SessionCommandProxy(coordination, partitions), Authenticator.ACCEPT_ALL, new SessionIds(100), counters);
        final RegistrySettings settings = RegistrySettings.of(IngressRig.PARTITIONS, 1024, 5);
        final RegistryPartition[] tables = registry.registry;
        final CapabilityDictionary capabilities = registry.capabilities;
        final IngressContext context = new IngressContext(
            sessions, coordination, partitions, RegistryReader.of(tables),
            RegistryCensus.of(tables), settings, capabilities,
            new AttributeDictionary(settings.attributes(), 16),
            new KindDictionary((id, name) -> { }), new IngressLimits(512, 256, 16, 8, 5_000 * MS, 100 * MS, 10_000 * MS),
            new LookupTimes(System::nanoTime), counters);
        final IngressAdapter adapter = new IngressAdapter(
            context, new WatchAdapter(context, new WatchSettings(4, 4, 4096, 4096, 64 * 1024)), errors::add);
        ingress = new IngressRole(ipc, udp, server.conductorAgentInvoker(), adapter, sessions,
            new LoadMonitor(new LoadSettings(25, 50, 80, 20 * MS, 50 * MS, 100 * MS, 50 * MS), LoadCounters.unmanaged()),
            System::nanoTime);
        egressProxy = new EgressProxy(128 * 1024, MAX_MESSAGE, counters);
        egress = new EgressRole(egressProxy, sessions, counters);
        registry.register("default", "a", "gpu", 10);
    }

    private Aeron aeron() {
        return Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(driver.aeronDirectoryName())
            .useConductorAgentInvoker(true)
            .driverAgentInvoker(driver.sharedAgentInvoker())
            .errorHandler(errors::add));
    }

    @AfterEach
    void shutDown() {
        CloseHelper.closeAll(clients);
        CloseHelper.closeAll(client, server, driver);
        assertEquals(List.of(), errors);
    }

    private void step() {
        driver.sharedAgentInvoker().invoke();
        client.conductorAgentInvoker().invoke();
        ingress.doWork(nowNs);
        egress.doWork(nowNs);
        clients.forEach(DialogueClient::poll);
        coordination.poll((buffer, offset, length, enqueuedNs) ->
            coordinationCommands.add(IngressRig.template(new UnsafeBuffer(buffer, offset, length))), IngressRig.SLOTS);
        partitions[0].poll((buffer, offset, length, enqueuedNs) -> { }, IngressRig.SLOTS);
    }

    /** The clock moves by 20 microseconds a step, so that what waits for the driver takes none of the time-outs. */
    private void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                fail("waited in vain: " + what);
            }
            nowNs += 20_000;
            step();
            Thread.yield();
        }
    }

    private void advanceMs(final long ms) {
        nowNs += ms * MS;
        step();
        nowNs += 11 * MS;
        step();
    }

    private DialogueClient client(final int streamId) {
        final DialogueClient added = DialogueClient.ipc(client, streamId);
        clients.add(added);
        return added;
    }

    private void send(final DialogueClient from, final UnsafeBuffer frame) {
        await("send", () -> from.offer(frame));
    }

    private DialogueClient connect(final DialogueClient added) {
        await("response channel", () -> added.responseChannel() != null);
        send(added, added.connectFrame(0, 0));
        await("connected", () -> added.has(ConnectedDecoder.TEMPLATE_ID));
        ids.put(added, added.sessionId());
        return added;
    }

    private void assertLookup(final DialogueClient from) {
        from.messages.clear();
        send(from, Frames.lookup(ids.get(from), 9, "", "a"));
        await("lookup", () -> from.has(LookupReplyDecoder.TEMPLATE_ID));
    }

    @Test
    void shouldAnswerALookupWhenAClientConnectedOverIpc() {
        final DialogueClient one = connect(client(2001));
        assertEquals("dialogue", one.connected().serverName());
        assertEquals(MAX_MESSAGE, one.connected().maxMessageLength());
        assertLookup(one);
        assertEquals(1, counters.get(NetworkCounter.SESSIONS));
    }

    @Test
    void shouldAnswerALookupWhenAClientConnectedOverUdp() {
        await("endpoint", () -> udp.resolvedEndpoint() != null);
        final DialogueClient one = DialogueClient.udp(client, udp.resolvedEndpoint(), 2001);
        clients.add(one);
        connect(one);
        assertLookup(one);
    }

    @Test
    void shouldRefuseWhenTheVersionIsAnother() {
        final DialogueClient one = client(2001);
        send(one, Frames.connect(5, 9 << 16, "aeron:ipc", 2001, 0, 0, "old"));
        await("refused", () -> one.has(RefusedDecoder.TEMPLATE_ID));
        assertEquals(ResultCode.UNSUPPORTED_VERSION.value(), Answers.refused(one.messages).code());
        await("stream closed", () -> one.subscription.imageCount() == 0);
        send(one, one.connectFrame(0, 0));
        await("connected after all", () -> one.has(ConnectedDecoder.TEMPLATE_ID));
    }

    @Test
    void shouldRefuseWhenAllSessionsAreTaken() {
        for (int i = 0; i < MAX_SESSIONS; i++) {
            connect(client(2001 + i));
        }
        final DialogueClient tooMany = client(2100);
        send(tooMany, tooMany.connectFrame(0, 0));
        await("refused", () -> tooMany.has(RefusedDecoder.TEMPLATE_ID));
        assertEquals("all sessions of ringmaster.session.max = 3 are taken", Answers.refused(tooMany.messages).text());
    }

    @Test
    void shouldKeepTheSessionWhenTheClientComesBackWithItsToken() {
        final DialogueClient one = connect(client(2001));
        final long sessionId = one.sessionId();
        final long token = one.connected().token();
        one.close();
        clients.remove(one);
        await("detached", () -> counters.get(NetworkCounter.SESSIONS_DETACHED) == 1);
        assertFalse(sessions.table().find(sessionId).isActive());
        final DialogueClient back = client(2002);
        send(back, back.connectFrame(sessionId, token));
        await("connected", () -> back.has(ConnectedDecoder.TEMPLATE_ID));
        assertEquals(1, back.connected().resumed());
        assertEquals(sessionId, back.sessionId());
        ids.put(back, sessionId);
        assertLookup(back);
    }

    @Test
    void shouldOpenANewSessionWhenTheTokenIsWrong() {
        final DialogueClient one = connect(client(2001));
        final DialogueClient thief = client(2002);
        send(thief, thief.connectFrame(one.sessionId(), one.connected().token() + 1));
        await("connected", () -> thief.has(ConnectedDecoder.TEMPLATE_ID));
        assertEquals(0, thief.connected().resumed());
        assertNotEquals(one.sessionId(), thief.sessionId());
        assertLookup(one);
    }

    @Test
    void shouldCloseTheSessionWhenTheClientIsSilent() {
        final DialogueClient one = connect(client(2001));
        final DialogueClient other = connect(client(2002));
        final long otherId = other.sessionId();
        advanceMs(6_000);
        send(other, Frames.keepAlive(otherId, 0));
        await("keep-alive read", () -> counters.get(NetworkCounter.FRAMES) >= 3);
        advanceMs(5_000);
        await("closed", () -> one.has(SessionClosedDecoder.TEMPLATE_ID));
        assertEquals(ResultCode.SESSION_CLOSED.value(), Answers.sessionClosed(one.messages).code());
        assertFalse(other.has(SessionClosedDecoder.TEMPLATE_ID));
        assertEquals(1, sessions.table().size());
    }

    @Test
    void shouldCloseTheSessionWhenTheClientAsksForIt() {
        final DialogueClient one = connect(client(2001));
        send(one, Frames.close(one.sessionId()));
        await("closed", () -> one.has(SessionClosedDecoder.TEMPLATE_ID));
        assertEquals(ResultCode.OK.value(), Answers.sessionClosed(one.messages).code());
        await("stream closed", () -> one.subscription.imageCount() == 0);
        assertEquals(0, sessions.table().size());
    }

    @Test
    void shouldOnlyDisconnectTheSlowClientWhenItDoesNotRead() {
        final DialogueClient slow = connect(client(2001));
        final DialogueClient quick = connect(client(2002));
        final long slowId = slow.sessionId();
        slow.reading = false;
        final String[] names = {"a", "b", "c", "d", "e", "f", "g", "h"};
        final UnsafeBuffer frame = Frames.lookupBatch(slowId, 3, "", names);
        for (int i = 0; sessions.table().find(slowId) != null && i < 5_000; i++) {
            send(slow, frame);
            step();
            if (i % 100 == 0) {
                assertLookup(quick);
            }
        }
        assertEquals(1, counters.get(NetworkCounter.SLOW_CLIENTS));
        assertLookup(quick);
        slow.reading = true;
        await("the slow one gets what was sent and sees the end", () -> slow.subscription.imageCount() == 0);
        assertTrue(slow.has(LookupBatchReplyDecoder.TEMPLATE_ID));
    }

    @Test
    void shouldAnswerTheNextRequestWhenAFrameWasMalformed() {
        final DialogueClient one = connect(client(2001));
        final UnsafeBuffer frame = Frames.lookup(one.sessionId(), 44, "", "a");
        frame.putShort(frame.capacity() - 3, (short) 500);
        send(one, frame);
        await("malformed", () -> one.has(ReplyDecoder.TEMPLATE_ID));
        assertEquals("MALFORMED 44 the frame could not be decoded", Answers.reply(one.messages));
        send(one, new UnsafeBuffer(new byte[3]));
        await("counted", () -> counters.get(NetworkCounter.MALFORMED_FRAMES) == 2);
        assertLookup(one);
    }

    @Test
    void shouldPutMessagesTogetherWhenTheyAreFragmented() {
        final DialogueClient one = connect(client(2001));
        final UnsafeBuffer frame = Frames.submit(one.sessionId(), 5, 12, "gpu", "kind", 500, t -> { });
        assertTrue(frame.capacity() > 4 * one.publication.maxPayloadLength(), "it has more than two fragments");
        coordinationCommands.clear();
        send(one, frame);
        await("command", () -> !coordinationCommands.isEmpty());
        assertEquals(List.of(SubmitBatchCommandDecoder.TEMPLATE_ID), coordinationCommands);
    }

    @Test
    void shouldTakeAFragmentedMessageLaterWhenTheRingWasFull() {
        final DialogueClient one = connect(client(2001));
        final UnsafeBuffer frame = Frames.heartbeat(one.sessionId(), new long[150], 1, 0, 10);
        assertTrue(frame.capacity() > one.publication.maxPayloadLength(), "it is fragmented");
        final long before = coordination.counters().enqueued();
        assertTrue(one.offer(frame));
        // 150 renewals, but the partition's ring has 64 slots: it is put back twice.
        await("all parts", () -> coordination.counters().enqueued() >= before + 151);
        assertEquals(before + 151, coordination.counters().enqueued());
        assertEquals(150, partitions[0].counters().enqueued());
        assertTrue(counters.get(NetworkCounter.ABORTED_FRAMES) >= 2);
    }

    @Test
    void shouldAnswerTooLargeWhenAMessageIsLongerThanTheServerTakes() {
        final DialogueClient one = connect(client(2001));
        final long sessionId = one.sessionId();
        final ExclusivePublication big =
            client.addExclusivePublication("aeron:ipc?term-length=1m", Protocol.INGRESS_STREAM_ID);
        final UnsafeBuffer connect = Frames.connect(2, 2001, 0, 0);
        await("offer", () -> big.offer(connect) > 0);
        await("second session", () -> one.connected().sessionId() != sessionId);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[60_000]);
        final UnsafeBuffer start = Frames.submit(one.sessionId(), 5, 1, "", "", 0, t -> { });
        frame.putBytes(0, start, 0, start.capacity());
        await("offer", () -> big.offer(frame) > 0);
        await("reply", () -> one.has(ReplyDecoder.TEMPLATE_ID));
        assertEquals("TOO_LARGE 77 message = 60000 bytes is more than 8192 bytes", Answers.reply(one.messages));
        big.close();
    }

    @Test
    void shouldDeliverWhatOtherRolesSend() {
        final DialogueClient one = connect(client(2001));
        final int length = 5_000;
        final int index = egressProxy.tryClaim(one.sessionId(), length);
        egressProxy.buffer().setMemory(index, length, (byte) 7);
        egressProxy.commit(index);
        final int before = one.messages.size();
        await("delivered", () -> one.messages.size() > before);
        assertEquals(length, one.messages.get(before).capacity());
    }
}
