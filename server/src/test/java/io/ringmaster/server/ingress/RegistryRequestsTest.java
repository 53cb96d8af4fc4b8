package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.DropNamespaceCommandDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import io.ringmaster.server.codec.UnregisterCommandDecoder;
import io.ringmaster.server.codec.UpdateCommandDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Authenticator;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that change the registry, beyond a single registration: what they become, and what is refused at once. */
class RegistryRequestsTest {
    private static final long MS = IngressRig.MS;

    private final IngressRig rig = IngressRig.connected();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    @AfterEach
    void noErrors() {
        assertEquals(List.of(), rig.errors);
    }

    private RegisterCommandDecoder register(final UnsafeBuffer command) {
        return new RegisterCommandDecoder().wrapAndApplyHeader(command, 0, header);
    }

    private void assertRefused(final String expected, final UnsafeBuffer frame) {
        rig.publication.clear();
        assertEquals(Action.CONTINUE, rig.on(frame));
        assertEquals(expected, rig.reply());
        assertTrue(rig.drainPartitions().isEmpty());
    }

    @Test
    void shouldForwardAttributesWhenARegistrationHasThem() {
        rig.on(Frames.register(rig.sessionId, 5, "", "a", "x", 3, "memory-mb=-42,zone=eu"));
        final RegisterCommandDecoder command = register(rig.drainPartitions().get(0));
        assertEquals(0b11, command.attributes().present());
        assertEquals(0, command.attributes().v0());
        assertEquals(-42, command.attributes().v1());
        assertEquals(0, command.batchTotal());
        rig.on(Frames.register(rig.sessionId, 5, "", "b", "x", 3, "zone=us"));
        final RegisterCommandDecoder second = register(rig.drainPartitions().get(0));
        assertEquals(0b01, second.attributes().present());
        assertEquals(1, second.attributes().v0());
    }

    @Test
    void shouldNameTheKeyAndWhatIsDeclaredWhenAnAttributeIsWrong() {
        final String declared = "declared are zone (keyword), memory-mb (integer)";
        assertRefused("INVALID_ARGUMENT 5 attributes 'colour=red' has a key that is not declared; " + declared,
            Frames.register(rig.sessionId, 5, "", "a", "x", 0, "zone=eu,colour=red"));
        assertRefused("INVALID_ARGUMENT 5 attributes 'memory-mb=4g' must have a 64-bit integer as its value and a key of the type " +
            "integer; " + declared, Frames.register(rig.sessionId, 5, "", "a", "x", 0, "memory-mb=4g"));
        assertRefused("INVALID_ARGUMENT 5 attributes 'zone=' must be key=value, each key once",
            Frames.register(rig.sessionId, 5, "", "a", "x", 0, "zone="));
        assertRefused("INVALID_ARGUMENT 5 attributes 'zone=b' must be key=value, each key once",
            Frames.register(rig.sessionId, 5, "", "a", "x", 0, "zone=a,zone=b"));
        for (int i = 0; i < 4; i++) {
            rig.on(Frames.register(rig.sessionId, 5, "", "a", "x", 0, "zone=z" + i));
        }
        rig.drainPartitions();
        assertRefused("REGISTRY_FULL 5 attributes 'zone=z4' is new, and the server knows 4 keywords already, which is the bound",
            Frames.register(rig.sessionId, 5, "", "a", "x", 0, "zone=z4"));
        assertRefused("INVALID_ARGUMENT 5 attributeFilter 'zone<z1' must have a 64-bit integer as its value and a key of the type " +
            "integer; " + declared, Frames.query(rig.sessionId, 5, "ns", "", "", "", "zone<z1", 0));
        assertRefused("INVALID_ARGUMENT 5 attributeFilter 'size=3' has a key that is not declared; " + declared,
            Frames.query(rig.sessionId, 5, "ns", "", "", "", "size=3", 0));
        assertRefused("INVALID_ARGUMENT 5 attributeFilter 'zone' must be a key, one of = < <= > >= and a value",
            Frames.query(rig.sessionId, 5, "ns", "", "", "", "zone", 0));
    }

    @Test
    void shouldForwardOnlyWhatTheFlagsNameWhenARecordIsUpdated() {
        rig.on(Frames.update(rig.sessionId, 6, 3, 1 + 8, "", "a", "not,forwarded", 7, "zone=,memory-mb=9"));
        final UpdateCommandDecoder command =
            new UpdateCommandDecoder().wrapAndApplyHeader(rig.drainPartitions().get(0), 0, header);
        assertEquals(rig.sessionId, command.sessionId());
        assertEquals(6, command.correlationId());
        assertEquals(3, command.expectedVersion());
        assertEquals(9, command.flags());
        assertEquals(0, command.administrator());
        assertEquals(0, command.capabilities().w0());
        assertEquals(0b10, command.attributes().present());
        assertEquals(9, command.attributes().v1());
        assertEquals(0b01, command.removedAttributes());
        assertEquals("default", command.namespaceName());
        assertEquals("a", command.name());
        assertEquals(7, command.metadataLength());
        assertEquals(0, rig.capabilities.size());

        rig.on(Frames.update(rig.sessionId, 6, 0, 2, "", "a", "x,y", 7, "no attributes"));
        final UpdateCommandDecoder second =
            new UpdateCommandDecoder().wrapAndApplyHeader(rig.drainPartitions().get(0), 0, header);
        assertEquals(0b11, second.capabilities().w0());
        assertEquals(0, second.attributes().present());
        assertEquals("default", second.namespaceName());
        assertEquals("a", second.name());
        assertEquals(0, second.metadataLength());
    }

