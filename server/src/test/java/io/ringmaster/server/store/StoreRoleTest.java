package io.ringmaster.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.DropNamespaceReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyEncoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyEncoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.session.NetworkCounters;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.junit.jupiter.api.Test;

class StoreRoleTest {
    private static final int MAX_RECORD = 256;

    private final StoreCounters counters = StoreCounters.unmanaged();
    private final StoreState state = new StoreState();
    private final FakeStore store = new FakeStore();
    private final List<Throwable> errors = new ArrayList<>();
    private final StoreRing ring = new StoreRing(64 * 1024, MAX_RECORD, counters);
    private final EgressProxy egress = new EgressProxy(64 * 1024, 4096, NetworkCounters.unmanaged());
    private final ManyToOneRingBuffer egressRing = new ManyToOneRingBuffer((AtomicBuffer)egress.buffer());
    private final StoreRole role = new StoreRole(ring, store, egress, state, counters, errors::add);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    private void put(final long incarnation, final String record) {
        final int index = ring.tryClaimPut(incarnation, record.length());
        assertTrue(index >= 0, "the ring is full");
        ring.buffer().putStringWithoutLengthAscii(index, record);
        ring.commit(index);
    }

    private boolean registered(final long sessionId, final long correlationId, final ResultCode code) {
        final int index = ring.tryClaim(sessionId, MessageHeaderEncoder.ENCODED_LENGTH + RegisterReplyEncoder.BLOCK_LENGTH + 2);
        if (index < 0) {
            return false;
        }
        new RegisterReplyEncoder().wrapAndApplyHeader(ring.buffer(), index, header)
            .correlationId(correlationId).code(code.value()).agentId(9).text("");
        ring.commit(index);
        return true;
    }

    private void replied(final long sessionId, final long correlationId, final long value) {
        final int index = ring.tryClaim(sessionId, MessageHeaderEncoder.ENCODED_LENGTH + ReplyEncoder.BLOCK_LENGTH + 2);
        new ReplyEncoder().wrapAndApplyHeader(ring.buffer(), index, header)
            .correlationId(correlationId).code(ResultCode.OK.value()).value(value).text("");
        ring.commit(index);
    }

    private List<String> replies() {
        final List<String> replies = new ArrayList<>();
        egressRing.read((type, buffer, index, length) -> replies.add(describe(buffer, index)));
        return replies;
    }

    private static String describe(final MutableDirectBuffer buffer, final int index) {
        final MessageHeaderDecoder decoder = new MessageHeaderDecoder();
        final int offset = index + Long.BYTES;
        final String to = buffer.getLong(index) + ": ";
        decoder.wrap(buffer, offset);
        return to + switch (decoder.templateId()) {
            case RegisterReplyDecoder.TEMPLATE_ID -> {
                final RegisterReplyDecoder reply = new RegisterReplyDecoder().wrapAndApplyHeader(buffer, offset, decoder);
                yield "registered " + reply.correlationId() + " " + ResultCode.of(reply.code());
            }
            case ReplyDecoder.TEMPLATE_ID -> {
                final ReplyDecoder reply = new ReplyDecoder().wrapAndApplyHeader(buffer, offset, decoder);
                yield "replied " + reply.correlationId() + " " + ResultCode.of(reply.code());
            }
            default -> "template " + decoder.templateId();
        };
    }

    @Test
    void shouldStoreTheChangeBeforeItsReplyIsSent() {
        put(1, "first");
        assertTrue(registered(7, 100, ResultCode.OK));
        ring.remove(1);
        replied(7, 101, 1);
        assertEquals(List.of(), replies());
        assertTrue(role.doWork(0) > 0);
        assertEquals(List.of("7: registered 100 OK", "7: replied 101 OK"), replies());
        assertEquals(List.of("put 1 first", "remove 1"), store.calls);
        assertEquals(1, counters.puts.get());
        assertEquals(1, counters.removes.get());
        assertEquals(0, ring.size());
        assertTrue(counters.ringHighWater.get() > 100);
    }

    @Test
    void shouldHoldRepliesAndWhatIsBehindThemWhenTheEgressRingIsFull() {
        int filler = 0;
        for (int index = egress.tryClaim(1, 4000); index >= 0; index = egress.tryClaim(1, 4000)) {
            egress.buffer().setMemory(index, 4000, (byte)0);
            egress.commit(index);
            filler++;
        }
        for (int index = egress.tryClaim(1, 8); index >= 0; index = egress.tryClaim(1, 8)) {
            egress.buffer().setMemory(index, 8, (byte)0);
            egress.commit(index);
        }
        assertTrue(filler > 10);
        put(1, "first");
        assertTrue(registered(7, 100, ResultCode.OK));
        put(2, "second");
        role.doWork(0);
        assertEquals(List.of("put 1 first"), store.calls);
        assertTrue(ring.size() > 0);
        while (!replies().isEmpty()) {
            role.doWork(0);
        }
        assertEquals(List.of("put 1 first", "put 2 second"), store.calls);
    }

