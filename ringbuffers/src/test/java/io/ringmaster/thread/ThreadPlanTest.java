package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadPlanTest {
    private static final String THREE_THREADS = """
        threads.network { roles = [ingress, egress], idle = yield }
        threads.core { roles = [registry, coordinator], idle = sleep }
        """;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Map<String, RecordingRole> roles = new LinkedHashMap<>();
    private final RecordingRole worker = new RecordingRole("worker", log);
    private final FakeCpus cpus = new FakeCpus();
    private long nowNs = 7;

    ThreadPlanTest() {
        for (final String name : List.of("coordinator", "registry", "ingress", "egress")) {
            roles.put(name, new RecordingRole(name, log));
        }
    }

    private ThreadPlan newPlan(final String overrides, final CountersManager counters) {
        return new ThreadPlan(
            PlanConfigs.settings(overrides),
            new LinkedHashMap<>(roles),
            List.of(worker),
            overrides.contains("invoker") ? () -> nowNs : SystemNanoClock.INSTANCE,
            errors::add,
            counters,
            new CpuPinning(cpus, 2));
    }

    private ThreadPlan newInvokerPlan() {
        return newPlan(THREE_THREADS + "threads.mode = invoker", null);
    }

    @Test
    void shouldDriveAllRolesOnTheCallerWhenInvoked() {
        final ThreadPlan plan = newInvokerPlan();
        assertFalse(plan.isAlive());
        plan.start();
        assertTrue(plan.isAlive());
        assertEquals(0, plan.invoke());
        roles.values().forEach(role -> role.work = 1);
        worker.work = 10;
        nowNs = 99;

        assertEquals(14, plan.invoke());

        for (final RecordingRole role : roles.values()) {
            assertEquals(2, role.cycles);
            assertEquals(99, role.lastNowNs);
            assertSame(Thread.currentThread(), role.workThread);
        }
        assertArrayEquals(new long[] {Thread.currentThread().getId()}, plan.javaThreadIds());
        assertTrue(plan.isAlive(100, 1));
        assertFalse(plan.isAlive(101, 1));
        plan.close();
        plan.close();
        assertFalse(plan.isAlive());
        assertEquals(
            List.of(
                "start registry", "start coordinator", "start ingress", "start egress", "start worker",
                "close worker", "close egress", "close ingress", "close coordinator", "close registry"),
            log);
        assertEquals(List.of(), errors);
        assertEquals(List.of(), cpus.pinned);
    }

    @Test
    void shouldRunTheOtherRolesWhenOneThrows() {
        final ThreadPlan plan = newInvokerPlan();
        plan.start();
        roles.get("registry").failure = new Exception("registry");
        plan.invoke();
        plan.invoke();
        plan.close();

        assertEquals(2, errors.size());
        roles.values().forEach(role -> assertEquals(2, role.cycles));
        assertEquals(2, worker.cycles);
    }

    @Test
    void shouldRefuseInvokeWhenNotStartedOrClosedOrThreaded() {
        final ThreadPlan plan = newInvokerPlan();
        assertThrows(IllegalStateException.class, plan::invoke);
        plan.start();
        assertThrows(IllegalStateException.class, plan::start);
        plan.close();
        assertThrows(IllegalStateException.class, plan::invoke);
        assertThrows(IllegalStateException.class, plan::start);
        try (ThreadPlan threaded = newPlan(THREE_THREADS, null)) {
            threaded.start();
            assertThrows(IllegalStateException.class, threaded::invoke);
        }
    }

    @Test
    void shouldRunEachGroupOnItsThreadWhenShared() throws InterruptedException {
        final CountersManager counters = new CountersManager(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, BitUtil.CACHE_LINE_LENGTH)),
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(16 * 1024, BitUtil.CACHE_LINE_LENGTH)));
        final ThreadPlan plan = newPlan(THREE_THREADS, counters);
        plan.start();
        for (final RecordingRole role : roles.values()) {
            role.worked.await();
        }
        worker.worked.await();

        assertTrue(plan.isAlive());
        assertTrue(plan.isAlive(System.nanoTime(), TimeUnit.SECONDS.toNanos(50)));
        assertEquals("ringmaster-network", roles.get("ingress").workThread.getName());
        assertFalse(roles.get("ingress").workThread.isDaemon());
        assertSame(roles.get("ingress").workThread, roles.get("egress").workThread);
        assertSame(roles.get("registry").workThread, roles.get("coordinator").workThread);
        assertNotEquals(roles.get("registry").workThread, roles.get("ingress").workThread);
        final List<ThreadDescription> threads = plan.threads();
        assertEquals(
            List.of("ringmaster-core", "ringmaster-network", "ringmaster-worker-0"),
            threads.stream().map(ThreadDescription::name).toList());
        assertEquals(List.of("ingress", "egress"), threads.get(1).roles());
        assertEquals(IdleKind.YIELD, threads.get(1).idle());
        assertEquals(CpuPinning.NO_CPU, threads.get(1).requestedCpu());
        assertEquals(FakeCpus.CURRENT_CPU, threads.get(1).actualCpu());
        assertEquals(FakeCpus.THREAD_ID, threads.get(1).nativeThreadId());
        assertEquals(roles.get("ingress").workThread.getId(), plan.javaThreadIds()[1]);
        assertEquals(3, plan.javaThreadIds().length);
        assertTrue(threads.stream().allMatch(ThreadDescription::alive));
        final List<String> labels = new ArrayList<>();
        counters.forEach((value, id, label) -> labels.add(label));
        assertEquals(26, labels.size());
        assertTrue(labels.contains("busy-ns: ringmaster-core"), labels::toString);
        assertTrue(labels.contains("role-busy-ns: registry"), labels::toString);

        final Thread network = roles.get("ingress").workThread;
        plan.close();
        plan.close();
        assertFalse(network.isAlive());
        assertSame(network, roles.get("egress").closeThread);
        assertFalse(plan.isAlive());
        assertTrue(plan.threads().stream().noneMatch(ThreadDescription::alive));
        assertEquals(
            List.of("close worker", "close egress", "close ingress", "close coordinator", "close registry"), log.subList(5, 10));
        assertEquals(List.of(), errors);
        labels.clear();
        counters.forEach((value, id, label) -> labels.add(label));
        assertEquals(List.of(), labels);
    }

    @Test
    void shouldKeepTheThreadWhenARoleThrowsAnError() throws InterruptedException {
        final CountDownLatch fiveCycles = new CountDownLatch(5);
        roles.put("registry", new RecordingRole("registry", log) {
            @Override
            public int doWork(final long cycleNs) {
                fiveCycles.countDown();
                throw new AssertionError("every cycle");
            }
        });
        try (ThreadPlan plan = newPlan(THREE_THREADS, null)) {
            plan.start();
            fiveCycles.await();
            assertTrue(plan.isAlive());
        }
        assertTrue(errors.size() >= 4);
        assertTrue(errors.stream().allMatch(AssertionError.class::isInstance));
    }

    @Test
    void shouldFailTheStartAndCloseEverythingWhenARoleDoesNotStart() {
        roles.get("ingress").startFailure = new IllegalArgumentException("port in use");
        final ThreadPlan plan = newPlan(THREE_THREADS, null);

        final ThreadPlanException error = assertThrows(ThreadPlanException.class, plan::start);

        assertEquals("thread ringmaster-network: did not start: port in use", error.getMessage());
        assertSame(roles.get("ingress").startFailure, error.getCause());
        assertFalse(plan.isAlive());
        assertTrue(log.containsAll(
            List.of("close worker", "close egress", "close ingress", "close coordinator", "close registry")));
        assertFalse(log.contains("start worker"));
        assertFalse(roles.get("registry").closeThread.isAlive());
    }

    @Test
    void shouldCloseTheRolesWhenNeverStarted() {
        newPlan(THREE_THREADS, null).close();

        assertEquals(List.of("close worker", "close egress", "close ingress", "close coordinator", "close registry"), log);
    }

    @Test
    void shouldPinInsideTheThreadWhenAskedTo() {
        try (ThreadPlan plan = newPlan(THREE_THREADS + "threads.network.cpu = 1, threads.workers.cpu = 0", null)) {
            plan.start();

            assertEquals(List.of("ringmaster-network 1", "ringmaster-worker-0 0"), cpus.pinned);
            assertEquals(1, plan.threads().get(1).requestedCpu());
            assertNull(plan.threads().get(1).pinFailure());
            assertEquals(0, plan.threads().get(1).counters().pinFailures());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldWarnCountAndRunWhenPinningFails() {
        cpus.readsBackWrong = true;
        try (ThreadPlan plan = newPlan(THREE_THREADS + "threads.network.cpu = 1", null)) {
            plan.start();

            assertTrue(plan.isAlive());
            assertEquals("affinity mask reads back as 0-1", plan.threads().get(1).pinFailure());
            assertEquals(1, plan.threads().get(1).counters().pinFailures());
        }
    }

    @Test
    void shouldFailTheStartWhenPinningFailsAndIsRequired() {
        cpus.setFailure = new IllegalStateException("EPERM");
        final ThreadPlan plan = newPlan(THREE_THREADS + "threads.network.cpu = 1, affinity.required = true", null);

        final String text = assertThrows(ThreadPlanException.class, plan::start).getMessage();

        assertTrue(text.contains("thread ringmaster-network: not pinned to CPU 1"), text);
        assertTrue(text.contains("EPERM"), text);
        assertFalse(plan.isAlive());
    }

    @Test
    void shouldRefuseThePlanWhenItDoesNotFitTheRoles() {
        assertThrows(ThreadPlanException.class, () -> newPlan("", null), "driver is no role here");
        assertThrows(ThreadPlanException.class, () -> newPlan("threads.network.roles = [ingress, egress]", null));
        final String text = assertThrows(
            ThreadPlanException.class, () -> newPlan(THREE_THREADS + "threads.workers.count = 2", null)).getMessage();
        assertTrue(text.contains("ringmaster.threads.workers.count = 2: must be the number of worker roles, 1"), text);
        assertThrows(ThreadPlanException.class, () -> newPlan(THREE_THREADS + "threads.network.cpu = 2", null));
    }

    @Test
    void shouldInterruptAThreadWhenItDoesNotEnd() throws InterruptedException {
        final CountDownLatch stuck = new CountDownLatch(1);
        roles.put("registry", new RecordingRole("registry", log) {
            @Override
            public int doWork(final long cycleNs) throws InterruptedException {
                stuck.countDown();
                new CountDownLatch(1).await();
                return 0;
            }
        });
        final ThreadPlan plan = newPlan(THREE_THREADS, null);
        plan.start();
        stuck.await();

        plan.close(50);

        assertTrue(log.contains("close registry"));
        assertTrue(errors.stream().anyMatch(InterruptedException.class::isInstance));
    }

    @Test
    void shouldGiveAThreadUpAndReportItsStackWhenItIgnoresTheInterrupt() throws InterruptedException {
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        roles.put("registry", new RecordingRole("registry", log) {
            @Override
            public int doWork(final long cycleNs) {
                workThread = Thread.currentThread();
                stuck.countDown();
                while (release.getCount() > 0) {
                    LockSupport.parkNanos(1_000_000);
                }
                return 0;
            }
        });
        final ThreadPlan plan = newPlan(THREE_THREADS, null);
        plan.start();
        stuck.await();
        assertFalse(plan.isAlive(System.nanoTime() + TimeUnit.HOURS.toNanos(1), TimeUnit.MINUTES.toNanos(1)));

        plan.close(50);

        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("thread ringmaster-core: still runs"), errors::toString);
        assertTrue(errors.get(0).getStackTrace().length > 0);
        release.countDown();
        roles.get("registry").workThread.join();
        assertTrue(log.contains("close registry"));
    }

    @Test
    void shouldRefuseToCloseWhenCalledOnAThreadOfThePlan() throws InterruptedException {
        final ThreadPlan[] plan = new ThreadPlan[1];
        final List<Throwable> refusals = new CopyOnWriteArrayList<>();
        final CountDownLatch tried = new CountDownLatch(1);
        roles.put("registry", new RecordingRole("registry", log) {
            @Override
            public int doWork(final long cycleNs) {
                if (tried.getCount() > 0) {
                    refusals.add(assertThrows(IllegalStateException.class, () -> plan[0].close()));
                    tried.countDown();
                }
                return 0;
            }
        });
        plan[0] = newPlan(THREE_THREADS, null);
        plan[0].start();
        tried.await();
        plan[0].close();

        assertEquals(1, refusals.size());
        assertEquals(List.of(), errors);
    }

    private static final class FakeCpus implements CpuPinning.Cpus {
        static final int CURRENT_CPU = 1;
        static final long THREAD_ID = 4242;

        final List<String> pinned = new CopyOnWriteArrayList<>();
        final ThreadLocal<Integer> cpu = new ThreadLocal<>();
        volatile RuntimeException setFailure;
        volatile boolean readsBackWrong;

        @Override
        public BitSet affinity() {
            final BitSet mask = new BitSet();
            if (null == cpu.get() || readsBackWrong) {
                mask.set(0, 2);
            } else {
                mask.set(cpu.get());
            }
            return mask;
        }

        @Override
        public void setAffinity(final int requested) {
            if (null != setFailure) {
                throw setFailure;
            }
            pinned.add(Thread.currentThread().getName() + " " + requested);
            cpu.set(requested);
        }

        @Override
        public int currentCpu() {
            return CURRENT_CPU;
        }

        @Override
        public long nativeThreadId() {
            return THREAD_ID;
        }
    }
}