    @Test
    void shouldNameTheBoundWhenAnUpdateIsInvalid() {
        assertRefused("INVALID_ARGUMENT 6 flags = 0 must be from 1 to 15", Frames.update(rig.sessionId, 6, 0, 0, "", "a", "", 0, ""));
        assertRefused("INVALID_ARGUMENT 6 flags = 16 must be from 1 to 15",
            Frames.update(rig.sessionId, 6, 0, 16, "", "a", "", 0, ""));
        assertRefused("INVALID_ARGUMENT 6 flags = 12 must not have both 4 and 8: attributes are replaced or merged",
            Frames.update(rig.sessionId, 6, 0, 12, "", "a", "", 0, ""));
        assertRefused("INVALID_ARGUMENT 6 expectedVersion = -1 must not be negative",
            Frames.update(rig.sessionId, 6, -1, 1, "", "a", "", 0, ""));
        assertRefused("TOO_LARGE 6 metadata = 1025 bytes is more than 1024 bytes",
            Frames.update(rig.sessionId, 6, 0, 1, "", "a", "", 1025, ""));
        assertRefused("INVALID_ARGUMENT 6 attributes 'zone=' must be key=value, each key once",
            Frames.update(rig.sessionId, 6, 0, 4, "", "a", "", 0, "zone="));
    }

    @Test
    void shouldSendEachItemToItsPartitionWhenABatchRegisters() {
        rig.on(Frames.registerBatch(rig.sessionId, 7, 200, "ns", "a", "b", "c", "d", "e", "f"));
        final List<String> items = new ArrayList<>();
        for (int p = 0; p < IngressRig.PARTITIONS; p++) {
            final List<UnsafeBuffer> commands = rig.drain(rig.partitionRings[p]);
            assertTrue(commands.size() > 0, "partition " + p + " got none");
            for (final UnsafeBuffer buffer : commands) {
                final RegisterCommandDecoder command = register(buffer);
                assertEquals(6, command.batchTotal());
                assertEquals(7, command.correlationId());
                assertEquals(200 * MS, command.leaseNs());
                assertEquals(0, command.attributes().present());
                final int index = command.batchIndex();
                assertEquals("ns", command.namespaceName());
                items.add(index + command.name());
            }
        }
        items.sort(null);
        assertEquals(List.of("0a", "1b", "2c", "3d", "4e", "5f"), items);
        assertTrue(rig.publication.messages().isEmpty());
    }

