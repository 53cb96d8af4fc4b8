package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.UnwatchRequestEncoder;
import io.ringmaster.protocol.codec.WatchAckEncoder;
import io.ringmaster.protocol.codec.WatchRequestEncoder;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.UnwatchCommandDecoder;
import io.ringmaster.server.codec.WatchAckCommandDecoder;
import io.ringmaster.server.codec.WatchCommandDecoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.watch.WatchAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchAdapterTest {
    private static final int WINDOW = 128 * 1024;
    private static final int MAX_WINDOW = 1024 * 1024;

    private final IngressRig rig = IngressRig.connected();
    private final IngressContext context = new IngressContext(
        rig.sessions, rig.coordination, rig.partitionRings, RegistryReader.of(rig.registry),
        RegistryCensus.of(rig.registry), rig.registry[0].settings(), rig.capabilities, rig.attributes,
        new KindDictionary((id, name) -> { }),
        new IngressLimits(512, 1024, 16, 8, 5_000_000_000L, 100_000_000L, 10_000_000_000L),
        new LookupTimes(System::nanoTime), rig.counters);
    private final IngressAdapter adapter =
        new IngressAdapter(context, new WatchAdapter(context, new WatchSettings(4, 4, WINDOW, MAX_WINDOW, 1024 * 1024)), rig.errors::add);

    @Test
    void shouldForwardAWatchToTheFirstPartitionWhenItIsValid() {
        assertEquals(Action.CONTINUE, on(watch(1, 8192, "ml", "agent/", "gpu,llm", "a,b", "old")));
        final UnsafeBuffer command = onlyCommand();
        final WatchCommandDecoder decoder = new WatchCommandDecoder().wrapAndApplyHeader(command, 0, new MessageHeaderDecoder());
        assertEquals(rig.sessionId, decoder.sessionId());
        assertEquals(77, decoder.correlationId());
        assertEquals(5, decoder.watchId());
        assertEquals(1, decoder.kind());
        assertEquals(8192, decoder.windowBytes());
        assertEquals(set("gpu,llm").word(0), decoder.allOf().w0());
        assertEquals(set("a,b").word(0), decoder.anyOf().w0());
        assertEquals(set("old").word(0), decoder.noneOf().w0());
        assertEquals("ml", decoder.namespaceName());
        assertEquals("agent/", decoder.namePrefix());
        assertEquals(command.capacity(), decoder.limit());
    }

    @Test
    void shouldTakeTheDefaultsOfAnEmptyFilter() {
        on(watch(0, 0, "", "", "", "", ""));
        final WatchCommandDecoder decoder =
            new WatchCommandDecoder().wrapAndApplyHeader(onlyCommand(), 0, new MessageHeaderDecoder());
        assertEquals(WINDOW, decoder.windowBytes());
        assertEquals(0, decoder.kind());
        assertEquals(0, decoder.allOf().w0() | decoder.anyOf().w0() | decoder.noneOf().w0());
        assertEquals("", decoder.namespaceName());
        assertEquals("", decoder.namePrefix());
    }

    @ParameterizedTest
    @CsvSource({
        "3, 8192, ml, a, g, INVALID_ARGUMENT 77 kind = 3 must be from 0 to 2",
        "1, 4095, ml, a, g, INVALID_ARGUMENT 77 windowBytes = 4095 must be from 4096 to 1048576",
        "1, 1048577, ml, a, g, INVALID_ARGUMENT 77 windowBytes = 1048577 must be from 4096 to 1048576",
        "1, -1, ml, a, g, INVALID_ARGUMENT 77 windowBytes = -1 must be from 4096 to 1048576",
        "1, 8192, m l, a, g, 'INVALID_ARGUMENT 77 namespaceName = ''m l'' must be 1 to 128 printable ASCII characters without blanks and "
            + "commas'",
        "1, 8192, ml, a a, g, 'INVALID_ARGUMENT 77 namePrefix = ''a a'' must be 1 to 128 printable ASCII characters without blanks and "
            + "commas'",
        "1, 8192, ml, a, g$, 'INVALID_ARGUMENT 77 anyOf ''g$'' must be 1 to 128 letters, digits or any of ._:/-'"})
    void shouldRefuseAWatchWhenAValueIsOutOfItsBounds(
        final int kind, final int window, final String namespace, final String prefix, final String anyOf, final String reply) {
        assertEquals(Action.CONTINUE, on(watch(kind, window, namespace, prefix, "", anyOf, "")));
        assertEquals(reply, rig.reply());
        assertEquals(1, rig.count(NetworkCounter.INVALID_REQUESTS));
        assertEquals(List.of(), rig.drainPartitions());
    }

    @Test
    void shouldRefuseAWatchWhenItsCapabilitiesFindNoId() {
        for (int i = 0; i < CapabilitySet.MAX_CAPABILITIES; i++) {
            set("c" + i);
        }
        on(watch(1, 8192, "ml", "", "", "", "new"));
        assertEquals("REGISTRY_FULL 77 noneOf 'new' is new, and the server knows 256 names already, which is the bound", rig.reply());
    }

    @Test
    void shouldLeaveRoomForTheCapabilitiesOfRecordsWhenFiltersMakeNamesUp() {
        final int max = CapabilitySet.MAX_CAPABILITIES / 4;
        set("known");
        for (int i = 0; i < max; i++) {
            on(watch(1, 8192, "ml", "", "known", "made-up-" + i, "known"));
            assertEquals(1, rig.drainPartitions().size());
        }
        on(watch(1, 8192, "ml", "", "one-more", "", "and-another"));
        assertEquals("REGISTRY_FULL 77 capability names that no record had = 66 is more than watches may bring, 64", rig.reply());
        assertEquals(1 + max, rig.capabilities.size(), "a refused watch leaves none");
        on(watch(1, 8192, "ml", "", "known", "made-up-0", "made-up-1"));
        assertEquals(1, rig.drainPartitions().size(), "names that are there are no new ones");
        set("of-a-record");
        on(watch(1, 8192, "ml", "", "of-a-record", "", ""));
        assertEquals(1, rig.drainPartitions().size());
    }

    @Test
    void shouldKeepNoNameOfAWatchThatTheRingHasNoRoomFor() {
        IngressRig.fill(rig.partitionRings[0], false);
        on(watch(1, 8192, "ml", "", "new-a", "new-b", ""));
        assertTrue(rig.reply().startsWith("OVERLOADED 77"));
        assertEquals(0, rig.capabilities.size());
    }

    @Test
    void shouldRefuseNewWatchesAndForwardTheRestWhenTheRingHasOnlyItsReserve() {
        IngressRig.fill(rig.partitionRings[0], false);
        assertEquals(Action.CONTINUE, on(watch(1, 8192, "ml", "", "", "", "")));
        assertTrue(rig.reply().startsWith("OVERLOADED 77"), rig.reply());
        assertEquals(1, rig.count(NetworkCounter.OVERLOADED_REQUESTS));
        final int depth = rig.partitionRings[0].depth();
        assertEquals(Action.CONTINUE, on(ack(5, 100)));
        assertEquals(Action.CONTINUE, on(unwatch(5)));
        assertEquals(depth + 2, rig.partitionRings[0].depth());
        IngressRig.fill(rig.partitionRings[0], true);
        assertEquals(Action.ABORT, on(ack(5, 100)), "comes again");
        assertEquals(Action.ABORT, on(unwatch(5)));
        assertEquals(0, rig.partitionRings[1].depth());
    }

    @Test
    void shouldForwardAcknowledgementsAndEnds() {
        on(ack(5, 123));
        final WatchAckCommandDecoder ack = new WatchAckCommandDecoder().wrapAndApplyHeader(
            onlyCommand(), 0, new MessageHeaderDecoder());
        assertEquals(rig.sessionId, ack.sessionId());
        assertEquals(5, ack.watchId());
        assertEquals(123, ack.ackedSequence());
        on(unwatch(6));
        final UnwatchCommandDecoder end = new UnwatchCommandDecoder().wrapAndApplyHeader(
            onlyCommand(), 0, new MessageHeaderDecoder());
        assertEquals(rig.sessionId, end.sessionId());
        assertEquals(78, end.correlationId());
        assertEquals(6, end.watchId());
    }

    @Test
    void shouldForwardAnswerOrCountEveryFrameWhenFramesAreChangedAtRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final List<UnsafeBuffer> frames =
            List.of(watch(1, 8192, "ml", "agent/", "gpu,llm", "a,b", "old"), ack(5, 100), unwatch(5));
        for (int round = 0; round < 100_000; round++) {
            final UnsafeBuffer frame = frames.get(random.nextInt(frames.size()));
            final UnsafeBuffer changed =
                new UnsafeBuffer(new byte[random.nextInt(4) == 0 ? random.nextInt(frame.capacity()) : frame.capacity()]);
            changed.putBytes(0, frame, 0, changed.capacity());
            // What is behind the header: the template stays.
            for (int i = random.nextInt(4); i > 0 && changed.capacity() > 8; i--) {
                changed.putByte(8 + random.nextInt(changed.capacity() - 8), (byte) random.nextInt());
            }
            final long before = outcomes();
            assertEquals(Action.CONTINUE, on(changed));
            assertEquals(before + 1, outcomes(), "seed " + seed + " round " + round);
            assertTrue(rig.errors.isEmpty(), () -> "seed " + seed + " " + rig.errors);
            rig.publication.clear();
            rig.drainPartitions();
        }
    }

    private long outcomes() {
        return rig.count(NetworkCounter.MALFORMED_FRAMES) + rig.count(NetworkCounter.UNKNOWN_SESSION_FRAMES) +
            rig.count(NetworkCounter.INVALID_REQUESTS) + rig.partitionRings[0].counters().enqueued();
    }

    private Action on(final UnsafeBuffer frame) {
        rig.sessions.nowNs(rig.nowNs);
        adapter.onCycleStart(rig.nowNs);
        return adapter.onFrame(frame, 0, frame.capacity(), rig.stream);
    }

    private UnsafeBuffer onlyCommand() {
        final List<UnsafeBuffer> commands = rig.drainPartitions();
        assertEquals(1, commands.size());
        return commands.get(0);
    }

    private CapabilitySet set(final String names) {
        final CapabilitySet set = new CapabilitySet();
        final UnsafeBuffer bytes = new UnsafeBuffer(names.getBytes(StandardCharsets.US_ASCII));
        assertTrue(rig.capabilities.parse(bytes, 0, bytes.capacity(), set, true) > 0);
        return set;
    }

    private UnsafeBuffer watch(
        final int kind, final int window, final String namespace, final String prefix, final String allOf, final String anyOf,
        final String noneOf) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final WatchRequestEncoder encoder = new WatchRequestEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .sessionId(rig.sessionId).correlationId(77).watchId(5).kind((short) kind).windowBytes(window);
        encoder.namespaceName(namespace).namePrefix(prefix).allOf(allOf).anyOf(anyOf).noneOf(noneOf);
        return exact(buffer, encoder.encodedLength());
    }

    private UnsafeBuffer ack(final long watchId, final long sequence) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new WatchAckEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .sessionId(rig.sessionId).watchId(watchId).ackedSequence(sequence).encodedLength());
    }

    private UnsafeBuffer unwatch(final long watchId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new UnwatchRequestEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .sessionId(rig.sessionId).correlationId(78).watchId(watchId).encodedLength());
    }

    private static UnsafeBuffer exact(final ExpandableArrayBuffer buffer, final int encodedLength) {
        final byte[] bytes = new byte[MessageHeaderEncoder.ENCODED_LENGTH + encodedLength];
        buffer.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }
}
