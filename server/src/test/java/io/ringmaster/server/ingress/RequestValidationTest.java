package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.codec.RegisterRequestEncoder;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every bound, with the text that a person gets. */
class RequestValidationTest {
    private static final String NAME_RULE = "' must be 1 to 128 printable ASCII characters without blanks and commas";
    private static final String WORD_RULE = "' must be 1 to 128 letters, digits or any of ._:/-";

    private final IngressRig rig = IngressRig.connected();

    @AfterEach
    void nothingForwarded() {
        assertTrue(rig.drain(rig.coordination).isEmpty());
        assertTrue(rig.drainPartitions().isEmpty());
        assertTrue(rig.errors.isEmpty());
    }

    private void assertRefused(final String expected, final UnsafeBuffer frame) {
        final long before = rig.count(NetworkCounter.INVALID_REQUESTS);
        rig.publication.clear();
        rig.on(frame);
        assertEquals(expected, rig.reply());
        assertEquals(before + 1, rig.count(NetworkCounter.INVALID_REQUESTS));
    }

    private UnsafeBuffer register(final Consumer<RegisterRequestEncoder> change) {
        return Frames.register(rig.sessionId, 5, "", "a", "x", 0, change);
    }

    @Test
    void shouldNameTheBoundWhenRegistrationIsInvalid() {
        assertRefused("INVALID_ARGUMENT 5 kind = 3 must be from 1 to 2", register(r -> r.kind((short) 3)));
        assertRefused("INVALID_ARGUMENT 5 kind = 0 must be from 1 to 2", register(r -> r.kind((short) 0)));
        assertRefused("INVALID_ARGUMENT 5 capacity = 0 must be from 1 to 4096", register(r -> r.capacity(0)));
        assertRefused("INVALID_ARGUMENT 5 capacity = 4097 must be from 1 to 4096", register(r -> r.capacity(4097)));
        assertRefused("INVALID_ARGUMENT 5 parallelism = 5 must be from 1 to 4", register(r -> r.parallelism(5)));
        assertRefused("INVALID_ARGUMENT 5 parallelism = 0 must be from 1 to 4", register(r -> r.parallelism(0)));
        assertRefused("INVALID_ARGUMENT 5 leaseMs = 99 must be from 100 to 3600000", register(r -> r.leaseMs(99)));
        assertRefused("INVALID_ARGUMENT 5 leaseMs = -1 must be from 100 to 3600000", register(r -> r.leaseMs(-1)));
        assertRefused("INVALID_ARGUMENT 5 capacity = -1 must not be negative",
            register(r -> r.kind((short) 2).capacity(-1)));
    }

    @Test
    void shouldNameTheBoundWhenNamesAreInvalid() {
        assertRefused("INVALID_ARGUMENT 5 name = '" + NAME_RULE, Frames.register(rig.sessionId, 5, "", "", "", 0, r -> { }));
        assertRefused("INVALID_ARGUMENT 5 name = 'a b" + NAME_RULE, Frames.register(rig.sessionId, 5, "", "a b", "", 0, r -> { }));
        assertRefused("INVALID_ARGUMENT 5 name = 'a,b" + NAME_RULE, Frames.lookup(rig.sessionId, 5, "", "a,b"));
        assertRefused("TOO_LARGE 5 name = 129 bytes is more than 128 bytes",
            Frames.unregister(rig.sessionId, 5, "", "n".repeat(129)));
        assertRefused("INVALID_ARGUMENT 5 namespaceName = 'a?" + NAME_RULE, Frames.lookup(rig.sessionId, 5, "a\u0001", "b"));
        assertRefused("TOO_LARGE 5 namespaceName = 200 bytes is more than 128 bytes",
            Frames.lookupBatch(rig.sessionId, 5, "n".repeat(200), "a"));
    }

