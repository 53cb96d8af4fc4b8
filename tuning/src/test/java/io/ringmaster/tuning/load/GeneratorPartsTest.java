package io.ringmaster.tuning.load;

import io.ringmaster.client.sample.SimulatedWork;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The small parts that workloads are made of. */
class GeneratorPartsTest {
    @Test
    void shouldNameTheProcessorAsFarAsTheSystemTellsIt(@TempDir final Path dir) throws IOException {
        final Path cpuinfo = dir.resolve("cpuinfo");
        assertEquals("unknown", Processor.name(cpuinfo));
        Files.writeString(cpuinfo, "processor\t: 0\nBogoMIPS\t: 50\n");
        assertEquals("unknown", Processor.name(cpuinfo));
        Files.writeString(cpuinfo, """
            processor\t: 0
            cpu family\t: 25
            model\t\t: 17
            model name\t: Fast One: 9000
            processor\t: 1
            model name\t: Other
            """);
        assertEquals("Fast One: 9000, family 25, model 17", Processor.name(cpuinfo));
    }

    @Test
    void shouldMixExactSharesInAnOrderThatTheSeedFixes() {
        final StringBuilder first = new StringBuilder();
        final StringBuilder second = new StringBuilder();
        final int[] counts = new int[4];
        final OperationMix mix = new OperationMix(5);
        final OperationMix same = new OperationMix(5);
        for (int i = 0; i < 10 * OperationMix.ROUND; i++) {
            counts[mix.kind()]++;
            first.append(mix.kind());
            second.append(same.kind());
            mix.advance();
            same.advance();
        }

        assertEquals(800, counts[OperationMix.LOOKUP]);
        assertEquals(100, counts[OperationMix.REGISTER]);
        assertEquals(50, counts[OperationMix.UNREGISTER]);
        assertEquals(50, counts[OperationMix.QUERY]);
        assertEquals(first.toString(), second.toString());
        assertNotEquals(first.substring(0, OperationMix.ROUND), first.substring(OperationMix.ROUND, 2 * OperationMix.ROUND));
    }

    @Test
    void shouldHandOutNamesOnlyInTheirState() {
        final ChurnNames names = new ChurnNames(2);
        assertEquals(-1, names.takeRegistered());
        final int first = names.takeFree();
        final int second = names.takeFree();
        assertEquals(-1, names.takeFree());

        names.onRegistered(second);
        names.onRegistered(first);
        assertEquals(second, names.takeRegistered());
        names.putBack(second, false);
        assertEquals(second, names.takeRegistered());
        names.onFree(second);
        assertEquals(second, names.takeFree());
    }

    @Test
    void shouldGiveRetriesInTheOrderOfTheirTimes() {
        final int count = 500;
        final RetryQueue queue = new RetryQueue(count);
        final SplittableRandom random = new SplittableRandom(3);
        final long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = random.nextInt(200);
            queue.add(i, times[i]);
        }
        long previous = -1;
        final boolean[] seen = new boolean[count];
        for (int i = 0; i < count; i++) {
            final int task = queue.peek();
            assertTrue(times[task] >= previous);
            assertFalse(seen[task]);
            assertFalse(queue.isDue(times[task] - 1));
            assertTrue(queue.isDue(times[task]));
            seen[task] = true;
            previous = times[task];
            queue.remove();
        }
        assertTrue(queue.isEmpty());
    }

    @Test
    void shouldKnowOperationsBySlotAndSequence() {
        final OperationTable table = new OperationTable(2);
        final int slot = table.acquire(1, 2, 3);
        final long sequence = table.sequence(slot);
        assertTrue(table.isLive(slot, sequence));
        table.acquire(0, 0, 0);
        assertEquals(-1, table.acquire(0, 0, 0));

        table.release(slot);
        assertFalse(table.isLive(slot, sequence), "answered already");
        assertEquals(slot, table.acquire(0, 0, 0));
        assertFalse(table.isLive(slot, sequence), "another operation by now");
        assertFalse(table.isLive(-1, sequence));
        assertFalse(table.isLive(2, sequence));
    }

    @Test
    void shouldKnowARecordByItsMetadata() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[RecordContent.LENGTH]);
        RecordContent.encode(buffer, 0, 42, 7);

        assertTrue(RecordContent.isOf(buffer, 0, RecordContent.LENGTH, 42, 7));
        assertFalse(RecordContent.isOf(buffer, 0, RecordContent.LENGTH, 43, 7), "another record");
        assertFalse(RecordContent.isOf(buffer, 0, RecordContent.LENGTH, 42, 8), "another run");
        assertFalse(RecordContent.isOf(buffer, 0, RecordContent.LENGTH - 1, 42, 7), "cut off");
        buffer.putByte(RecordContent.LENGTH - 1, (byte) (buffer.getByte(RecordContent.LENGTH - 1) + 1));
        assertFalse(RecordContent.isOf(buffer, 0, RecordContent.LENGTH, 42, 7), "damaged");
    }

    @Test
    void shouldKnowATaskByItsResult() {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[TaskContent.LENGTH]);
        final UnsafeBuffer scratch = new UnsafeBuffer(new byte[TaskContent.LENGTH]);
        TaskContent.encode(payload, 5, 1);
        assertTrue(TaskContent.isResultOf(payload, 5, 1, scratch), "an echo");
        assertFalse(TaskContent.isResultOf(payload, 6, 1, scratch), "another task's echo");
        payload.putByte(40, (byte) (payload.getByte(40) + 1));
        assertFalse(TaskContent.isResultOf(payload, 5, 1, scratch), "a damaged echo");

        final UnsafeBuffer simulated = new UnsafeBuffer(new byte[SimulatedWork.RESULT_LENGTH]);
        SimulatedWork.encode(simulated, 0, 5, 1);
        assertTrue(TaskContent.isResultOf(simulated, 5, 1, scratch));
        assertFalse(TaskContent.isResultOf(simulated, 6, 1, scratch));
        assertFalse(TaskContent.isResultOf(new UnsafeBuffer(new byte[0]), 5, 1, scratch));
    }

    @Test
    void shouldFindKeysOfNames() {
        final KeySpace keys = new KeySpace(1000, "ns", 4, 1);

        assertEquals("svc-0000999", KeySpace.name(999));
        assertEquals(999, keys.key(name("svc-0000999")));
        assertEquals(-1, keys.key(name("svc-0001000")), "beyond the last");
        assertEquals(-1, keys.key(name("tmp-0000001")));
        assertEquals(-1, keys.key(name("svc-x000001")));
        assertEquals(-1, keys.key(name("svc-1")));
        for (int i = 0; i < 4; i++) {
            assertEquals(KeySpace.name(keys.listKeys(9)[i]), keys.list(9).get(i));
        }
    }

    @Test
    void shouldChooseTheSameKeysForTheSameSeed() {
        final KeySpace first = new KeySpace(1000, "ns", 16, 1);
        final KeySpace second = new KeySpace(1000, "ns", 16, 1);
        for (int list = 0; list < KeySpace.LISTS; list++) {
            assertEquals(first.list(list), second.list(list));
        }
    }

    @Test
    void shouldTakeTheMedianOfTheFloor() {
        assertEquals(0, Floor.median(new long[0]));
        assertEquals(5, Floor.median(new long[] {9, 5, 1}));
        assertEquals(4, Floor.median(new long[] {9, 5, 1, 3}));
    }

    private static UnsafeBuffer name(final String name) {
        return new UnsafeBuffer(name.getBytes(StandardCharsets.US_ASCII));
    }
}
