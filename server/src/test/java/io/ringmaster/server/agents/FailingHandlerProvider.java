package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.client.TaskHandlerProvider;

import java.util.Map;

/** Test handler {@code failing}: every task fails with the text of the setting {@code message}. */
public final class FailingHandlerProvider implements TaskHandlerProvider {
    @Override
    public String name() {
        return "failing";
    }

    @Override
    public TaskHandler create(final String agentName, final Map<String, String> settings) {
        final String message = settings.get("message");
        if (message == null) {
            throw new IllegalArgumentException("failing: the setting message is missing");
        }
        return (task, completion) -> completion.fail(task.taskId(), task.attempt(), message);
    }
}
