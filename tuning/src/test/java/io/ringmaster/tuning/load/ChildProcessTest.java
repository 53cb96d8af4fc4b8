package io.ringmaster.tuning.load;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class ChildProcessTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private Path dir;
    private ChildProcess child;

    @AfterEach
    void endChild() {
        if (child != null) {
            child.kill();
        }
    }

    @Test
    void shouldReturnTheReadyLine() {
        start("echo starting; echo 'ready at 42'; exec sleep 100");

        assertEquals("ready at 42", child.awaitReady(LONG_NS));
        assertTrue(child.isAlive());
        child.close();
        assertFalse(child.isAlive());
    }

    @Test
    void shouldPassLinesToTheChild() {
        start("read first; read second; echo \"ready $second $first\"; exec sleep 100");
        child.send("one");
        child.send("two");

        assertEquals("ready two one", child.awaitReady(LONG_NS));
    }

    @Test
    void shouldSayWhatAChildThatIsGoneDidNotTake() {
        start("echo ready; exec sleep 100");
        child.awaitReady(LONG_NS);
        child.kill();

        final ChildProcessException ex = assertThrows(ChildProcessException.class, () -> child.send("pause"));
        assertTrue(ex.getMessage().contains("does not take 'pause'"), ex.getMessage());
    }

    @Test
    void shouldShowTheLogWhenTheChildEndsBeforeItIsReady() {
        start("echo some output; echo what is wrong >&2; exit 3");

        final ChildProcessException ex = assertThrows(ChildProcessException.class, () -> child.awaitReady(LONG_NS));
        assertTrue(ex.getMessage().contains("exit code 3"), ex.getMessage());
        assertTrue(ex.getMessage().contains("what is wrong"), ex.getMessage());
        assertTrue(ex.getMessage().contains("some output"), ex.getMessage());
    }

    @Test
    void shouldKillTheChildThatIsNotReadyInTime() {
        start("exec sleep 100");

        final ChildProcessException ex = assertThrows(
            ChildProcessException.class, () -> child.awaitReady(TimeUnit.MILLISECONDS.toNanos(200)));
        assertTrue(ex.getMessage().contains("was not ready after 200 ms"), ex.getMessage());
        assertFalse(child.isAlive());
    }

    @Test
    void shouldKillTheChildThatIgnoresSigterm() {
        start("trap '' TERM; echo ready; while true; do sleep 0.2; done");
        child.awaitReady(LONG_NS);
        child.kill();

        assertFalse(child.isAlive());
    }

    @Test
    void shouldKillWhatIsAliveWhenTheJvmEnds() {
        start("echo ready; exec sleep 100");
        child.awaitReady(LONG_NS);
        ChildProcess.killAll();
        child.close();

        assertFalse(child.isAlive());
    }

    @Test
    void shouldSayWhatCannotBeStarted() {
        final ChildProcessException ex = assertThrows(
            ChildProcessException.class,
            () -> ChildProcess.start("nothing", List.of("/no/such/program"), dir.resolve("log")));
        assertTrue(ex.getMessage().contains("cannot start nothing"), ex.getMessage());
    }

    @Test
    void shouldKillTheServerProcessWhenItsConfigurationIsRefused() throws Exception {
        final RunDirectory directory = RunDirectory.create();
        final Path files = directory.file("x").getParent();
        try {
            assertThrows(ChildProcessException.class, () -> ServerProcess.start(
                directory, false, null, List.of("ringmaster.no.such.key=1"), List.of()));
            assertTrue(Files.exists(files));
        } finally {
            directory.close();
        }
        assertFalse(Files.exists(files), "the run's files go with the run");
        assertTrue(ProcessHandle.current().children().noneMatch(
            handle -> handle.info().commandLine().orElse("").contains("ringmaster.no.such.key")));
    }

    private void start(final String script) {
        child = ChildProcess.start("child", List.of("/bin/sh", "-c", script), dir.resolve("child.log"));
    }
}
