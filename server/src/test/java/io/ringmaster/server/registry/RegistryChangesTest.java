package io.ringmaster.server.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Updates, batches, drops and what an administrator may do, through the role. */
class RegistryChangesTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final RegistryRig rig = new RegistryRig(1, 256, 128, 64 * 1024);

    @AfterEach
    void noErrors() {
        assertEquals(List.of(), rig.errors);
    }

    private void forget() {
        rig.work();
        rig.announced();
        rig.replies();
    }

    @Test
    void shouldCountTheVersionUpAndTellTheCoordinatorWhenTheOwnerUpdates() {
        rig.register(7, 1, "a", SECOND_NS);
        forget();
        rig.update(7, 2, false, 1, "a", 9);
        rig.update(7, 3, false, 0, "a", 8);
        rig.work();
        assertEquals(List.of(
            "to 7 #2 OK agent 1 v2 owner 7 lease 1000 retry 0 ''", "to 7 #3 OK agent 1 v3 owner 7 lease 1000 retry 0 ''"),
            rig.replies());
        assertEquals(List.of("up 1 of 7 8/2 local -1 9999 ml/a", "up 1 of 7 8/2 local -1 8888 ml/a"), rig.announced());
        assertEquals(2, rig.role.stats().updates());
    }

    @Test
    void shouldSayWhichVersionIsThereWhenAnotherOneIsExpected() {
        rig.register(7, 1, "a", SECOND_NS);
        rig.register(7, 1, "a", SECOND_NS);
        forget();
        rig.update(7, 2, false, 1, "a", 9);
        rig.update(8, 3, false, 2, "a", 9);
        rig.update(7, 4, false, 0, "b", 9);
        rig.work();
        assertEquals(List.of(
            "to 7 #2 VERSION_CONFLICT agent 1 v2 owner 7 lease 0 retry 0 'the record has another version than the one expected'",
            "to 8 #3 NOT_OWNER agent 0 v0 owner 7 lease 0 retry 0 'another session owns the record'",
            "to 7 #4 NOT_FOUND agent 0 v0 owner 0 lease 0 retry 0 'no such record'"), rig.replies());
        assertEquals(List.of(), rig.announced());
    }

    @Test
    void shouldLetExactlyOneWinWhenManyExpectTheSameVersion() {
        rig.register(7, 1, "a", SECOND_NS);
        forget();
        for (int session = 100; session < 150; session++) {
            rig.update(session, session, true, 1, "a", 9);
        }
        rig.work();
        final List<String> replies = rig.replies();
        assertEquals(50, replies.size());
        assertEquals(1, replies.stream().filter(reply -> reply.contains(" OK agent 1 v2 ")).count());
        assertEquals(49, replies.stream().filter(reply -> reply.contains(" VERSION_CONFLICT agent 1 v2 ")).count());
    }

    @Test
    void shouldSendTheResultsOfABatchTogetherWhenTheyComeInOneCycle() {
        rig.register(8, 1, "b", SECOND_NS);
        forget();
        rig.registerBatch(7, 5, "a", "b", "c");
        rig.work();
        assertEquals(List.of("to 7 #5 batch of 3 lease 2000 0:OK:2:v1:owner7 1:ALREADY_REGISTERED:0:v0:owner8 2:OK:3:v1:owner7 " +
            "'the name belongs to another live session'"), rig.replies());
        assertEquals(2, rig.announced().size());
    }

    @Test
    void shouldSplitTheResultsOfABatchWhenTheyAreTooManyOrAnotherAnswerComesBetween() {
        final String[] names = new String[RegistryReplies.MAX_BATCH_RESULTS + 1];
        for (int i = 0; i < names.length; i++) {
            names[i] = "n" + i;
        }
        rig.registerBatch(7, 5, names);
        rig.registerBatch(8, 6, "x");
        rig.unregister(8, 7, "x");
        rig.registerBatch(8, 6, "y");
        rig.work();
        final List<String> replies = rig.replies();
        assertEquals(5, replies.size());
        assertTrue(replies.get(0).startsWith("to 7 #5 batch of 33 lease 2000 0:OK"), replies.get(0));
        assertTrue(replies.get(1).startsWith("to 7 #5 batch of 33 lease 2000 32:OK"), replies.get(1));
        assertTrue(replies.get(2).startsWith("to 8 #6 batch of 1 lease 2000 0:OK"), replies.get(2));
        assertTrue(replies.get(3).startsWith("to 8 #7 OK value"), replies.get(3));
        assertTrue(replies.get(4).startsWith("to 8 #6 batch of 1 lease 2000 0:OK"), replies.get(4));
    }

    @Test
    void shouldLoseNoResultOfABatchWhenTheRingsAreNarrow() {
        final RegistryRig narrow = new RegistryRig(4, 512, 8, 32 * 1024);
        final String[] names = new String[200];
        for (int i = 0; i < names.length; i++) {
            names[i] = "n" + i;
        }
        narrow.registerBatch(7, 5, names);
        final boolean[] answered = new boolean[names.length];
        int results = 0;
        int announced = 0;
        for (int cycle = 0; results < names.length; cycle++) {
            assertTrue(cycle < 1_000, "stuck");
            narrow.work();
            announced += narrow.announced(5).size();
            for (final String reply : narrow.replies()) {
                for (final String item : reply.split(" ")) {
                    if (item.contains(":OK:")) {
                        final int index = Integer.parseInt(item.substring(0, item.indexOf(':')));
                        assertTrue(!answered[index], reply);
                        answered[index] = true;
                        results++;
                    }
                }
            }
            assertTrue(results <= announced + narrow.coordinationRing.depth(), "a result came before its agent was announced");
        }
        assertEquals(List.of(), narrow.errors);
    }

    @Test
    void shouldTellTheOwnerWhenAnAdministratorRemovesItsRecord() {
        rig.register(7, 1, "a", SECOND_NS);
        rig.register(7, 1, "b", SECOND_NS);
        forget();
        rig.unregister(9, 2, true, "a");
        rig.unregister(7, 3, true, "b");
        rig.work();
        assertEquals(List.of("to 7 lost 1 CANCELLED", "to 9 #2 OK value 1 ''", "to 7 #3 OK value 2 ''"), rig.replies());
        assertEquals(List.of("down 1 reason 1", "down 2 reason 1"), rig.announced());
    }

    @Test
    void shouldDrainAgentsAndRemoveServicesWhenANamespaceIsDropped() {
        rig.register(7, 1, "a", 10 * SECOND_NS);
        rig.register(7, 2, Protocol.KIND_SERVICE, "s", 10 * SECOND_NS);
        forget();
        rig.dropNamespace(9, 3, RegistryRig.NAMESPACE, SECOND_NS);
        rig.dropNamespace(9, 4, "nobody", SECOND_NS);
        rig.work();
        rig.work();
        rig.work();
        final List<String> replies = new ArrayList<>(rig.replies());
        assertTrue(replies.remove("to 7 lost 2 CANCELLED"), replies.toString());
        assertEquals(List.of("to 9 #4 OK dropped 0 in 0 of 1 ''", "to 9 #3 OK dropped 2 in 0 of 1 ''"), replies, "each when it is done");
        assertEquals(List.of("readiness 3 of 1 by registry 1"), rig.announced());

        rig.renew(7, 1);
        rig.work();
        assertEquals(List.of(), rig.announced(), "a heartbeat does not end it");
        rig.nowNs += 2 * SECOND_NS;
        rig.work();
        rig.work();
        assertEquals(List.of("down 1 reason 4"), rig.announced());
        assertEquals(List.of("to 7 lost 1 CANCELLED"), rig.replies());
        assertEquals(1, rig.role.stats().namespaceDrops() - 1, "one of them found nothing");
    }

    @Test
    void shouldAnswerADropInTheCycleAfterTheOneInWhichItIsDone() {
        for (int i = 0; i < 130; i++) {
            rig.register(7, i, Protocol.KIND_SERVICE, "s" + i, 10 * SECOND_NS);
            rig.work();
            rig.replies();
        }
        rig.dropNamespace(9, 3, RegistryRig.NAMESPACE, SECOND_NS);
        final List<String> told = new ArrayList<>();
        int lost = 0;
        for (int i = 0; i < 10 && told.stream().noneMatch(reply -> reply.startsWith("to 9")); i++) {
            rig.work();
            told.clear();
            told.addAll(rig.replies());
            final long gone = told.stream().filter(reply -> reply.startsWith("to 7 lost")).count();
            lost += (int) gone;
            assertTrue(gone <= 64, "a cycle removes 64");
        }
        assertEquals(130, lost);
        assertEquals(List.of("to 9 #3 OK dropped 130 in 0 of 1 ''"), told, "alone in its cycle");
    }

    @Test
    void shouldTellAnOwnerThatComesBackWhatAnAdministratorTookAway() {
        rig.register(7, 1, "dropped", 10 * SECOND_NS);
        rig.work();
        rig.dropNamespace(9, 3, RegistryRig.NAMESPACE, 0);
        rig.work();
        rig.work();
        rig.register(7, 1, "removed", 10 * SECOND_NS);
        rig.register(7, 1, "expired", SECOND_NS);
        rig.register(7, 1, "withdrawn", 10 * SECOND_NS);
        rig.work();
        rig.unregister(9, 4, true, "removed");
        rig.unregister(7, 5, "withdrawn");
        rig.nowNs += 2 * SECOND_NS;
        rig.work();
        rig.work();
        // Its session was detached: none of that has reached it.
        forget();
        for (int agentId = 1; agentId <= 5; agentId++) {
            rig.renew(7, agentId);
        }
        rig.work();
        assertEquals(List.of("to 7 lost 1 CANCELLED", "to 7 lost 2 CANCELLED", "to 7 lost 3 NOT_FOUND", "to 7 lost 4 NOT_FOUND",
            "to 7 lost 5 NOT_FOUND"), rig.replies());
    }

    @Test
    void shouldForgetTheOldestOfTooManyRemovedAgents() {
        final RemovedAgents removed = new RemovedAgents();
        for (long id = 1; id <= RemovedAgents.MAX + 3L; id++) {
            removed.add(id);
        }
        assertFalse(removed.contains(3));
        assertTrue(removed.contains(4));
        assertTrue(removed.contains(RemovedAgents.MAX + 3L));
        assertFalse(removed.contains(-1));
    }

    @Test
    void shouldRefuseTheDropThatIsOneTooManyBeforeItBegins() {
        final RegistryRig two = new RegistryRig(2, 256, 256, 64 * 1024);
        final String name = two.partitionOf("s") == 1 ? "s" : two.partitionOf("t") == 1 ? "t" : "u";
        assertEquals(1, two.partitionOf(name));
        two.register(7, 1, Protocol.KIND_SERVICE, name, 10 * SECOND_NS);
        two.work();
        two.replies();
        // In one cycle: 33 for the first partition, 31 for the second, and then two too many.
        for (int i = 0; i < PendingDrops.MAX / 2; i++) {
            two.dropNamespace(9, i, "ns" + i, SECOND_NS);
        }
        two.dropNamespace(9, 100, RegistryRig.NAMESPACE, SECOND_NS);
        final List<String> replies = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            two.work();
            replies.addAll(two.replies());
        }
        assertEquals(PendingDrops.MAX, replies.stream().filter(reply -> reply.contains(" OK dropped 0 ")).count(), replies.toString());
        assertEquals(1, two.partitions[1].size());
        assertEquals(List.of("to 9 #100 OVERLOADED dropped 0 in 1 of 2 'drops of namespaces that go on = 64 is the bound: " +
            "come again when some are done'"), replies.stream().filter(reply -> reply.contains("#100 OVERLOADED")).toList());
        two.dropNamespace(9, 101, RegistryRig.NAMESPACE, SECOND_NS);
        for (int i = 0; i < 3; i++) {
            two.work();
        }
        assertEquals(0, two.partitions[1].size());
    }

    @Test
    void shouldDrainAnAgentWhoseHeartbeatComesBeforeTheDropDoes() {
        rig.register(7, 1, "a", 10 * SECOND_NS);
        forget();
        rig.dropNamespace(9, 3, RegistryRig.NAMESPACE, SECOND_NS);
        rig.renew(7, 1);
        rig.work();
        rig.work();
        assertEquals(List.of("readiness 3 of 1 by registry 1"), rig.announced());
    }

    @Test
    void shouldAnswerForEachPartitionWhenThereAreSeveral() {
        final RegistryRig many = new RegistryRig(4, 256, 256, 64 * 1024);
        for (int i = 0; i < 32; i++) {
            many.register(7, i, "agent-" + i, 10 * SECOND_NS);
        }
        many.work();
        many.announced();
        many.replies();
        many.dropNamespace(9, 3, RegistryRig.NAMESPACE, 0);
        for (int i = 0; i < 10; i++) {
            many.work();
        }
        final List<String> replies = many.replies();
        assertEquals(4, replies.stream().filter(reply -> reply.startsWith("to 9 #3 OK dropped ")).count());
        assertEquals(32, replies.stream().filter(reply -> reply.startsWith("to 7 lost ") && reply.endsWith("CANCELLED")).count());
        assertEquals(List.of(), many.errors);
    }
}