    @Test
    void shouldNameTheBoundWhenCapabilitiesOrMetadataAreInvalid() {
        assertRefused("TOO_LARGE 5 metadata = 1025 bytes is more than 1024 bytes",
            Frames.register(rig.sessionId, 5, "", "a", "x", 1025, r -> { }));
        assertRefused("INVALID_ARGUMENT 5 capabilities 'b d" + WORD_RULE,
            Frames.register(rig.sessionId, 5, "", "a", "x,b d", 0, r -> { }));
        assertRefused("INVALID_ARGUMENT 5 capabilities '" + WORD_RULE,
            Frames.register(rig.sessionId, 5, "", "a", "x,,y", 0, r -> { }));
        assertRefused("TOO_LARGE 5 capabilities = 1025 bytes is more than 1024 bytes",
            withOneByteMore(Frames.register(rig.sessionId, 5, "", "a", "x".repeat(1024), 0, r -> { })));
        assertRefused("TOO_LARGE 5 capabilities '" + "x".repeat(32) + "...' = 129 bytes is more than 128 bytes",
            Frames.register(rig.sessionId, 5, "", "a", "x".repeat(129), 0, r -> { }));
        assertEquals(0, rig.capabilities.size());
    }

    /** The codec writes at most 1,024 bytes of names; another client may write more. */
    private static UnsafeBuffer withOneByteMore(final UnsafeBuffer frame) {
        final int metadataOffset = frame.capacity() - Short.BYTES - Integer.BYTES;
        final int namesOffset = metadataOffset - 1024 - Short.BYTES;
        final UnsafeBuffer longer = new UnsafeBuffer(new byte[frame.capacity() + 1]);
        longer.putBytes(0, frame, 0, metadataOffset);
        longer.putShort(namesOffset, (short) 1025, ByteOrder.LITTLE_ENDIAN);
        longer.putByte(metadataOffset, (byte) 'x');
        longer.setMemory(metadataOffset + 1, Short.BYTES + Integer.BYTES, (byte) 0);
        return longer;
    }

    @Test
    void shouldRefuseRegistrationWhenItBringsOneCapabilityTooMany() {
        for (int i = 0; i < 256; i++) {
            rig.on(Frames.register(rig.sessionId, 5, "", "a", "c" + i, 0, r -> { }));
            rig.drainPartitions();
        }
        assertRefused("REGISTRY_FULL 5 capabilities 'c256' is new, and the server knows 256 names already, which is the bound",
            Frames.register(rig.sessionId, 5, "", "a", "c1,c256", 0, r -> { }));
    }

    @Test
    void shouldNameTheBoundWhenHeartbeatIsInvalid() {
        assertRefused("INVALID_ARGUMENT 0 agents[0].readiness = 4 must be from 1 to 3",
            Frames.heartbeat(rig.sessionId, new long[] {1}, 4, 0, 0));
        assertRefused("INVALID_ARGUMENT 0 agents[0].inFlight = -1 must not be negative",
            Frames.heartbeat(rig.sessionId, new long[] {1}, 1, -1, 0));
        assertRefused("INVALID_ARGUMENT 0 agents[1].agentId = -5 must be one that this server gave out",
            Frames.heartbeat(rig.sessionId, new long[] {1, -5}, 1, 0, 0));
        assertRefused("INVALID_ARGUMENT 0 agents[0].agentId = 562949953421312 must be one that this server gave out",
            Frames.heartbeat(rig.sessionId, new long[] {2L << 48}, 1, 0, 0));
    }

