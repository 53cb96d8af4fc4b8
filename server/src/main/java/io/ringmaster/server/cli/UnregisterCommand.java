package io.ringmaster.server.cli;

import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code unregister NAME}: withdraws a name.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "unregister", description = {
    "Withdraws a name. Only the session that registered it may: this command has a session of its own, so for the name of",
    "another live session the answer is NOT_OWNER, exit code 1.",
    "Stop the program (or the `register` command) that holds it instead."})
final class UnregisterCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name to withdraw.")
    private String name;

    @Override
    int call(final RingmasterClient client) {
        final String namespace = namespaceOr(Protocol.DEFAULT_NAMESPACE);
        final boolean isDone = client.unregister(namespace, name);
        if (!isDone) {
            diagnose("NOT_FOUND: no record " + name + " in the namespace " + namespace);
        }
        print(object().put("namespace", namespace).put("name", name).put("code", isDone ? "OK" : "NOT_FOUND"), out -> {
            if (isDone) {
                out.println("unregistered " + name + " in " + namespace);
            }
        });
        return isDone ? OK : FAILED;
    }
}
