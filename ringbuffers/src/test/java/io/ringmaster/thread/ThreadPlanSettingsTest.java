package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadPlanSettingsTest {
    private static final CpuBudget BUDGET = new CpuBudget(CpuList.parse("test", "0-3"), 4);

    private static void validate(final String overrides) {
        PlanConfigs.settings(overrides).validate(PlanConfigs.ROLES, PlanConfigs.REQUIRED, BUDGET);
    }

    @Test
    void shouldReadTheDefaultPlan() {
        final ThreadPlanSettings settings = PlanConfigs.settings("");
        settings.validate(PlanConfigs.ROLES, PlanConfigs.REQUIRED, BUDGET);

        assertEquals(ThreadMode.SHARED, settings.mode());
        assertEquals(
            List.of(new ThreadSettings("network", PlanConfigs.ROLES, CpuList.NONE, IdleKind.BACKOFF)), settings.threads());
        assertEquals(new WorkerSettings(1, CpuList.NONE, IdleKind.BACKOFF), settings.workers());
        assertEquals(new BackoffSettings(20, 200, 20_000, 1_000_000), settings.backoff());
        assertEquals(20_000_000, settings.stallThresholdNs());
        assertFalse(settings.affinityRequired());
        assertTrue(settings.hasRole("driver"));
        assertFalse(settings.hasRole("worker"));
    }

    @Test
    void shouldReadMoreThreadsWhenTheUserDefinesThem() {
        final ThreadPlanSettings settings = PlanConfigs.settings("""
            threads.mode = dedicated
            threads.network { roles = [ingress, egress], cpu = 1, idle = spin }
            threads.core { roles = [coordinator], cpu = "2", idle = yield }
            threads.registry-0 { roles = [registry] }
            threads.workers { count = 2, cpu = "3,0", idle = sleep }
            affinity.required = true
            """);
        settings.validate(PlanConfigs.ROLES, PlanConfigs.REQUIRED, BUDGET);

        assertEquals(
            List.of(
                new ThreadSettings("core", List.of("coordinator"), new CpuList(List.of(2)), IdleKind.YIELD),
                new ThreadSettings("network", List.of("ingress", "egress"), new CpuList(List.of(1)), IdleKind.SPIN),
                new ThreadSettings("registry-0", List.of("registry"), CpuList.NONE, IdleKind.BACKOFF)),
            settings.threads());
        assertEquals(new WorkerSettings(2, new CpuList(List.of(3, 0)), IdleKind.SLEEP), settings.workers());
        assertTrue(settings.affinityRequired());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "threads.mode = fast | ringmaster.threads.mode = \"fast\": must be one of [invoker, shared, dedicated]",
        "threads.network.idle = nap | ringmaster.threads.network.idle = \"nap\": must be one of [spin, yield, backoff, sleep]",
        "threads.network.cpu = \"1-\" | ringmaster.threads.network.cpu = \"1-\"",
        "threads.network.cpu = \"any\" | must be none, a CPU such as 3, or a list such as 3-6,8",
        "threads.network.cpu = -1 | ringmaster.threads.network.cpu = \"-1\"",
        "threads.network.cpu = \"1,2\" | ringmaster.threads.network.cpu = 1-2: must be none or one CPU",
        "threads.network.cpu = 1024 | end at 1023",
        "threads.workers.cpu = \"2,1-3\" | names CPU 2 twice",
        "threads.workers.cpu = \"3-1\" | must go up",
        "threads.core.cpu = nonsense | ringmaster.threads.core.cpu",
        "threads.network.roles = 5 | ringmaster.threads.network.roles: ",
        "threads.extra { cpu = 1 } | ringmaster.threads.extra.roles: ",
        "threads.network.rolls = [] | ringmaster.threads.network.rolls: unknown key",
        "threads.workers.cores = 1 | ringmaster.threads.workers.cores: unknown key",
        "threads.backoff.park = 1ms | ringmaster.threads.backoff.park: unknown key",
        "threads.speed = 1 | ringmaster.threads.speed: unknown key",
        "threads.Network2 { roles = [] } | ringmaster.threads.Network2: a thread's name",
        "threads.worker-0 { roles = [] } | ringmaster.threads.worker-0: a thread's name",
        "threads.workers.count = 0 | ringmaster.threads.workers.count = 0: must be from 1 to 256",
        "threads.workers.count = -1 | ringmaster.threads.workers.count = -1: must be from 1 to 256",
        "threads.workers.count = 257 | ringmaster.threads.workers.count = 257",
        "threads.workers.count = many | ringmaster.threads.workers.count: ",
        "threads.workers { count = 3, cpu = \"1-2\" } | ringmaster.threads.workers.cpu = 1-2: names 2 CPUs",
        "threads.backoff.spins = -1 | ringmaster.threads.backoff.spins = -1",
        "threads.backoff.yields = -1 | ringmaster.threads.backoff.yields = -1",
        "threads.backoff.min-park = 0ns | ringmaster.threads.backoff.min-park = 0 ns",
        "threads.backoff.min-park = 2ms | must be at most ringmaster.threads.backoff.max-park = 1000000 ns",
        "threads.backoff.max-park = 2m | ringmaster.threads.backoff.max-park = 120000000000 ns: must be at most",
        "threads.backoff.max-park = soon | ringmaster.threads.backoff.max-park: ",
        "threads.stall-threshold = 1ms | ringmaster.threads.stall-threshold = 1000000 ns: must be more than",
        "threads.stall-threshold = -1ms | ringmaster.threads.stall-threshold = -1000000 ns",
        "affinity.required = perhaps | ringmaster.affinity.required: ",
        "threads.network.roles = [driver, ingres, registry, coordinator, egress] | unknown role ingres; known are [driver",
        "threads.core.roles = [registry] | role registry is already in ringmaster.threads.core.roles",
        "threads.network.roles = [ingress, ingress] | role ingress is already in ringmaster.threads.network.roles",
        "threads.network.roles = [ingress, registry, egress] | role coordinator is on no thread",
        "threads { network.roles = [egress], core.roles = [ingress, registry, coordinator] } | role egress must be on the thread",
        "threads.mode = dedicated | a thread has one role",
        "threads { network { cpu = 0, idle = spin }, workers { count = 4, cpu = \"0-3\", idle = spin } } | 5 pinned threads spin",
        "threads.network.cpu = 4 | ringmaster.threads.network.cpu = 4: must be one of the CPUs that this process may use: 0-3",
        "threads.workers.cpu = 9 | ringmaster.threads.workers.cpu = 9: must be one of the CPUs",
        "threads { network { cpu = 1, idle = spin }, workers.cpu = 1 } | must not be the CPU of network",
    })
    void shouldNameTheKeyAndTheBoundWhenAValueIsRefused(final String overrides, final String message) {
        final String text = assertThrows(ThreadPlanException.class, () -> validate(overrides)).getMessage();
        assertTrue(text.contains(message), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "threads.network.roles = [ingress, registry, coordinator, egress]",
        "threads.workers { count = 2, cpu = \"0-3\" }",
        "threads { network.cpu = 1, workers.cpu = 1 }",
        "threads { network { cpu = 0, idle = spin }, workers { count = 3, cpu = \"1-3\", idle = spin } }",
        "threads { mode = invoker, network { cpu = 77, idle = spin } }",
        "threads.backoff { spins = 0, yields = 0, min-park = 1ms }",
    })
    void shouldAcceptWhenThePlanIsSound(final String overrides) {
        validate(overrides);
    }

    @Test
    void shouldRefuseWithTheNumbersWhenMoreThreadsSpinThanTheContainerMayUse() {
        final ThreadPlanSettings settings = PlanConfigs.settings(
            "threads { network { cpu = 4, idle = spin }, workers { count = 2, cpu = \"5,6\", idle = spin } }");
        final CpuBudget quota = new CpuBudget(CpuList.parse("test", "0-7"), 2);

        final String text = assertThrows(
            ThreadPlanException.class, () -> settings.validate(PlanConfigs.ROLES, PlanConfigs.REQUIRED, quota)).getMessage();

        assertEquals(
            "ringmaster.threads: 3 pinned threads spin (network on 4, worker-0 on 5, worker-1 on 6), must be at most 2, "
                + "the usable cores: the affinity mask allows 8 (0-7), the JVM counts 2",
            text);
    }

    @Test
    void shouldNameTheMissingBlockWhenThereIsNone() {
        final Config empty = ConfigFactory.parseString("threads {}");
        final String text = assertThrows(ThreadPlanException.class, () -> ThreadPlanSettings.fromConfig(empty)).getMessage();
        assertTrue(text.contains("ringmaster.threads."), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"none|none", "3|3", "3-6,8|3-6,8", " 1 , 2 ,4-4|1-2,4", "5,4|5,4"})
    void shouldReadAndWriteCpuLists(final String text, final String written) {
        assertEquals(written, CpuList.parse("key", text).toString());
    }
}
