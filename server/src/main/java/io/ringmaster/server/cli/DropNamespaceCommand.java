package io.ringmaster.server.cli;

import io.ringmaster.client.RingmasterClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;

/**
 * {@code drop-namespace NAME}: removes all records of a namespace.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "drop-namespace", description = {
    "Removes the records that a namespace has now: services at once, agents when --grace is over; until then they are DRAINING",
    "and get no new tasks. For administrators: run it as the server's user with --dir; otherwise the answer is FORBIDDEN."})
final class DropNamespaceCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Namespace to drop.")
    private String name;

    @Option(names = "--grace", paramLabel = "TIME", converter = DurationConverter.class, defaultValue = "0s", description =
        "How long agents may finish what they run (default: ${DEFAULT-VALUE}).")
    private Duration grace;

    @Override
    int call(final RingmasterClient client) {
        final int graceMs = (int)Math.min(Integer.MAX_VALUE, grace.toMillis());
        final long dropped = client.dropNamespace(name, graceMs);
        print(object().put("namespace", name).put("graceMs", graceMs).put("dropped", dropped),
            out -> out.println("dropped " + dropped + " records of " + name
                + (graceMs > 0 ? "; its agents go within " + graceMs + " ms" : "")));
        return OK;
    }
}