    @Test
    void shouldAnswerItemsAtOnceWhenTheyAreInvalidOrFindNoRoom() {
        IngressRig.fill(rig.partitionRings[0], false);
        IngressRig.fill(rig.partitionRings[1], false);
        rig.on(Frames.registerBatch(rig.sessionId, 7, 0, "", "a", "b c", "d"));
        final RegisterBatchReplyDecoder reply = new RegisterBatchReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), RegisterBatchReplyDecoder.TEMPLATE_ID), 0,
            new io.ringmaster.protocol.codec.MessageHeaderDecoder());
        assertEquals(7, reply.correlationId());
        assertEquals(3, reply.total());
        final ResultCode[] codes = {ResultCode.OVERLOADED, ResultCode.INVALID_ARGUMENT, ResultCode.OVERLOADED};
        RegisterBatchReplyDecoder.ResultsDecoder results = reply.results();
        assertEquals(3, results.count());
        for (int i = 0; i < codes.length; i++) {
            results = results.next();
            assertEquals(i, results.index());
            assertEquals(codes[i].value(), results.code());
            assertEquals(codes[i] == ResultCode.OVERLOADED, results.retryAfterMs() > 0);
        }
        assertEquals("items[1].name = 'b c' must be 1 to 128 printable ASCII characters without blanks and commas", reply.text());
        assertEquals(2, rig.count(NetworkCounter.OVERLOADED_REQUESTS));
        assertEquals(1, rig.count(NetworkCounter.INVALID_REQUESTS));
    }

    @Test
    void shouldRefuseTheWholeBatchWhenItsCommonPartIsInvalid() {
        assertRefused("INVALID_ARGUMENT 7 items = 0 must be from 1 to 8", Frames.registerBatch(rig.sessionId, 7, 0, ""));
        assertRefused("INVALID_ARGUMENT 7 items = 9 must be from 1 to 8",
            Frames.registerBatch(rig.sessionId, 7, 0, "", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
        assertRefused("INVALID_ARGUMENT 7 leaseMs = 99 must be from 100 to 3600000",
            Frames.registerBatch(rig.sessionId, 7, 99, "", "a"));
        assertRefused("TOO_LARGE 7 namespaceName = 129 bytes is more than 128 bytes",
            Frames.registerBatch(rig.sessionId, 7, 0, "n".repeat(129), "a"));
    }

    @Test
    void shouldForbidTheDropOfANamespaceWhenTheSessionIsOrdinary() {
        assertRefused("FORBIDDEN 8 only an administrator's session may drop a namespace: connect with the token of the server's " +
            "directory", Frames.dropNamespace(rig.sessionId, 8, 0, "ns"));
        assertEquals(1, rig.count(NetworkCounter.FORBIDDEN_REQUESTS));
        rig.on(Frames.unregister(rig.sessionId, 8, "ns", "a"));
        assertEquals(0, new UnregisterCommandDecoder().wrapAndApplyHeader(rig.drainPartitions().get(0), 0, header).administrator());
    }

    @Test
    void shouldTellEveryPartitionOnceWhenAnAdministratorDropsANamespace() {
        final IngressRig admin = IngressRig.connected(8, Authenticator.Access.ADMINISTRATOR);
        IngressRig.fill(admin.partitionRings[1], true);
        final UnsafeBuffer frame = Frames.dropNamespace(admin.sessionId, 8, 1500, "ns");
        assertEquals(Action.ABORT, admin.on(frame));
        assertEquals(Action.ABORT, admin.on(frame));
        admin.drain(admin.partitionRings[1]);
        assertEquals(Action.CONTINUE, admin.on(frame));
        for (int p = 0; p < IngressRig.PARTITIONS; p++) {
            final List<UnsafeBuffer> commands = admin.drain(admin.partitionRings[p]);
            assertEquals(1, commands.size(), "partition " + p);
            final DropNamespaceCommandDecoder command =
                new DropNamespaceCommandDecoder().wrapAndApplyHeader(commands.get(0), 0, header);
            assertEquals(8, command.correlationId());
            assertEquals(1500 * MS, command.graceNs());
            assertEquals("ns", command.namespaceName());
        }
        admin.on(Frames.dropNamespace(admin.sessionId, 8, -1, "ns"));
        assertEquals("INVALID_ARGUMENT 8 graceMs = -1 must be from 0 to 3600000", admin.reply());
        admin.on(Frames.unregister(admin.sessionId, 8, "ns", "a"));
        assertEquals(1,
            new UnregisterCommandDecoder().wrapAndApplyHeader(admin.drainPartitions().get(0), 0, header).administrator());
        admin.on(Frames.update(admin.sessionId, 8, 0, 1, "ns", "a", "", 0, ""));
        assertEquals(1, new UpdateCommandDecoder().wrapAndApplyHeader(admin.drainPartitions().get(0), 0, header).administrator());
    }

    @Test
    void shouldTellEveryPartitionWhenTheSessionOfAHalfDoneDropHasEnded() {
        final IngressRig admin = IngressRig.connected(8, Authenticator.Access.ADMINISTRATOR);
        IngressRig.fill(admin.partitionRings[1], true);
        final UnsafeBuffer halfDone = Frames.dropNamespace(admin.sessionId, 5, 0, "ml");
        assertEquals(Action.ABORT, admin.on(halfDone));
        admin.nowNs += 11_000 * IngressRig.MS;
        admin.sessions.nowNs(admin.nowNs);
        admin.sessions.doWork(true);
        assertEquals(Action.CONTINUE, admin.on(halfDone), "of a session that is no more");
        admin.drainPartitions();
        admin.connect(admin.stream);
        final long next = Answers.connected(admin.publications.last().messages()).sessionId();
        assertNotEquals(admin.sessionId, next);
        admin.drainPartitions();

        assertEquals(Action.CONTINUE, admin.on(Frames.dropNamespace(next, 6, 0, "ml")));

        for (final CommandRing ring : admin.partitionRings) {
            assertEquals(1, admin.drain(ring).stream()
                .filter(command -> IngressRig.template(command) == DropNamespaceCommandDecoder.TEMPLATE_ID).count());
        }
    }

    @Test
    void shouldHandWatchersMessagesOnWhenTheyCome() {
        rig.on(Frames.watch(rig.sessionId, 5, 6));
        rig.on(Frames.watchAck(rig.sessionId, 6, 7));
        rig.watches.hasRoom = false;
        assertEquals(Action.ABORT, rig.on(Frames.unwatch(rig.sessionId, 5, 6)));
        rig.watches.hasRoom = true;
        assertEquals(Action.CONTINUE, rig.on(Frames.unwatch(rig.sessionId, 5, 6)));
        assertEquals(List.of("watch 6 of " + rig.sessionId + " ns/a x y z", "ack 6 up to 7", "unwatch 6"), rig.watches.messages);
    }
}
