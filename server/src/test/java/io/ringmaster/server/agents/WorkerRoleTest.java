package io.ringmaster.server.agents;

import io.ringmaster.client.Task;
import io.ringmaster.client.TaskCompletion;
import io.ringmaster.client.TaskHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WorkerRoleTest {
    private static final TaskHandler ECHO = new EchoHandlerProvider().create("a", Map.of());

    @Test
    void shouldAnswerInOrderWhenTheHandlerAnswersAtOnce() {
        final WorkerRig rig = new WorkerRig(8, 16, ECHO);
        for (int i = 1; i <= 5; i++) {
            assertTrue(rig.offer(i, 2, "p" + i));
        }
        assertTrue(rig.work() >= 5);
        assertEquals(
            List.of("1/2 OK 0ns p1", "2/2 OK 0ns p2", "3/2 OK 0ns p3", "4/2 OK 0ns p4", "5/2 OK 0ns p5"), rig.answers());
        assertEquals(0, rig.work());
        assertEquals(0, rig.role.heldTasks());
        assertEquals(5, rig.role.stats().tasks());
        assertEquals(5, rig.role.stats().answers());
        assertEquals(List.of(), rig.errors);
    }

    @Test
    void shouldShowTheTaskAsOfferedWhenTheHandlerIsCalled() {
        final List<String> seen = new ArrayList<>();
        final WorkerRig rig = new WorkerRig(8, 16, (task, completion) -> {
            seen.add(task.taskId() + " " + task.attempt() + " " + task.priority() + " " + task.costNs() + " " +
                task.deadlineNs() + " '" + task.kind() + "' " +
                task.payloadBuffer().getStringWithoutLengthAscii(task.payloadOffset(), task.payloadLength()));
            completion.complete(task.taskId(), task.attempt());
        });
        rig.kinds.publish(1, "embed");
        rig.offer(9, 3, 1, 4_000, "abc".getBytes(StandardCharsets.US_ASCII));
        rig.offer(10, 1, 2, 0, new byte[0]);
        rig.offer(11, 1, 60_000, 0, new byte[0]);
        rig.work();

        assertEquals(List.of(
            "9 3 2 5 4000 'embed' abc",
            "10 1 2 5 " + Long.MAX_VALUE + " '' ",
            "11 1 2 5 " + Long.MAX_VALUE + " '' "), seen);
        assertEquals(List.of("9/3 OK 0ns ", "10/1 OK 0ns ", "11/1 OK 0ns "), rig.answers());
    }

    @Test
    void shouldMeasureFromOnTaskToTheAnswerWhenItComesLater() {
        final Later later = new Later();
        final WorkerRig rig = new WorkerRig(8, 16, later);
        rig.offer(1, 1, "a");
        rig.work();
        rig.nowNs += 100;
        rig.offer(2, 1, "b");
        rig.work();
        assertEquals(2, rig.role.heldTasks());
        rig.nowNs += 50;
        later.toAnswer = 2;
        assertTrue(rig.work() > 0);
        assertEquals(List.of("1/1 OK 150ns ", "2/1 OK 50ns "), rig.answers());
    }

    @Test
    void shouldFailTheTaskWhenTheHandlerThrows() {
        final WorkerRig rig = new WorkerRig(8, 16, (task, completion) -> {
            switch ((int) task.taskId()) {
                case 1 -> throw new IllegalStateException("no model");
                case 2 -> throw new java.io.IOException();
                case 3 -> throw new NoClassDefFoundError("x/Y");
                case 4 -> {
                    completion.complete(4, task.attempt());
                    throw new IllegalStateException("after its answer");
                }
                default -> completion.complete(task.taskId(), task.attempt());
            }
        });
        for (int i = 1; i <= 5; i++) {
            rig.offer(i, 1, "");
        }
        rig.work();
        assertEquals(List.of(
            "1/1 TASK_FAILED 0ns IllegalStateException: no model",
            "2/1 TASK_FAILED 0ns IOException",
            "3/1 TASK_FAILED 0ns NoClassDefFoundError: x/Y",
            "4/1 OK 0ns ",
            "5/1 OK 0ns "), rig.answers());
        assertEquals(4, rig.role.stats().handlerErrors());
        assertEquals(4, rig.errors.size());
        assertInstanceOf(HandlerFailedException.class, rig.errors.get(0));
        assertTrue(rig.errors.get(0).getMessage().contains("agent a: onTask"), rig.errors.get(0).getMessage());
    }

    @Test
    void shouldGoOnWhenDoWorkThrows() {
        final WorkerRig rig = new WorkerRig(8, 16, new TaskHandler() {
            @Override
            public void onTask(final Task task, final TaskCompletion completion) {
                completion.complete(task.taskId(), task.attempt());
            }

            @Override
            public int doWork(final long nowNs, final TaskCompletion completion) {
                throw new IllegalStateException("tick");
            }
        });
        rig.work();
        rig.offer(1, 1, "");
        rig.work();
        assertEquals(List.of("1/1 OK 0ns "), rig.answers());
        assertEquals(2, rig.role.stats().handlerErrors());
        assertEquals(0, rig.role.stats().inHandlerForNs(rig.nowNs + 10));
    }

    @Test
    void shouldCountAndIgnoreWhenATaskIsAnsweredTwice() {
        final Later later = new Later();
        final WorkerRig rig = new WorkerRig(8, 16, (task, completion) -> {
            later.onTask(task, completion);
            completion.complete(task.taskId(), task.attempt());
            completion.fail(task.taskId(), task.attempt(), "again");
            completion.refuse(task.taskId(), task.attempt(), 1);
            completion.complete(task.taskId(), task.attempt() + 1);
        });
        rig.offer(1, 1, "");
        rig.work();
        assertEquals(List.of("1/1 OK 0ns "), rig.answers());
        assertEquals(3, rig.role.stats().ignoredAnswers());
        assertEquals(1, rig.role.stats().answers());
        assertEquals(List.of(), rig.errors);
    }

    @Test
    void shouldSendRefusalsAndFailuresWhenTheHandlerGivesThem() {
        final WorkerRig rig = new WorkerRig(8, 16, (task, completion) -> {
            switch ((int) task.taskId()) {
                case 1 -> completion.refuse(1, 1, 5_000);
                case 2 -> completion.fail(2, 1, "bad \u00e9 input");
                case 3 -> completion.fail(3, 1, null);
                case 4 -> completion.complete(4, 1, new UnsafeBuffer(new byte[300]), 0, WorkerRig.MAX_PAYLOAD + 1);
                case 5 -> completion.complete(5, 1, new UnsafeBuffer(new byte[300]), 200, WorkerRig.MAX_PAYLOAD);
                default -> completion.fail(6, 1, "x".repeat(5_000));
            }
        });
        for (int i = 1; i <= 6; i++) {
            rig.offer(i, 1, "");
        }
        rig.work();
        final List<String> answers = rig.answers();
        assertEquals("1/1 OVERLOADED in 5000", answers.get(0));
        assertEquals("2/1 TASK_FAILED 0ns bad ? input", answers.get(1));
        assertEquals("3/1 TASK_FAILED 0ns ", answers.get(2));
        assertEquals("4/1 TOO_LARGE 0ns result of 257 bytes is longer than max-payload = 256", answers.get(3));
        assertTrue(answers.get(4).startsWith("5/1 TASK_FAILED 0ns IndexOutOfBoundsException"), answers.get(4));
        assertEquals("6/1 TASK_FAILED 0ns " + "x".repeat(256), answers.get(5));
        assertEquals(0, rig.role.heldTasks());
    }

    @Test
    void shouldLoseNothingAndTakeNoTaskWhenTheCoordinationRingIsFull() {
        final WorkerRig rig = new WorkerRig(8, 4, ECHO);
        for (int i = 1; i <= 20; i++) {
            rig.offer(i, 1, "p" + i);
        }
        rig.work();
        assertEquals(4, rig.ring.depth());
        assertEquals(15, rig.agent.mailbox().depth());
        assertEquals(1, rig.role.stats().postponedAnswers());
        for (int i = 0; i < 3; i++) {
            rig.work();
        }
        assertEquals(15, rig.agent.mailbox().depth());

        final List<String> all = new ArrayList<>();
        while (all.size() < 20) {
            final List<String> some = rig.answers(3);
            assertFalse(some.isEmpty() && rig.work() == 0, "stuck after " + all);
            all.addAll(some);
            rig.work();
        }
        for (int i = 1; i <= 20; i++) {
            assertEquals(i + "/1 OK 0ns p" + i, all.get(i - 1));
        }
        assertEquals(List.of(), rig.errors);
    }

    @Test
    void shouldHoldAllAnswersInOrderWhenAWholeCapacityIsAnsweredIntoAFullRing() {
        final Later later = new Later();
        final WorkerRig rig = new WorkerRig(16, 2, later);
        final Random random = new Random(5);
        int next = 1;
        for (int round = 0; round < 50; round++) {
            final int first = next;
            for (int i = 0; i < 16; i++) {
                rig.offer(next++, 1, "");
            }
            rig.work();
            assertEquals(16, rig.role.heldTasks());
            later.resultLength = random.nextInt(WorkerRig.MAX_PAYLOAD + 1);
            later.toAnswer = 16;
            rig.work();
            assertEquals(0, rig.role.heldTasks());
            final List<String> all = new ArrayList<>();
            while (all.size() < 16) {
                all.addAll(rig.answers(1 + random.nextInt(2)));
                rig.work();
            }
            for (int i = 0; i < 16; i++) {
                assertTrue(all.get(i).startsWith(first + i + "/1 OK 0ns "), all.get(i));
            }
        }
        assertEquals(List.of(), rig.errors);
        assertEquals(800, rig.role.stats().answers());
    }

    @Test
    void shouldKeepTheOrderWhenTheRingGetsRoomWhileAnAnswerWaits() {
        final List<String> all = new ArrayList<>();
        final WorkerRig[] rig = new WorkerRig[1];
        rig[0] = new WorkerRig(8, 2, new TaskHandler() {
            @Override
            public void onTask(final Task task, final TaskCompletion completion) {
                assertTrue(task.taskId() <= 4);
            }

            @Override
            public int doWork(final long nowNs, final TaskCompletion completion) {
                for (int i = 1; i <= 4; i++) {
                    completion.complete(i, 1);
                    if (i == 3) {
                        all.addAll(rig[0].answers());
                    }
                }
                return 1;
            }
        });
        for (int i = 1; i <= 4; i++) {
            rig[0].offer(i, 1, "");
        }
        rig[0].work();
        rig[0].work();
        all.addAll(rig[0].answers());
        assertEquals(List.of("1/1 OK 0ns ", "2/1 OK 0ns ", "3/1 OK 0ns ", "4/1 OK 0ns "), all);
    }

    @Test
    void shouldConfirmACancelWhenTheHandlerDoesNot() {
        final Later later = new Later();
        final WorkerRig rig = new WorkerRig(8, 16, later);
        rig.offer(1, 1, "");
        rig.offer(2, 1, "");
        rig.cancel(1, 1);
        rig.cancel(2, 7);
        rig.cancel(5, 1);
        rig.work();
        assertEquals(List.of("1/1"), later.cancelled);
        assertEquals(List.of("1/1 CANCELLED 0ns "), rig.answers());
        later.toAnswer = 2;
        rig.work();
        assertEquals(List.of("2/1 OK 0ns "), rig.answers());
        assertEquals(1, rig.role.stats().ignoredAnswers());
    }

    @Test
    void shouldRefuseWhenItIsOfferedMoreThanItsCapacity() {
        final WorkerRig rig = new WorkerRig(2, 16, new Later());
        for (int i = 1; i <= 3; i++) {
            rig.offer(i, 1, "");
        }
        rig.offer(2, 1, "the same attempt again");
        rig.work();
        assertEquals(List.of("3/1 OVERLOADED in 1000000"), rig.answers());
        assertEquals(2, rig.role.heldTasks());
        assertEquals(2, rig.role.stats().unexpectedMessages());
    }

    @Test
    void shouldReportAndGoOnWhenAMailboxMessageIsNotValid() {
        final WorkerRig rig = new WorkerRig(2, 16, ECHO);
        rig.agent.mailbox().offer(new UnsafeBuffer(new byte[3]), 0, 3);
        rig.agent.mailbox().offer(new UnsafeBuffer(new byte[64]), 0, 64);
        rig.offer(1, 1, "ok");
        rig.work();
        assertEquals(List.of("1/1 OK 0ns ok"), rig.answers());
        assertEquals(2, rig.role.stats().unexpectedMessages());
        assertEquals(2, rig.errors.size());
    }

    @Test
    void shouldShowSinceWhenItIsInAHandlerWhenOneIsStuck() {
        final List<Long> seen = new ArrayList<>();
        final WorkerRig[] rig = new WorkerRig[1];
        rig[0] = new WorkerRig(2, 16, (task, completion) -> {
            seen.add(rig[0].role.stats().inHandlerForNs(rig[0].nowNs + 9_000));
            seen.add((long) rig[0].role.stats().inHandlerAgent());
        });
        rig[0].offer(1, 1, "");
        rig[0].work();
        assertEquals(List.of(9_000L, 3L), seen);
        assertEquals(0, rig[0].role.stats().inHandlerForNs(rig[0].nowNs));
    }

    @Test
    void shouldCloseTheHandlerOnceAndIgnoreLateAnswersWhenClosed() {
        final Later later = new Later();
        final WorkerRig rig = new WorkerRig(2, 16, later);
        rig.offer(1, 1, "");
        rig.work();
        rig.role.onClose();
        rig.role.onClose();
        assertEquals(1, later.closed);
        later.completion.complete(1, 1);
        assertEquals(List.of(), rig.answers());
        assertEquals(1, rig.role.stats().ignoredAnswers());
    }

    @Test
    void shouldFindWhatAMapFindsWhenTasksComeAndGoAtRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final RunningTasks running = new RunningTasks(37);
        final Map<Long, Long> expected = new java.util.HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            final long taskId = random.nextInt(64) * 0x1_0000_0000L;
            final int slot = running.find(taskId, 1);
            assertEquals(expected.containsKey(taskId), slot != RunningTasks.MISSING, "seed " + seed);
            if (slot == RunningTasks.MISSING) {
                final boolean added = running.add(taskId, 1, taskId + 1, i);
                assertEquals(expected.size() < 37, added, "seed " + seed);
                if (added) {
                    expected.put(taskId, (long) i);
                }
            } else {
                assertEquals(expected.remove(taskId), running.startNs(slot), "seed " + seed);
                assertEquals(taskId + 1, running.agentId(slot), "seed " + seed);
                running.remove(slot);
            }
            assertEquals(expected.size(), running.size(), "seed " + seed);
        }
    }

    @Test
    void shouldNotStartWhenAResultDoesNotFitTheRing() {
        final WorkerRig rig = new WorkerRig(2, 16, ECHO);
        final IllegalArgumentException ex = assertThrows(IllegalArgumentException.class, () ->
            new WorkerContext(rig.ring, rig.kinds, 4096, 16, () -> 0, rig.errors::add));
        assertTrue(ex.getMessage().contains("max-payload = 4096"), ex.getMessage());
    }

    /** Keeps its tasks and answers the oldest {@code toAnswer} of them in doWork. */
    private static final class Later implements TaskHandler {
        final List<String> cancelled = new ArrayList<>();
        TaskCompletion completion;
        int toAnswer;
        int resultLength;
        int closed;
        private final ArrayDeque<long[]> held = new ArrayDeque<>();
        private final UnsafeBuffer result = new UnsafeBuffer(new byte[WorkerRig.MAX_PAYLOAD]);

        @Override
        public void onTask(final Task task, final TaskCompletion taskCompletion) {
            completion = taskCompletion;
            held.add(new long[] {task.taskId(), task.attempt()});
        }

        @Override
        public int doWork(final long nowNs, final TaskCompletion taskCompletion) {
            int answered = 0;
            for (; toAnswer > 0; toAnswer--) {
                final long[] task = held.remove();
                taskCompletion.complete(task[0], (int) task[1], result, 0, resultLength);
                answered++;
            }
            return answered;
        }

        @Override
        public void onCancel(final long taskId, final int attempt, final TaskCompletion taskCompletion) {
            cancelled.add(taskId + "/" + attempt);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
