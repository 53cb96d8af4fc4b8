package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AnswerLogTest {
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[4096]);

    @Test
    void shouldKeepLiveAnswersAndForgetOldOnesWhenFull() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final AnswerLog log = new AnswerLog(64 * 1024);
        final Map<Long, Integer> live = new HashMap<>();
        final Map<Long, Integer> lengths = new HashMap<>();
        for (long batchId = 1; batchId < 100_000; batchId++) {
            final int length = 64 + random.nextInt(300);
            if (log.hasRoom(length / 30)) {
                answer.setMemory(0, length, (byte)batchId);
                final int tasks = random.nextInt(50) == 0 ? 1 : 0;
                log.append(batchId, batchId * 7, tasks, answer, 0, length);
                lengths.put(batchId, length);
                if (tasks > 0) {
                    live.put(batchId, tasks);
                }
            }
            if (live.size() > 60 || random.nextInt(40) == 0 && !live.isEmpty()) {
                final long done = live.keySet().iterator().next();
                live.remove(done);
                if (random.nextBoolean()) {
                    log.taskFinished(done, done * 7);
                } else {
                    log.forget(done, done * 7);
                    assertTrue(log.find(done) < 0);
                }
            }
            if (batchId % 97 == 0) {
                for (final long id : live.keySet()) {
                    final long position = log.find(id);
                    assertTrue(position >= 0, "live answer lost: " + id + ", seed " + seed);
                    assertEquals(id * 7, log.sessionId(position));
                    assertEquals((int)lengths.get(id), log.answerLength(position));
                    assertEquals((byte)id, log.buffer().getByte(log.answerOffset(position) + log.answerLength(position) - 1));
                }
            }
        }
        assertTrue(log.size() < 2_000, "old answers were not evicted: " + log.size());
    }

    @Test
    void shouldRefuseWhenLiveAnswersFillHalf() {
        final AnswerLog log = new AnswerLog(8 * 1024);
        int appended = 0;
        while (log.hasRoom(1)) {
            log.append(++appended, 1, 1, answer, 0, 100);
        }
        assertTrue(appended >= 8 * 1024 / 2 / 128 - 2, "refused too early: " + appended);
        log.taskFinished(1, 1);
        log.taskFinished(2, 1);
        assertTrue(log.hasRoom(1));
    }
}
