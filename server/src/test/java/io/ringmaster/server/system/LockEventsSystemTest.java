package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the JVM's flight recorder tells of locks while sessions look up and write: no thread that runs roles waits for a monitor, or parks
 * for a lock. (It records monitors that somebody has to wait for; parks of an idle thread have no lock to wait for.)
 */
@Timeout(120)
class LockEventsSystemTest {
    private static final int ROUNDS = 200;
    private static final int LOOKUPS = 200;
    private static final String ROLE_CODE = "io.ringmaster.thread.";

    @TempDir
    private Path dir;

    @Test
    void shouldRecordNoLockOfARoleWhenSessionsLookUpAndWrite() throws Exception {
        final Path file = dir.resolve("locks.jfr");
        try (ServerFixture fixture = new ServerFixture(dir); Recording recording = new Recording()) {
            final RingmasterClient reader = fixture.client();
            final RingmasterClient writer = fixture.client();
            writer.register(service(0));
            for (final String event : List.of("jdk.JavaMonitorEnter", "jdk.JavaMonitorWait", "jdk.ThreadPark")) {
                recording.enable(event).withThreshold(Duration.ZERO).withStackTrace();
            }
            recording.enable("jdk.JavaMonitorInflate").withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            for (int round = 1; round <= ROUNDS; round++) {
                final CompletableFuture<?> registered = writer.registerAsync(service(round));
                lookUp(reader);
                registered.join();
            }
            contend();
            recording.stop();
            recording.dump(file);
        }

        int controls = 0;
        final List<RecordedEvent> parksOfRoles = new ArrayList<>();
        final List<RecordedEvent> locksOfRoles = new ArrayList<>();
        for (final RecordedEvent event : events(file)) {
            final boolean isPark = "jdk.ThreadPark".equals(event.getEventType().getName());
            if (isOfARole(event)) {
                (isPark && event.<RecordedClass>getValue("parkedClass") == null ? parksOfRoles : locksOfRoles).add(event);
            } else if ("jdk.JavaMonitorEnter".equals(event.getEventType().getName())) {
                controls++;
            }
        }
        assertTrue(controls > 0, "the monitor that the test contends for on purpose is recorded");
        assertFalse(parksOfRoles.isEmpty(), "events of threads with roles are recorded and recognised");
        assertEquals(List.of(), locksOfRoles);
    }

    private static RegistrationRequest service(final int number) {
        return new RegistrationRequest().namespace("locks").name("service-" + number).kind(Protocol.KIND_SERVICE);
    }

    private static void lookUp(final RingmasterClient client) {
        final List<CompletableFuture<?>> lookups = new ArrayList<>();
        for (int i = 0; i < LOOKUPS; i++) {
            lookups.add(client.lookupAsync("locks", "service-0"));
        }
        lookups.forEach(CompletableFuture::join);
    }

    /** Makes one thread wait for a monitor that this one holds. */
    private static void contend() throws InterruptedException {
        final Object monitor = new Object();
        final CountDownLatch started = new CountDownLatch(1);
        final AtomicBoolean entered = new AtomicBoolean();
        final Thread waiter = new Thread(() -> {
            started.countDown();
            synchronized (monitor) {
                entered.set(true);
            }
        }, "waiter");
        synchronized (monitor) {
            waiter.start();
            started.await();
            ServerFixture.await("the waiter waits", () -> waiter.getState() == Thread.State.BLOCKED);
        }
        waiter.join();
        assertTrue(entered.get(), "the waiter got the monitor");
    }

    private static List<RecordedEvent> events(final Path file) throws IOException {
        return RecordingFile.readAllEvents(file);
    }

    private static boolean isOfARole(final RecordedEvent event) {
        return event.getStackTrace() != null && event.getStackTrace().getFrames().stream()
            .anyMatch(frame -> frame.getMethod().getType().getName().startsWith(ROLE_CODE));
    }
}
