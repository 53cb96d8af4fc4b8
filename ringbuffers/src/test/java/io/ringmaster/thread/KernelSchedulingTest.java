package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
@Timeout(60)
class KernelSchedulingTest {
    private static final long KERNEL_TIMER_SLACK_NS = 50_000;

    @Test
    void shouldGiveAThreadThatServesItsSliceAndSlack() throws InterruptedException {
        final Given before = on(() -> { });
        final Given given = on(() -> KernelScheduling.serve(new SchedulingSettings(200_000, 7)));

        assertEquals(7, given.timerSlackNs);
        assertSlice(200_000, given);
        assertEquals(before, on(() -> { }), "another thread must not have changed");
    }

    @Test
    void shouldLeaveWhatIsNotAskedFor() throws InterruptedException {
        assertEquals(on(() -> { }), on(() -> KernelScheduling.serve(SchedulingSettings.KERNEL_DEFAULTS)));
    }

    @Test
    void shouldGiveAThreadInTheBackgroundALongSliceWhateverItInherits() throws InterruptedException {
        final AtomicReference<Given> child = new AtomicReference<>();

        on(() -> {
            KernelScheduling.serve(new SchedulingSettings(200_000, 7));
            try {
                child.set(on(KernelScheduling::workInTheBackground));
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        });

        assertEquals(KERNEL_TIMER_SLACK_NS, child.get().timerSlackNs);
        assertSlice(10_000_000, child.get());
    }

    @Test
    void shouldGiveThePlansThreadsWhatTheSettingsSay() throws Exception {
        final ThreadPlanSettings settings = PlanConfigs.settings("threads.scheduling { slice = 300us, timer-slack = 5ns }");
        final AtomicReference<Given> network = new AtomicReference<>();
        final AtomicReference<Given> startedByRole = new AtomicReference<>();
        final CountDownLatch cycle = new CountDownLatch(1);
        final Role role = new RecordingRole("ingress", new CopyOnWriteArrayList<>()) {
            @Override
            public void onStart() {
                try {
                    startedByRole.set(on(() -> { }));
                } catch (final InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public int doWork(final long nowNs) {
                if (cycle.getCount() > 0) {
                    network.set(Given.now());
                    cycle.countDown();
                }
                return 0;
            }
        };
        final AtomicInteger errors = new AtomicInteger();
        final Given before = on(() -> { });
        try (ThreadPlan plan = new ThreadPlan(settings, roles(role), List.of(new RecordingRole("worker-0", new CopyOnWriteArrayList<>())),
            SystemNanoClock.INSTANCE, ex -> errors.incrementAndGet(), null)) {
            plan.start();
            assertTrue(cycle.await(10, TimeUnit.SECONDS));
        }

        assertEquals(5, network.get().timerSlackNs);
        assertSlice(300_000, network.get());
        assertEquals(before, startedByRole.get(), "a thread that a role has started");
        assertEquals(0, errors.get());
    }

    private static Map<String, Role> roles(final Role ingress) {
        final Map<String, Role> roles = new LinkedHashMap<>();
        for (final String name : PlanConfigs.ROLES) {
            roles.put(name, "ingress".equals(name) ? ingress : new RecordingRole(name, new CopyOnWriteArrayList<>()));
        }
        return roles;
    }

    @ParameterizedTest
    @CsvSource({
        "'slice = 99999ns, timer-slack = 1ns', slice = 99999 ns",
        "'slice = 101ms, timer-slack = 1ns', slice = 101000000 ns",
        "'slice = -1ns, timer-slack = 1ns', slice = -1 ns",
        "'slice = 0ns, timer-slack = -1ns', timer-slack = -1 ns",
        "'slice = 0ns, timer-slack = 1001ms', timer-slack = 1001000000 ns",
        "'slice = 0ns', timer-slack",
        "'slice = 0ns, timer-slack = 1ns, policy = fifo', scheduling.policy: unknown key",
    })
    void shouldRefuseWhatTheKernelWould(final String block, final String named) {
        final ThreadPlanException ex = assertThrows(
            ThreadPlanException.class, () -> PlanConfigs.settings("threads.scheduling { " + block + " }"));

        assertTrue(ex.getMessage().contains("ringmaster.threads.scheduling"), ex.getMessage());
        assertTrue(ex.getMessage().contains(named), ex.getMessage());
    }

    @Test
    void shouldAskForNothingWithoutABlock() {
        assertEquals(SchedulingSettings.KERNEL_DEFAULTS, PlanConfigs.settings("").scheduling());
    }

    private static void assertSlice(final long expected, final Given given) {
        assumeTrue(kernelHasSlices(), "slices are there from Linux 6.12 on");
        assertEquals(expected, given.sliceNs);
    }

    private static boolean kernelHasSlices() {
        final Matcher version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
        return version.matches() && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) >= 6_012;
    }

    /** Runs something on a thread of its own and returns what that thread has then. */
    private static Given on(final Runnable first) throws InterruptedException {
        final AtomicReference<Given> given = new AtomicReference<>();
        final Thread thread = new Thread(() -> {
            first.run();
            given.set(Given.now());
        });
        thread.start();
        thread.join();
        return given.get();
    }

    private record Given(long sliceNs, long timerSlackNs) {
        static Given now() {
            return new Given(KernelScheduling.sliceNs(), KernelScheduling.timerSlackNs());
        }
    }
}
