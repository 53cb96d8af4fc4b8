package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.ring.CounterHistogram;
import io.ringmaster.ring.RingCounters;
import io.ringmaster.server.metrics.CountersFile;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;

class RingProbeTest {
    private static final long BASE_NS = 26_000_000_000_000L;

    @TempDir
    private Path dir;
    private CountersFile file;
    private AtomicCounter enqueued;
    private AtomicCounter consumed;
    private AtomicCounter waited;
    private AtomicCounter handling;
    private AtomicCounter handledAt;
    private RingProbe probe;
    private final RingProbe.RingTimes[] times = RingProbe.RingTimes.ofWaves(2);

    @BeforeEach
    void open() throws IOException {
        file = CountersFile.create(dir, 1024, System::currentTimeMillis);
        final CountersManager manager = file.manager();
        enqueued = manager.newCounter("ring-enqueued: registry-0", RingCounters.ENQUEUED_TYPE_ID);
        consumed = manager.newCounter("ring-consumed: registry-0", RingCounters.CONSUMED_TYPE_ID);
        waited = manager.newCounter("ring-wait-total-ns: registry-0", RingCounters.WAIT_TOTAL_NS_TYPE_ID);
        handling = manager.newCounter("ring-handling-total-ns: registry-0", RingCounters.HANDLING_TOTAL_NS_TYPE_ID);
        handledAt = manager.newCounter("ring-handled-at-total-ns: registry-0", RingCounters.HANDLED_AT_TOTAL_NS_TYPE_ID);
        new CounterHistogram(manager, RingCounters.WAIT_BUCKET_TYPE_ID, "ring-wait-ns: registry", 10, 1_000_000);
        new CounterHistogram(manager, RingCounters.DEPTH_BUCKET_TYPE_ID, "ring-depth: registry", 0, 100);
        probe = RingProbe.open(dir);
        probe.begin(times);
    }

    @AfterEach
    void close() {
        probe.close();
        file.close();
    }

    @Test
    void shouldSplitTheTimeOfABurstWhoseRingsWereEmptyAroundIt() {
        probe.onTag(0);
        enqueue(1);
        handle(BASE_NS + 7_000, 1_000, 2_000);
        consumed.increment();
        probe.onAnswer(OperationMix.REGISTER, Outcome.OK, BASE_NS, BASE_NS + 9_500);
        probe.onTag(1);
        probe.onEnd();

        final JsonNode first = json(times[0]);
        assertEquals(1, first.path("bursts").asLong());
        assertEquals(0, first.path("burstsWithoutTimes").asLong());
        assertEquals(4_000, first.path("requestMeanNs").path("p50").asLong(), 8);
        assertEquals(1_000, first.path("handlingMeanNs").path("p50").asLong(), 2);
        assertEquals(2_500, first.path("replyMeanNs").path("p50").asLong(), 4);
    }

    @Test
    void shouldLeaveABurstOutThatIsReadWhileACommandIsAtItsHandler() {
        probe.onTag(0);
        enqueue(2);
        handle(BASE_NS + 7_000, 1_000, 2_000);
        consumed.increment();
        // The second is timed, but not yet counted as consumed: its time would be in the sums of one answer.
        handle(BASE_NS + 8_000, 1_000, 2_000);
        probe.onAnswer(OperationMix.REGISTER, Outcome.OK, BASE_NS, BASE_NS + 9_500);
        probe.onTag(1);
        consumed.increment();
        probe.onAnswer(OperationMix.REGISTER, Outcome.OK, BASE_NS, BASE_NS + 9_600);
        probe.onEnd();

        assertEquals(1, json(times[0]).path("burstsWithoutTimes").asLong());
        assertEquals(1, json(times[1]).path("burstsWithoutTimes").asLong(), "the burst that began with a command under way");
        assertEquals(1, times[1].busyAtStart());
    }

    private void enqueue(final int commands) {
        enqueued.getAndAdd(commands);
    }

    private void handle(final long endNs, final long handlingNs, final long waitNs) {
        waited.getAndAdd(waitNs);
        handling.getAndAdd(handlingNs);
        handledAt.getAndAdd(endNs);
    }

    private static JsonNode json(final RingProbe.RingTimes times) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        times.writeTo(json);
        return json;
    }
}
