package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistrationResult;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code register NAME}: a registration for as long as the command runs.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "register", description = {
    "Registers a name and holds it: a registration lives with its session, so the command stays until Ctrl-C or --hold is over,",
    "renews the lease meanwhile, and then withdraws the name.",
    "An agent that is registered like this is found, and refuses every task; AgentHost of the client SDK runs agents."})
final class RegisterCommand extends ClientCommand {
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ShutdownSignal signal;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name to register.")
    private String name;

    @Option(names = "--capability", paramLabel = "NAME", split = ",", description = "What it can do. Repeatable.")
    private List<String> capabilities = new ArrayList<>();

    @Option(names = "--kind", paramLabel = "service|agent", defaultValue = "service", description =
        "Kind of record (default: ${DEFAULT-VALUE}).")
    private Kind kind;

    @Option(names = "--metadata", paramLabel = "TEXT", defaultValue = "", description = "Opaque text that a lookup returns.")
    private String metadata;

    @Option(names = "--attribute", paramLabel = "KEY=VALUE", split = ",", description =
        "Attribute; the keys are declared in the server's configuration. Repeatable.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--lease", paramLabel = "TIME", converter = DurationConverter.class, description =
        "How long the name outlives a client that is stuck (default: the server's).")
    private Duration lease = Duration.ZERO;

    @Option(names = "--hold", paramLabel = "SECONDS", converter = HoldConverter.class, description =
        "How long to hold the name: seconds, or a time such as 500ms (default: until Ctrl-C).")
    private Duration hold;

    RegisterCommand(final ShutdownSignal signal) {
        this.signal = signal;
    }

    @Override
    boolean isReconnecting() {
        return true;
    }

    @Override
    void prepare() {
        checked(() -> new RegistrationRequest().attributes(attributes));
    }

    @Override
    int call(final RingmasterClient client) {
        final String namespace = namespaceOr(Protocol.DEFAULT_NAMESPACE);
        signal.watch();
        final RegistrationResult registered = client.register(new RegistrationRequest()
            .namespace(namespace).name(name)
            .kind(kind == Kind.AGENT ? Protocol.KIND_AGENT : Protocol.KIND_SERVICE)
            .capabilities(capabilities)
            .attributes(attributes)
            .leaseMs((int)Math.min(Integer.MAX_VALUE, lease.toMillis()))
            .metadata(metadata.getBytes(StandardCharsets.UTF_8)));
        final ObjectNode result = object().put("namespace", namespace).put("name", name).put("agentId", registered.agentId())
            .put("recordVersion", registered.recordVersion()).put("leaseMs", registered.leaseMs()).put("sessionId",
                client.sessionId());
        final String until = hold == null ? "until Ctrl-C" : "for " + hold.toMillis() + " ms or until Ctrl-C";
        print(result, out -> out.println("registered " + name + " in " + namespace + ", id " + registered.agentId() + ", lease " +
            registered.leaseMs() + " ms; held " + until));
        if (isJson()) {
            diagnose("held " + until);
        }
        if (!hold(client)) {
            diagnose("the session was lost for good; the name is withdrawn");
            return FAILED;
        }
        if (client.isConnected()) {
            client.unregister(namespace, name);
        }
        return OK;
    }

    private boolean hold(final RingmasterClient client) {
        final long startNs = System.nanoTime();
        final long holdNs = hold == null ? Long.MAX_VALUE : hold.toNanos();
        long leftNs = holdNs;
        while (leftNs > 0 && !signal.await(Math.min(leftNs, LOOK_INTERVAL_NS))) {
            if (client.isClosed()) {
                return false;
            }
            leftNs = holdNs - (System.nanoTime() - startNs);
        }
        return true;
    }

    /** Kind of record. */
    enum Kind {
        SERVICE, AGENT
    }

    /** A bare number is seconds. */
    static final class HoldConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(final String text) {
            return DurationConverter.parse(text.matches("\\d+(\\.\\d+)?") ? text + "s" : text);
        }
    }
}
