package io.ringmaster.server.agents;

import io.ringmaster.client.Task;
import io.ringmaster.client.TaskCompletion;
import io.ringmaster.client.TaskHandler;
import io.ringmaster.client.TaskHandlerProvider;

import java.util.Map;

/**
 * Built-in handler {@code echo}: the result is the payload. It has no settings.
 * <p>
 * Threading: stateless.
 */
public final class EchoHandlerProvider implements TaskHandlerProvider {
    /** Name in the configuration. */
    public static final String NAME = "echo";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TaskHandler create(final String agentName, final Map<String, String> settings) {
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException("echo: unknown settings " + settings.keySet() + "; it has none");
        }
        return EchoHandlerProvider::echo;
    }

    private static void echo(final Task task, final TaskCompletion completion) {
        completion.complete(
            task.taskId(), task.attempt(), task.payloadBuffer(), task.payloadOffset(), task.payloadLength());
    }
}