    @Test
    void shouldNameTheBoundWhenBatchIsInvalid() {
        assertRefused("INVALID_ARGUMENT 77 batchId = 0 must be another number",
            Frames.submit(rig.sessionId, 0, 1, "", "", 0, t -> { }));
        assertRefused("INVALID_ARGUMENT 77 tasks = 0 must be from 1 to 16",
            Frames.submit(rig.sessionId, 1, 0, "", "", 0, t -> { }));
        assertRefused("INVALID_ARGUMENT 77 tasks = 17 must be from 1 to 16",
            Frames.submit(rig.sessionId, 1, 17, "", "", 0, t -> { }));
        assertRefused("TOO_LARGE 77 tasks[0].payload = 513 bytes is more than 512 bytes",
            Frames.submit(rig.sessionId, 1, 1, "", "", 513, t -> { }));
        assertRefused("INVALID_ARGUMENT 77 tasks[0].priority = 4 must be from 0 to 3",
            Frames.submit(rig.sessionId, 1, 1, "", "", 0, t -> t.priority((short) 4)));
        assertRefused("INVALID_ARGUMENT 77 tasks[0].costNs = -1 must not be negative",
            Frames.submit(rig.sessionId, 1, 1, "", "", 0, t -> t.costNs(-1)));
        assertRefused("INVALID_ARGUMENT 77 tasks[0].deadlineNs = -2 must not be negative",
            Frames.submit(rig.sessionId, 1, 1, "", "", 0, t -> t.deadlineNs(-2)));
        assertRefused("INVALID_ARGUMENT 77 tasks[0].capabilities '!" + WORD_RULE,
            Frames.submit(rig.sessionId, 1, 1, "x,!", "", 0, t -> { }));
        assertRefused("INVALID_ARGUMENT 77 tasks[0].taskKind = 'a b' must be letters, digits or any of ._:/-",
            Frames.submit(rig.sessionId, 1, 1, "x", "a b", 0, t -> { }));
        assertRefused("TOO_LARGE 77 tasks[0].taskKind = 129 bytes is more than 128 bytes",
            Frames.submit(rig.sessionId, 1, 1, "x", "k".repeat(129), 0, t -> { }));
        assertEquals(0, rig.kinds.size());
    }

    @Test
    void shouldNameTheBoundWhenLookupOrQueryIsInvalid() {
        assertRefused("INVALID_ARGUMENT 5 keys = 0 must be from 1 to 8", Frames.lookupBatch(rig.sessionId, 5, ""));
        assertRefused("INVALID_ARGUMENT 5 keys = 9 must be from 1 to 8",
            Frames.lookupBatch(rig.sessionId, 5, "", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
        assertRefused("INVALID_ARGUMENT 5 kind = 3 must be from 0 to 2", Frames.query(rig.sessionId, 5, 3, 1, 0, "", ""));
        assertRefused("INVALID_ARGUMENT 5 maxRecords = 0 must be from 1 to 65534",
            Frames.query(rig.sessionId, 5, 0, 0, 0, "", ""));
        assertRefused("INVALID_ARGUMENT 5 cursor = -1 must not be negative",
            Frames.query(rig.sessionId, 5, 0, 1, -1, "", ""));
        assertRefused("INVALID_ARGUMENT 5 allOf '?" + WORD_RULE, Frames.query(rig.sessionId, 5, 0, 1, 0, "", "a,?"));
    }

    @Test
    void shouldNameTheBoundWhenAnAnswerOrCancelIsInvalid() {
        assertRefused("INVALID_ARGUMENT 0 code = 8 must be OK, TASK_FAILED or CANCELLED",
            Frames.taskCompleted(rig.sessionId, 1, 8, 0, 0));
        assertRefused("INVALID_ARGUMENT 0 serviceNs = -1 must not be negative",
            Frames.taskCompleted(rig.sessionId, 1, 0, -1, 0));
        assertRefused("INVALID_ARGUMENT 0 capacityInMs = -1 must not be negative", Frames.taskRefused(rig.sessionId, 1, -1));
        assertRefused("INVALID_ARGUMENT 3 batchId = 0 must be another number", Frames.cancel(rig.sessionId, 3, 0, -1));
        assertRefused("INVALID_ARGUMENT 3 taskIndex = -2 must be from -1 to 2147483647",
            Frames.cancel(rig.sessionId, 3, 1, -2));
    }
}
