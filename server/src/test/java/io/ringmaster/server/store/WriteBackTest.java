package io.ringmaster.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteBackTest {
    private static final int LENGTH = 10_000;
    private static final String WHOLE = "write back 0 " + LENGTH;

    private final FakeStore store = new FakeStore();
    private final AtomicLong changes = new AtomicLong(5);
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final UnsafeBuffer values = new UnsafeBuffer(new byte[2 * CountersReader.COUNTER_LENGTH]);
    private final AtomicCounter portions = new AtomicCounter(values, 0);
    private final AtomicCounter portionsNs = new AtomicCounter(values, 1);
    private WriteBack writeBack;

    private void start() {
        store.writeBackLength = LENGTH;
        writeBack = new WriteBack(true, store, TimeUnit.MILLISECONDS.toNanos(20), changes::get, portions, portionsNs, errors::add).start();
    }

    private static void await(final BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    @AfterEach
    void close() {
        writeBack.close();
    }

    @Test
    void shouldWriteAfterAChangeAndOnlyThen() throws Exception {
        start();
        Thread.sleep(300);
        assertEquals(List.of(), store.writtenBack);
        changes.incrementAndGet();
        await(() -> portions.get() == 1);
        assertEquals(List.of(WHOLE), store.writtenBack);
        assertTrue(portionsNs.get() > 0);
        Thread.sleep(300);
        assertEquals(1, portions.get());
        changes.incrementAndGet();
        await(() -> portions.get() == 2);
        assertEquals(List.of(WHOLE, WHOLE), store.writtenBack);
    }

    @Test
    void shouldReportAFailureAndGoOn() throws Exception {
        store.failure = new IllegalStateException("no disk");
        start();
        changes.incrementAndGet();
        await(() -> !errors.isEmpty());
        assertSame(store.failure, errors.get(0));
        assertEquals(0, portions.get());
        store.failure = null;
        changes.incrementAndGet();
        await(() -> !store.writtenBack.isEmpty());
        assertEquals(WHOLE, store.writtenBack.get(0));
    }

    @Test
    void shouldReportAnErrorAndGoOn() throws Exception {
        store.error = new OutOfMemoryError("as if");
        start();
        changes.incrementAndGet();
        await(() -> !errors.isEmpty());
        assertSame(store.error, errors.get(0));
        store.error = null;
        changes.incrementAndGet();
        await(() -> !store.writtenBack.isEmpty());
    }

    @Test
    void shouldWriteNothingMoreOnceClosed() throws Exception {
        start();
        writeBack.close();
        changes.incrementAndGet();
        Thread.sleep(300);
        assertEquals(List.of(), store.writtenBack);
        writeBack.close();
    }
}