    @Test
    void shouldWithholdAcknowledgementsAndLetReadsPassWhenTheStoreThrows() {
        store.failure = new IllegalStateException("no");
        put(1, "first");
        assertTrue(registered(7, 100, ResultCode.OK));
        assertTrue(registered(8, 101, ResultCode.ALREADY_REGISTERED));
        replied(7, 102, 55);
        replied(7, 103, 0);
        role.doWork(0);
        assertEquals(List.of("7: registered 100 INTERNAL", "8: registered 101 ALREADY_REGISTERED", "7: replied 102 INTERNAL",
            "7: replied 103 OK"), replies());
        assertFalse(state.isWritable());
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("record 1 was not stored"), errors.get(0).getMessage());
        assertEquals(2, counters.withheld.get());
        assertEquals(1, counters.failures.get());
    }

    @Test
    void shouldWithholdAcknowledgementsWhateverErrorTheStoreThrows() {
        store.error = new LinkageError("no");
        put(1, "first");
        assertTrue(registered(7, 100, ResultCode.OK));
        role.doWork(0);
        role.doWork(0);
        assertEquals(List.of("7: registered 100 INTERNAL"), replies());
        assertFalse(state.isWritable());
    }

    @Test
    void shouldTakeNoMoreChangesWhenTheStoreFailedOnce() {
        store.result = "FULL";
        put(1, "first");
        store.result = "FULL";
        role.doWork(0);
        store.result = "STORED";
        put(2, "second");
        assertTrue(registered(7, 100, ResultCode.OK));
        role.doWork(0);
        assertEquals(List.of("put 1 first"), store.calls);
        assertEquals(List.of("7: registered 100 INTERNAL"), replies());
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("FULL"), errors.get(0).getMessage());
    }

    @Test
    void shouldWithholdEveryResultOfABatchAndOfADropWhenTheStoreFailed() {
        store.failure = new IllegalStateException("no");
        put(1, "first");
        final RegisterBatchReplyEncoder batch = new RegisterBatchReplyEncoder();
        final UnsafeBuffer scratch = new UnsafeBuffer(new byte[512]);
        batch.wrapAndApplyHeader(scratch, 0, header).correlationId(5).total(3);
        final RegisterBatchReplyEncoder.ResultsEncoder results = batch.resultsCount(3);
        results.next().index(0).code(ResultCode.OK.value()).agentId(1);
        results.next().index(1).code(ResultCode.REGISTRY_FULL.value());
        results.next().index(2).code(ResultCode.OK.value()).agentId(2);
        batch.text("");
        send(scratch, MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength());
        final DropNamespaceReplyEncoder drop = new DropNamespaceReplyEncoder();
        drop.wrapAndApplyHeader(scratch, 0, header).correlationId(6).code(ResultCode.OK.value()).text("");
        send(scratch, MessageHeaderEncoder.ENCODED_LENGTH + drop.encodedLength());
        role.doWork(0);
        final List<Integer> codes = new ArrayList<>();
        egressRing.read((type, buffer, index, length) -> {
            final MessageHeaderDecoder decoder = new MessageHeaderDecoder();
            decoder.wrap(buffer, index + Long.BYTES);
            if (decoder.templateId() == RegisterBatchReplyDecoder.TEMPLATE_ID) {
                new RegisterBatchReplyDecoder().wrapAndApplyHeader(buffer, index + Long.BYTES, decoder).results()
                    .forEach(result -> codes.add(result.code()));
            } else {
                codes.add((int)buffer.getShort(index + Long.BYTES + MessageHeaderDecoder.ENCODED_LENGTH +
                    DropNamespaceReplyEncoder.codeEncodingOffset()));
            }
        });
        final int internal = ResultCode.INTERNAL.value();
        assertEquals(List.of(internal, ResultCode.REGISTRY_FULL.value(), internal, internal), codes);
    }

    private void send(final UnsafeBuffer message, final int length) {
        final int index = ring.tryClaim(7, length);
        ring.buffer().putBytes(index, message, 0, length);
        ring.commit(index);
    }

    @Test
    void shouldKeepRoomForTheChangesOfAllCommandsWhenMessagesFillTheRing() {
        int messages = 0;
        while (registered(7, messages, ResultCode.OK)) {
            messages++;
        }
        assertTrue(messages > 100, messages + " messages");
        assertFalse(ring.hasRoom(200));
        assertEquals(1, counters.ringRefused.get());
        final String longest = "r".repeat(MAX_RECORD);
        for (int i = 0; i < StoreRing.MAX_COMMANDS; i++) {
            assertTrue(ring.remove(i), "the ring is full");
            assertTrue(ring.remove(i), "the ring is full");
            put(i, longest);
        }
        while (role.doWork(0) > 0 || !replies().isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(3 * StoreRing.MAX_COMMANDS, store.calls.size());
        assertTrue(ring.hasRoom(0));
    }

    @Test
    void shouldKeepThatRoomWhereverTheRingWraps() {
        final String longest = "r".repeat(MAX_RECORD);
        for (int shift = 0; shift < 700; shift++) {
            put(1, "x".repeat(shift % 97));
            role.doWork(0);
            while (registered(7, shift, ResultCode.OK)) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < StoreRing.MAX_COMMANDS; i++) {
                assertTrue(ring.remove(i), "the ring is full");
                assertTrue(ring.remove(i), "the ring is full");
                put(i, longest);
            }
            while (role.doWork(0) > 0 || !replies().isEmpty()) {
                Thread.onSpinWait();
            }
        }
        assertEquals(700 * (1 + 3 * StoreRing.MAX_COMMANDS), store.calls.size());
    }

    @Test
    void shouldStoreWhatIsLeftInTheRingWhenTheServerCloses() {
        put(1, "first");
        assertTrue(registered(7, 100, ResultCode.OK));
        put(2, "second");
        role.drainChanges();
        assertEquals(List.of("put 1 first", "put 2 second"), store.calls);
        assertEquals(List.of(), replies());
        assertEquals(0, ring.size());
    }

    @Test
    void shouldRefuseARingThatIsTooShortForItsRecords() {
        final ConfigException ex = assertThrows(ConfigException.class, () -> new StoreRing(64 * 1024, 4096, counters));
        assertTrue(ex.getMessage().contains("ringmaster.registry.store.ring-bytes = 65536 must be at least 524288"), ex.getMessage());
        assertEquals(524288, new StoreRing(524288, 4096, counters).capacity());
    }
}
