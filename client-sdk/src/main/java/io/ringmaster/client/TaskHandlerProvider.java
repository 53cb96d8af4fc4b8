package io.ringmaster.client;

import java.util.Map;

/**
 * Service provider of handlers for agents inside the server: listed in
 * {@code META-INF/services/io.ringmaster.client.TaskHandlerProvider} of a jar on the class path or in {@code plugins/}.
 * <p>
 * Threading: called while the server starts and whenever an agent is started.
 */
public interface TaskHandlerProvider {
    /**
     * Name by which the configuration asks for this handler.
     *
     * @return the name.
     */
    String name();

    /**
     * A new handler for one agent.
     *
     * @param agentName of the agent.
     * @param settings  the agent's {@code settings} block of the configuration, values as text.
     * @return the handler.
     */
    TaskHandler create(String agentName, Map<String, String> settings);
}
