package io.ringmaster.tuning.load;

import io.ringmaster.client.AgentHost;
import io.ringmaster.client.AgentSpec;
import io.ringmaster.client.sample.SimulatedWorkHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process with simulated-work agents; started by the load rig, ends when its standard input ends. */
@Command(name = "agent-host", hidden = true, mixinStandardHelpOptions = true, description = "Runs agents of simulated work.")
final class AgentHostCommand implements Callable<Integer> {
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @Option(names = "--dir", description = "Directory of the server (IPC).")
    private String dir;
    @Option(names = "--endpoint", paramLabel = "HOST:PORT", description = "UDP endpoint of the server.")
    private String endpoint;
    @Option(names = "--agents", required = true, description = "How many.")
    private int agents;
    @Option(names = "--name", defaultValue = "remote", description = "First part of their names (default: ${DEFAULT-VALUE}).")
    private String name;
    @Option(names = "--capability", defaultValue = ReplayWorkload.CAPABILITY,
        description = "What they can do (default: ${DEFAULT-VALUE}).")
    private String capability;
    @Option(names = "--capacity", defaultValue = "2", description = "Offers that one takes at a time (default: ${DEFAULT-VALUE}).")
    private int capacity;

    @Override
    public Integer call() {
        final AgentHost.Context context = new AgentHost.Context().clientName(name);
        if (endpoint == null) {
            context.dir(dir);
        } else {
            context.endpoint(endpoint);
        }
        try (ParentWatch parent = ParentWatch.start(); AgentHost host = AgentHost.launch(context)) {
            for (int i = 0; i < agents; i++) {
                host.addAgent(new AgentSpec()
                    .name(name + '-' + i)
                    .capabilities(capability)
                    .capacity(capacity)
                    .parallelism(1)
                    .handler(new SimulatedWorkHandler(Map.of("parallelism", "1"))));
            }
            System.out.println("ready " + agents + " agents");
            while (parent.isAlive()) {
                LockSupport.parkNanos(CHECK_INTERVAL_NS);
            }
        }
        return 0;
    }
}
