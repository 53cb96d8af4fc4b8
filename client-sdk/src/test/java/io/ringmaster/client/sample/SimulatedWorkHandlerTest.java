package io.ringmaster.client.sample;

import io.ringmaster.client.Task;
import io.ringmaster.client.TaskCompletion;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static io.ringmaster.client.sample.SimulatedWorkSettings.Mode.SLEEP;
import static io.ringmaster.client.sample.SimulatedWorkSettings.Mode.SPIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimulatedWorkHandlerTest {
    private final Answers answers = new Answers();
    private final OneTask task = new OneTask();
    private long nowNs = 1_000;

    @Test
    void shouldAnswerWhenTheWorkTimeOfTheHeaderHasPassed() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(7, 1, 1.0, 10, SLEEP));
        handler.onTask(task.withHeader(1, 100), answers);

        assertEquals(0, work(handler, 99));
        assertEquals(List.of(), answers.log);
        assertEquals(1, work(handler, 1));
        assertEquals(List.of("done 1 100"), answers.log);
        assertEquals(0, handler.held());
    }

    @Test
    void shouldServeInOrderAndNotAddUpLatenessWhenTheDutyCycleIsLate() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(100, 1, 1.0, 10, SLEEP));
        handler.onTask(task.withHeader(1, 0), answers);
        handler.onTask(task.withHeader(2, 0), answers);
        handler.onTask(task.withHeader(3, 50), answers);

        assertEquals(1, work(handler, 190));
        assertEquals(1, work(handler, 10));
        assertEquals(0, work(handler, 49));
        assertEquals(1, work(handler, 1));
        assertEquals(List.of("done 1 190", "done 2 100", "done 3 50"), answers.log);
    }

    @Test
    void shouldNotStartATaskBeforeItArrivedWhenTheServerWasFreeUnnoticed() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(100, 1, 1.0, 10, SLEEP));
        handler.onTask(task.withHeader(1, 0), answers);
        nowNs += 150;
        handler.onTask(task.withHeader(2, 0), answers);

        assertEquals(1, work(handler, 0));
        assertEquals(0, work(handler, 99));
        assertEquals(1, work(handler, 1));
        assertEquals(List.of("done 1 150", "done 2 100"), answers.log);
    }

    @Test
    void shouldFinishTwiceAsFastWhenSpeedIsTwo() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(7, 1, 2.0, 10, SLEEP));
        handler.onTask(task.withHeader(1, 100), answers);

        assertEquals(0, work(handler, 49));
        assertEquals(1, work(handler, 1));
        assertEquals(List.of("done 1 50"), answers.log);
    }

    @Test
    void shouldWorkOnSeveralTasksWhenParallel() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(0, 2, 1.0, 10, SLEEP));
        handler.onTask(task.withHeader(1, 300), answers);
        handler.onTask(task.withHeader(2, 100), answers);
        handler.onTask(task.withHeader(3, 100), answers);

        work(handler, 100);
        work(handler, 100);
        work(handler, 100);
        assertEquals(List.of("done 2 100", "done 3 100", "done 1 300"), answers.log);
    }

    @Test
    void shouldRefuseWithItsQueuedWorkWhenTheQueueIsAtItsBound() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(100, 1, 1.0, 2, SLEEP));
        for (int i = 1; i <= 3; i++) {
            handler.onTask(task.withHeader(i, 0), answers);
        }
        nowNs += 30;
        handler.onTask(task.withHeader(4, 0), answers);

        assertEquals(List.of("refused 4 270"), answers.log);
        assertEquals(3, handler.held());
    }

    @Test
    void shouldRefuseWhateverHasToWaitWhenRefuseAboveIsZero() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(100, 1, 1.0, 0, SLEEP));
        handler.onTask(task.withHeader(1, 0), answers);
        handler.onTask(task.withHeader(2, 0), answers);

        assertEquals(List.of("refused 2 100"), answers.log);
    }

    @Test
    void shouldForgetACancelledTaskAndStartTheNextWhenCancelled() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(100, 1, 1.0, 10, SLEEP));
        for (int i = 1; i <= 4; i++) {
            handler.onTask(task.withHeader(i, 0), answers);
        }
        nowNs += 10;
        handler.onCancel(3, 1, answers);
        handler.onCancel(1, 1, answers);
        handler.onCancel(1, 1, answers);
        handler.onCancel(2, 9, answers);

        work(handler, 100);
        work(handler, 100);
        work(handler, 100);
        assertEquals(List.of("done 2 100", "done 4 100"), answers.log);
        assertEquals(0, handler.held());
    }

    @Test
    void shouldEchoThePaddedPayloadWhenThereIsNoHeader() {
        final SimulatedWorkHandler handler = handler(new SimulatedWorkSettings(5, 1, 1.0, 10, SLEEP));
        handler.onTask(task.withBytes(1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xF9}), answers);
        handler.onTask(task.withBytes(2, new byte[0]), answers);
        work(handler, 5);

        assertEquals(0x0807_0605_0403_0201L, answers.last.getLong(0, ByteOrder.LITTLE_ENDIAN));
        assertEquals(0xF9L, answers.last.getLong(8, ByteOrder.LITTLE_ENDIAN));
        work(handler, 5);
        assertEquals(0, answers.last.getLong(0));
        assertEquals(0, answers.last.getLong(8));
        assertFalse(SimulatedWork.isResultOf(answers.last, 0, SimulatedWork.RESULT_LENGTH, 0));
    }

    @Test
    void shouldAnswerAtOnceWhenItSpins() {
        final SimulatedWorkHandler handler = new SimulatedWorkHandler(
            new SimulatedWorkSettings(100, 1, 1.0, 10, SPIN), () -> nowNs += 10);
        handler.onTask(task.withHeader(1, 50), answers);

        assertEquals(1, answers.log.size());
        assertTrue(SimulatedWork.actualNs(answers.last, 0) >= 50);
    }

    @Test
    void shouldFollowAFirstComeFirstServedQueueWhenTasksComeAtRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final int parallelism = 1 + random.nextInt(4);
        final SimulatedWorkHandler handler =
            handler(new SimulatedWorkSettings(1, parallelism, 1.0, 10_000, SLEEP));
        final long[] freeAtNs = new long[parallelism];
        final List<Long> expected = new ArrayList<>();

        for (int i = 1; i <= 2_000; i++) {
            work(handler, 0);
            final long workNs = 1 + random.nextInt(100);
            int first = 0;
            for (int s = 1; s < parallelism; s++) {
                first = freeAtNs[s] < freeAtNs[first] ? s : first;
            }
            freeAtNs[first] = Math.max(nowNs, freeAtNs[first]) + workNs;
            expected.add(freeAtNs[first]);
            handler.onTask(task.withHeader(i, workNs), answers);
            for (int step = random.nextInt(60); step > 0; step--) {
                work(handler, 1);
            }
        }
        while (handler.held() > 0) {
            work(handler, 1);
        }
        expected.sort(null);
        assertEquals(2_000, answers.timesNs.size(), "seed " + seed);
        assertEquals(expected, answers.timesNs, "seed " + seed);
    }

    @Test
    void shouldNameTheKeyWhenASettingIsWrong() {
        assertMessage("workns", Map.of("workns", "1"));
        assertMessage("speed", Map.of("speed", "0"));
        assertMessage("speed", Map.of("speed", "fast"));
        assertMessage("parallelism", Map.of("parallelism", "99999999999"));
        assertMessage("refuse-above", Map.of("refuse-above", "-1"));
        assertMessage("workNs", Map.of("workNs", "1ms"));
        assertMessage("mode", Map.of("mode", "nap"));
        assertEquals(SimulatedWorkSettings.DEFAULTS, SimulatedWorkSettings.of(Map.of()));
        assertEquals(
            new SimulatedWorkSettings(5, 2, 1.5, 3, SPIN),
            SimulatedWorkSettings.of(
                Map.of("workNs", "5", "parallelism", "2", "speed", "1.5", "refuse-above", "3", "mode", "spin")));
    }

    @Test
    void shouldTellARightResultWhenItHasTheSameId() {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[SimulatedWork.HEADER_LENGTH]);
        assertEquals(24, SimulatedWork.encode(payload, 0, 42, 1_000));
        assertEquals("SIMWORK1", payload.getStringWithoutLengthAscii(0, 8));
        assertTrue(SimulatedWork.isResultOf(payload, 0, SimulatedWork.RESULT_LENGTH, 42));
        assertFalse(SimulatedWork.isResultOf(payload, 0, SimulatedWork.RESULT_LENGTH, 43));
        assertFalse(SimulatedWork.isResultOf(payload, 0, SimulatedWork.RESULT_LENGTH - 1, 42));
    }

    private static void assertMessage(final String key, final Map<String, String> settings) {
        final IllegalArgumentException ex =
            assertThrows(IllegalArgumentException.class, () -> SimulatedWorkSettings.of(settings));
        assertTrue(ex.getMessage().contains(key), ex.getMessage());
    }

    private SimulatedWorkHandler handler(final SimulatedWorkSettings settings) {
        return new SimulatedWorkHandler(settings, () -> nowNs);
    }

    private int work(final SimulatedWorkHandler handler, final long afterNs) {
        nowNs += afterNs;
        return handler.doWork(nowNs, answers);
    }

    private final class Answers implements TaskCompletion {
        final List<String> log = new ArrayList<>();
        final List<Long> timesNs = new ArrayList<>();
        final UnsafeBuffer last = new UnsafeBuffer(new byte[SimulatedWork.RESULT_LENGTH]);

        @Override
        public void complete(
            final long taskId, final int attempt, final DirectBuffer result, final int offset, final int length) {
            assertEquals(SimulatedWork.RESULT_LENGTH, length);
            result.getBytes(offset, last, 0, length);
            log.add("done " + taskId + " " + SimulatedWork.actualNs(last, 0));
            timesNs.add(nowNs);
        }

        @Override
        public void complete(final long taskId, final int attempt) {
            log.add("empty " + taskId);
        }

        @Override
        public void fail(final long taskId, final int attempt, final CharSequence message) {
            log.add("failed " + taskId + " " + message);
        }

        @Override
        public void refuse(final long taskId, final int attempt, final long capacityInNs) {
            log.add("refused " + taskId + " " + capacityInNs);
        }
    }

    private static final class OneTask implements Task {
        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[64]);
        private long taskId;
        private int payloadLength;

        OneTask withHeader(final long id, final long workNs) {
            taskId = id;
            payloadLength = SimulatedWork.encode(payload, 8, id, workNs);
            return this;
        }

        OneTask withBytes(final long id, final byte[] bytes) {
            taskId = id;
            payloadLength = bytes.length;
            payload.putBytes(8, bytes);
            return this;
        }

        @Override
        public long taskId() {
            return taskId;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public int priority() {
            return 1;
        }

        @Override
        public long costNs() {
            return 0;
        }

        @Override
        public long deadlineNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public String kind() {
            return "";
        }

        @Override
        public DirectBuffer payloadBuffer() {
            return payload;
        }

        @Override
        public int payloadOffset() {
            return 8;
        }

        @Override
        public int payloadLength() {
            return payloadLength;
        }
    }
}
