package io.ringmaster.server.cli;

import io.ringmaster.client.RingmasterClient;
import io.ringmaster.server.session.AdminToken;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A command that is a client of a server.
 * <p>
 * Threading: confined to the main thread; the client has a thread of its own.
 */
abstract class ClientCommand extends CliCommand {
    private static final String DEFAULT_DIR = "./ringmaster-data";

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Target target;

    @Option(names = "--namespace", paramLabel = "NAME", description = "Namespace (default: see the command).")
    private String namespace;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = DurationConverter.class,
        description = "Longest time for the connection, and for each answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    public final Integer call() throws Exception {
        prepare();
        try (RingmasterClient client = connect()) {
            return call(client);
        }
    }

    /**
     * Checks and reads what needs no server, so that wrong usage is told without one.
     *
     * @throws IOException if a file cannot be read.
     */
    void prepare() throws IOException {
        // most commands have nothing to check
    }

    /** Does the work; the client is closed afterwards. */
    abstract int call(RingmasterClient client) throws Exception;

    /** Whether the client comes back after a lost connection; a command that asks once does not. */
    boolean isReconnecting() {
        return false;
    }

    /** The namespace as given, or another one. */
    final String namespaceOr(final String other) {
        return namespace == null ? other : namespace;
    }

    /** Longest time for an answer. */
    final long timeoutNs() {
        return Math.max(1, timeout.toNanos());
    }

    private RingmasterClient connect() {
        final RingmasterClient.Context context = new RingmasterClient.Context()
            .clientName("ringmaster " + spec().name())
            .connectTimeoutNs(timeoutNs())
            .requestTimeoutNs(timeoutNs())
            .reconnect(isReconnecting());
        if (target != null && target.endpoint != null) {
            context.endpoint(target.endpoint);
        } else {
            final String dir = target == null || target.dir == null ? DEFAULT_DIR : target.dir;
            context.dir(dir);
            useTokenOf(Path.of(dir), context);
        }
        return RingmasterClient.connect(context);
    }

    /** Who can read the server's token is its administrator. */
    private static void useTokenOf(final Path dir, final RingmasterClient.Context context) {
        final Path token = dir.resolve(AdminToken.FILE_NAME);
        if (Files.isReadable(token)) {
            context.adminToken(token);
        }
    }

    /** Makes a request of the options, so that wrong syntax is told as wrong usage. */
    final void checked(final Supplier<?> request) {
        try {
            request.get();
        } catch (final IllegalArgumentException ex) {
            throw new CommandLine.ParameterException(spec().commandLine(), ex.getMessage(), ex);
        }
    }

    /** Which server. */
    private static final class Target {
        @Option(names = "--dir", paramLabel = "DIR",
            description = "Data directory of a server on this machine (default: " + DEFAULT_DIR + ").")
        private String dir;

        @Option(names = "--endpoint", paramLabel = "HOST:PORT", description = "UDP endpoint of a server.")
        private String endpoint;
    }
}
