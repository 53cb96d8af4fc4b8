package io.ringmaster.server.system;

import io.ringmaster.client.AgentHost;
import io.ringmaster.client.AgentSpec;
import io.ringmaster.client.sample.SimulatedWorkHandler;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs agents until it is killed. Arguments: directory of the server, number of agents, first number. */
public final class AgentMain {
    private AgentMain() {
    }

    /**
     * Runs.
     *
     * @param args see the class.
     * @throws InterruptedException never.
     */
    public static void main(final String[] args) throws InterruptedException {
        final AgentHost host = AgentHost.launch(new AgentHost.Context().dir(args[0]).clientName("agent-main"));
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            host.addAgent(new AgentSpec().name("remote-" + (Integer.parseInt(args[2]) + i)).capabilities("sim").capacity(2).leaseMs(500)
                .handler(new SimulatedWorkHandler(Map.of())));
        }
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
