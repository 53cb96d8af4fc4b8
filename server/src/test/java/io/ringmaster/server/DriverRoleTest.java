package io.ringmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.Test;

class DriverRoleTest {
    private int runs;
    private final AgentInvoker invoker = new AgentInvoker(Throwable::printStackTrace, null, new Agent() {
        @Override
        public int doWork() {
            runs++;
            return 1;
        }

        @Override
        public String roleName() {
            return "driver";
        }
    });

    DriverRoleTest() {
        invoker.start();
    }

    @Test
    void shouldRunEveryTenMicrosecondsWhenThereIsNoUdp() {
        final DriverRole role = new DriverRole(invoker, false, () -> 8);

        assertEquals(0, role.doWork(-1_000L), "its timers are no work that keeps a thread awake");
        role.doWork(8_999L);
        assertEquals(1, runs);
        role.doWork(9_000L);
        role.doWork(9_001L);
        assertEquals(2, runs);
        role.doWork(50_000_000L);
        assertEquals(3, runs, "a thread that has slept runs it at once");
    }

    @Test
    void shouldRunInEveryCycleWhenThereAreFewClients() {
        final DriverRole role = new DriverRole(invoker, false, () -> 7);

        for (int i = 0; i < 5; i++) {
            role.doWork(1_000L);
        }
        assertEquals(5, runs);
    }

    @Test
    void shouldRunInEveryCycleWhenThereIsUdp() {
        final DriverRole role = new DriverRole(invoker, true, () -> 8);

        for (int i = 0; i < 5; i++) {
            role.doWork(1_000L);
        }
        assertEquals(5, runs);
    }
}
