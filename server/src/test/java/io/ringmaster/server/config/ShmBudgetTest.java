package io.ringmaster.server.config;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShmBudgetTest {
    private static final long MIB = 1 << 20;

    @Test
    void shouldSumCncFileAndLogsWhenReckoningTheNeed() {
        final AeronSettings aeron = settings().aeron();
        assertEquals(2 * (3 * 128 * 1024 + 4096), aeron.sharedMemoryPerSession(false));
        assertTrue(aeron.fixedSharedMemory() > 11 * MIB && aeron.fixedSharedMemory() < 13 * MIB, "" + aeron.fixedSharedMemory());
        assertEquals(aeron.fixedSharedMemory() + 10 * aeron.sharedMemoryPerSession(false), aeron.sharedMemoryNeeded(10, false));
    }

    @Test
    void shouldReckonWithTheLongerTermsWhenUdpIsOn() {
        final AeronSettings aeron = settings("ringmaster.aeron.udp-term-length=1MiB").aeron();
        assertEquals(2 * (3 * MIB + 4096), aeron.sharedMemoryPerSession(true));
        assertEquals(2 * (3 * 128 * 1024 + 4096), aeron.sharedMemoryPerSession(false));
    }

    @Test
    void shouldKeepTheLimitAndBeSilentWhenAllFit() {
        final ShmBudget budget = ShmBudget.of(settings(), 1024 * MIB);
        assertEquals(128, budget.sessions());
        assertTrue(budget.warning().isEmpty());
    }

    @Test
    void shouldKeepTheLimitWhenAllFitExactly() {
        final ServerSettings settings = settings();
        final long needed = settings.aeron().sharedMemoryNeeded(128, false);
        assertEquals(128, ShmBudget.of(settings, needed).sessions());
        assertEquals(127, ShmBudget.of(settings, needed - 1).sessions());
    }

    @Test
    void shouldReduceTheLimitWithOneLineWhenSharedMemoryIs64MiB() {
        final ShmBudget budget = ShmBudget.of(settings(), 64 * MIB);
        assertTrue(budget.sessions() >= 60 && budget.sessions() < 128, "" + budget.sessions());
        final String warning = budget.warning().orElseThrow();
        assertTrue(warning.contains("ringmaster.session.max = 128 reduced to " + budget.sessions()), warning);
        assertTrue(warning.contains("have 64.0 MiB in " + settings().aeron().directory()), warning);
        assertEquals(1, warning.lines().count());
    }

    @Test
    void shouldRunTheContainerProfileInFullWhenSharedMemoryIs64MiB() {
        final ServerSettings container = ServerConfig.load("container", null, List.of()).settings();
        assertTrue(ShmBudget.of(container, 64 * MIB).warning().isEmpty());
    }

    @Test
    void shouldFailWithNumbersAndRemediesWhenFewerThanEightFit() {
        final ShmBudget budget = ShmBudget.of(settings(), 16 * MIB);
        final ConfigException ex = assertThrows(ConfigException.class, budget::sessions);
        assertEquals("ringmaster.session.max", ex.key());
        for (final String part : List.of("need ", "have 16.0 MiB in ", "--shm-size", "ringmaster.aeron.dir",
            "fewer ringmaster.session.max")) {
            assertTrue(ex.getMessage().contains(part), ex.getMessage());
        }
        assertThrows(ConfigException.class, () -> ShmBudget.of(settings(), MIB).sessions());
    }

    @Test
    void shouldAcceptFewerThanEightWhenNoMoreAreWanted() {
        final ServerSettings two = settings("ringmaster.session.max=2");
        assertEquals(2, ShmBudget.of(two, two.aeron().sharedMemoryNeeded(2, false)).sessions());
        assertThrows(ConfigException.class, () -> ShmBudget.of(two, two.aeron().sharedMemoryNeeded(2, false) - 1).sessions());
    }

    @Test
    void shouldMeasureTheNearestParentWhenTheDirectoryIsNotThereYet() throws IOException {
        final Path missing = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve("no/such/directory");
        final ShmBudget budget = ShmBudget.measure(settings("ringmaster.aeron.dir=" + missing));
        assertEquals(missing, budget.directory());
        assertTrue(budget.usableLength() > 0);
    }

    private static ServerSettings settings(final String... sets) {
        return ServerConfig.load(null, null, List.of(sets)).settings();
    }
}
