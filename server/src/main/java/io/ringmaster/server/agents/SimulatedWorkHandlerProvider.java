package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.client.TaskHandlerProvider;
import io.ringmaster.client.sample.SimulatedWorkHandler;

import java.util.Map;

/**
 * Built-in handler {@code simulated-work}: holds each task for a stated time instead of computing anything; a report of a
 * run with it must say so. Settings: see {@link io.ringmaster.client.sample.SimulatedWorkSettings#of}.
 * <p>
 * Threading: stateless.
 */
public final class SimulatedWorkHandlerProvider implements TaskHandlerProvider {
    /** Name in the configuration. */
    public static final String NAME = "simulated-work";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TaskHandler create(final String agentName, final Map<String, String> settings) {
        return new SimulatedWorkHandler(settings);
    }
}
