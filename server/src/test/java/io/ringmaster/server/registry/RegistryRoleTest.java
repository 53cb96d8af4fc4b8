package io.ringmaster.server.registry;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RegistryRoleTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final RegistryRig rig = new RegistryRig(1, 64, 64, 64 * 1024);

    @Test
    void shouldRefuseWritesOfClientsWithTheReasonWhenTheGateIsClosed() {
        final RegistryRig rig = new RegistryRig(1, 64, 64, 64 * 1024);
        rig.register(7, 1, "before", 0);
        rig.work();
        rig.replies();
        rig.gate = WriteGate.STORE_FAILED;
        rig.register(7, 2, "after", 0);
        rig.register(0, 0, "own", 0);
        rig.unregister(7, 3, "before");
        rig.work();
        final List<String> replies = rig.replies();
        assertEquals(2, replies.size(), replies.toString());
        assertTrue(replies.get(0).startsWith("to 7 #2 INTERNAL agent 0"), replies.toString());
        assertTrue(replies.get(0).contains("the registry's store has failed"), replies.toString());
        assertTrue(replies.get(1).startsWith("to 7 #3 INTERNAL"), replies.toString());
        rig.gate = RegistryResult.SLAB_FULL;
        rig.register(7, 4, "after", 0);
        rig.unregister(7, 5, "before");
        rig.work();
        final List<String> more = rig.replies();
        assertTrue(more.get(0).startsWith("to 7 #4 REGISTRY_FULL"), more.toString());
        assertTrue(more.get(1).startsWith("to 7 #5 OK"), more.toString());
        assertEquals(List.of(), rig.errors);
    }

    @Test
    void shouldAnnounceAndReplyWhenAnAgentRegisters() {
        rig.register(7, 100, "a", SECOND_NS);
        assertTrue(rig.work() > 0);
        assertEquals(List.of("up 1 of 7 8/2 local -1 1234 ml/a"), rig.announced());
        assertEquals(List.of("to 7 #100 OK agent 1 v1 owner 7 lease 1000 retry 0 ''"), rig.replies());
        assertEquals(0, rig.work());
        assertEquals(1, rig.role.stats().registrations());
    }

    @Test
    void shouldRefuseOrReplaceWhenTheNameIsTaken() {
        rig.register(7, 1, "a", 0);
        rig.register(8, 2, "a", 0);
        rig.register(7, 3, "a", 0);
        rig.work();
        assertEquals(List.of("up 1 of 7 8/2 local -1 1234 ml/a", "up 1 of 7 8/2 local -1 1234 ml/a"), rig.announced());
        assertEquals(List.of(
            "to 7 #1 OK agent 1 v1 owner 7 lease 0 retry 0 ''",
            "to 8 #2 ALREADY_REGISTERED agent 0 v0 owner 7 lease 0 retry 0 'the name belongs to another live session'",
            "to 7 #3 OK agent 1 v2 owner 7 lease 0 retry 0 ''"), rig.replies());
        assertEquals(1, rig.role.stats().rejections());
    }

    @Test
    void shouldAnnounceAndReplyWhenAnAgentIsUnregistered() {
        rig.register(7, 1, "a", 0);
        rig.unregister(8, 2, "a");
        rig.unregister(7, 3, "b");
        rig.unregister(7, 4, "a");
        rig.unregister(7, 5, "a");
        rig.work();
        assertEquals(List.of("up 1 of 7 8/2 local -1 1234 ml/a", "down 1 reason 1"), rig.announced());
        assertEquals(List.of(
            "to 8 #2 NOT_OWNER value 0 'another session owns the record'",
            "to 7 #3 NOT_FOUND value 0 'no such record'",
            "to 7 #4 OK value 1 ''",
            "to 7 #5 NOT_FOUND value 0 'no such record'"), rig.replies().subList(1, 5));
        assertEquals(1, rig.role.stats().unregistrations());
    }

    @Test
    void shouldTellTheOwnerWhenALeaseRunsOutAndWhenItRenewsTooLate() {
        rig.register(7, 1, "a", SECOND_NS);
        rig.work();
        rig.replies();
        rig.announced();
        rig.nowNs += SECOND_NS * 9 / 10;
        rig.renew(7, 1);
        rig.work();
        rig.nowNs += SECOND_NS * 9 / 10;
        rig.work();
        assertEquals(List.of(), rig.announced());
        assertEquals(1, rig.role.stats().renewals());

        rig.nowNs += SECOND_NS;
        rig.work();
        assertEquals(List.of("down 1 reason 2"), rig.announced());
        assertEquals(List.of("to 7 lost 1 DEADLINE_EXCEEDED"), rig.replies());

        rig.renew(7, 1);
        rig.renew(9, 1);
        rig.renew(0, 1);
        rig.work();
        assertEquals(List.of("to 7 lost 1 NOT_FOUND", "to 9 lost 1 NOT_FOUND"), rig.replies());
        assertEquals(List.of(), rig.announced());
    }

    @Test
    void shouldDropAllThatASessionOwnsWhenItEnds() {
        rig.register(7, 1, "a", SECOND_NS);
        rig.register(8, 2, "b", 0);
        rig.register(7, 3, "c", 0);
        rig.release(7);
        rig.register(9, 4, "a", 0);
        rig.work();
        rig.work();
        final List<String> announced = rig.announced();
        assertEquals(Set.of("down 1 reason 3", "down 3 reason 3", "up 1 of 7 8/2 local -1 1234 ml/a",
            "up 2 of 8 8/2 local -1 1234 ml/b", "up 3 of 7 8/2 local -1 1234 ml/c", "up 4 of 9 8/2 local -1 1234 ml/a"),
            new HashSet<>(announced));
        assertEquals(6, announced.size());
        assertTrue(announced.indexOf("down 1 reason 3") < announced.indexOf("up 4 of 9 8/2 local -1 1234 ml/a"));
        assertTrue(rig.replies().stream().noneMatch(reply -> reply.contains("lost")));
    }

    @Test
    void shouldKeepServicesFromTheCoordinatorWhenTheyComeAndGo() {
        rig.register(7, 1, Protocol.KIND_SERVICE, "s", 0);
        rig.unregister(7, 2, "s");
        rig.register(7, 3, Protocol.KIND_AGENT, "a", 0);
        rig.register(7, 4, Protocol.KIND_SERVICE, "a", 0);
        rig.unregister(7, 5, "a");
        rig.work();
        assertEquals(List.of("up 2 of 7 8/2 local -1 1234 ml/a", "down 2 reason 1"), rig.announced());
        assertEquals(5, rig.replies().size());
    }

    @Test
    void shouldNotReplyButLogARefusalWhenTheServerItselfRegisters() {
        rig.register(0, 1, "own", 0);
        rig.register(7, 2, "taken", 0);
        rig.register(0, 3, "taken", 0);
        rig.unregister(0, 4, "nothing");
        rig.work();
        assertEquals("up 1 of 0 8/2 local 5 1234 ml/own", rig.announced().get(0));
        assertEquals(List.of("to 7 #2 OK agent 2 v1 owner 7 lease 0 retry 0 ''"), rig.replies());
        assertEquals(1, rig.errors.size());
        assertTrue(rig.errors.get(0).getMessage().contains("ml/taken was refused: ALREADY_REGISTERED"));
    }

    @Test
    void shouldNameTheBoundWhenARegistrationIsRefused() {
        final RegistryRig small = new RegistryRig(1, 2, 64, 64 * 1024);
        small.register(7, 1, "a", 0);
        small.register(7, 2, "b", 0);
        small.register(7, 3, "c", 0);
        small.register(7, 4, Protocol.KIND_AGENT, new byte[0], 0, 0);
        small.register(7, 5, "d", -1);
        small.work();
        final List<String> replies = small.replies();
        assertEquals("to 7 #3 REGISTRY_FULL agent 0 v0 owner 0 lease 0 retry 1000 " +
            "'the registry is full: ringmaster.registry.entries = 2'", replies.get(2));
        assertTrue(replies.get(3).contains("INVALID_ARGUMENT") && replies.get(3).contains("1 to 128"), replies.get(3));
        assertTrue(replies.get(4).contains("INVALID_ARGUMENT") && replies.get(4).contains("lease"), replies.get(4));
    }

    @Test
    void shouldHoldCommandsBackAndLoseNoneWhenTheCoordinationRingIsFull() {
        final RegistryRig narrow = new RegistryRig(1, 256, 4, 64 * 1024);
        for (int i = 0; i < 100; i++) {
            narrow.register(7, i, "agent-" + i, 0);
        }
        final List<String> announced = new ArrayList<>();
        final List<String> replies = new ArrayList<>();
        for (int cycle = 0; announced.size() < 100; cycle++) {
            assertTrue(cycle < 1_000, "stuck");
            narrow.work();
            replies.addAll(narrow.replies());
            announced.addAll(narrow.announced(1));
            assertTrue(replies.size() <= announced.size() + narrow.coordinationRing.depth(),
                "a reply came before its agent was announced");
        }
        narrow.work();
        replies.addAll(narrow.replies());
        assertEquals(100, replies.size());
        for (int i = 0; i < 100; i++) {
            assertTrue(announced.get(i).endsWith("ml/agent-" + i), announced.get(i));
            assertTrue(replies.get(i).startsWith("to 7 #" + i + " OK"), replies.get(i));
        }
        assertEquals(List.of(), narrow.errors);
    }

    @Test
    void shouldHoldCommandsBackAndLoseNoneWhenTheEgressRingIsFull() {
        final RegistryRig narrow = new RegistryRig(1, 256, 1024, 2048);
        for (int i = 0; i < 100; i++) {
            narrow.register(7, i, "agent-" + i, 0);
        }
        narrow.work();
        narrow.work();
        assertTrue(narrow.rings[0].depth() > 50, "the ring was emptied without room for replies");
        final List<String> replies = new ArrayList<>();
        for (int cycle = 0; replies.size() < 100; cycle++) {
            assertTrue(cycle < 1_000, "stuck");
            replies.addAll(narrow.replies(1));
            narrow.work();
        }
        for (int i = 0; i < 100; i++) {
            assertTrue(replies.get(i).startsWith("to 7 #" + i + " OK"), replies.get(i));
        }
        assertEquals(100, narrow.announced().size());
        assertEquals(List.of(), narrow.errors);
    }

    @Test
    void shouldKeepTheOrderWhenTheRoomIsGoneBetweenCheckAndEffect() {
        while (rig.coordinationRing.offer(rig.scratch(), 0, 16, true, 0) >= 0) {
            assertTrue(rig.coordinationRing.depth() <= 64);
        }
        final RegistryPartition other = RegistryRig.agentOfSession(7, 11);
        rig.output.onDown(other, other.lastRecord(), 2);
        rig.output.replies().register(7, 1, RegistryResult.OK, 12, 1, 7, 0);
        assertFalse(rig.output.canAccept());
        assertEquals(0, rig.output.commandRoom(10));
        assertEquals(List.of(), rig.replies());
        assertEquals(0, rig.output.drain(rig.nowNs));

        rig.coordinationRing.poll((buffer, offset, length, enqueuedNs) -> { }, 64);
        assertEquals(3, rig.output.drain(rig.nowNs));
        assertEquals(List.of("down 11 reason 2"), rig.announced());
        assertEquals(
            List.of("to 7 lost 11 DEADLINE_EXCEEDED", "to 7 #1 OK agent 12 v1 owner 7 lease 0 retry 0 ''"), rig.replies());
        assertTrue(rig.output.canAccept());
    }

    @Test
    void shouldTellEachOwnerOnceWhenManyLeasesRunOutIntoNarrowRings() {
        final RegistryRig narrow = new RegistryRig(1, 1024, 8, 4096);
        final Set<String> announced = new HashSet<>();
        final Set<String> lost = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            narrow.register(i + 1, 1, "agent-" + i, SECOND_NS);
            narrow.work();
            narrow.announced();
            narrow.replies();
        }
        narrow.nowNs += 2 * SECOND_NS;
        for (int cycle = 0; announced.size() < 500 || lost.size() < 500; cycle++) {
            assertTrue(cycle < 20_000, "stuck");
            narrow.work();
            narrow.announced(3).forEach(text -> assertTrue(announced.add(text), text));
            narrow.replies(3).forEach(text -> assertTrue(lost.add(text), text));
        }
        assertTrue(announced.contains("down 500 reason 2"));
        assertTrue(lost.contains("to 500 lost 500 DEADLINE_EXCEEDED"));
        assertEquals(0, narrow.work());
        assertEquals(List.of(), narrow.errors);
    }

    @Test
    void shouldCountAndGoOnWhenACommandFails() {
        rig.scratch().setMemory(0, 64, (byte) 0);
        rig.send(0, 32);
        final RegisterCommandEncoder broken = new RegisterCommandEncoder();
        broken.wrapAndApplyHeader(rig.scratch(), 0, new MessageHeaderEncoder())
            .sessionId(7).correlationId(1).kind((short) 1).capacity(1).parallelism(1).leaseNs(0).localAgent(-1);
        broken.namespaceName("ml").name("x").putMetadata(new byte[4], 0, 4);
        rig.scratch().putInt(MessageHeaderEncoder.ENCODED_LENGTH + broken.encodedLength() - 8, Integer.MAX_VALUE);
        rig.send(0, broken.encodedLength());
        rig.register(7, 2, "a", 0);
        rig.work();
        assertEquals(List.of(
            "to 7 #1 INTERNAL agent 0 v0 owner 0 lease 0 retry 0 " +
                "'the registry failed on this command; the server's error log has more'",
            "to 7 #2 OK agent 1 v1 owner 7 lease 0 retry 0 ''"), rig.replies());
        assertEquals(2, rig.role.stats().failures());
        assertEquals(2, rig.errors.size());
    }

    @Test
    void shouldDriveEveryPartitionWhenThereAreSeveral() {
        final RegistryRig many = new RegistryRig(4, 256, 256, 64 * 1024);
        final Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            many.register(7, i, "agent-" + i, 0);
            used.add(many.partitionOf("agent-" + i));
        }
        many.work();
        assertEquals(Set.of(0, 1, 2, 3), used);
        final List<String> replies = many.replies();
        assertEquals(64, replies.size());
        assertTrue(replies.stream().allMatch(reply -> reply.contains(" OK ")));
        assertEquals(64, many.announced().size());
        many.release(7);
        int gone = 0;
        for (int cycle = 0; cycle < 8; cycle++) {
            many.work();
            gone += many.announced().size();
        }
        assertEquals(64, gone);
    }

    @Test
    void shouldHaveACodeAndATextForEveryResultOfTheRegistry() {
        final RegistryResults results = new RegistryResults(RegistrySettings.of(1, 64, 0));
        for (int result = 0; result <= RegistryResult.WRONG_PARTITION; result++) {
            assertEquals(result == RegistryResult.OK, results.text(result).length == 0, RegistryResult.name(result));
            assertEquals(result == RegistryResult.OK, RegistryResults.code(result) == ResultCode.OK);
            assertEquals(
                result == RegistryResult.WRONG_PARTITION, RegistryResults.code(result) == ResultCode.INTERNAL);
        }
        assertEquals(ResultCode.INTERNAL, RegistryResults.code(99));
        assertTrue(results.text(99).length > 0);
        assertEquals(ResultCode.TOO_LARGE, RegistryResults.code(RegistryResult.METADATA_TOO_LONG));
        assertEquals(ResultCode.REGISTRY_FULL, RegistryResults.code(RegistryResult.SLAB_FULL));
    }
}
