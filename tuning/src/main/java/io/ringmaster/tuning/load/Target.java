package io.ringmaster.tuning.load;

import io.ringmaster.client.ConnectionContext;
import io.ringmaster.protocol.MarkFileException;
import io.ringmaster.protocol.ServerInfo;
import io.ringmaster.protocol.ServerMarkFile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The server of a run: one that was started for it, or one that runs already.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class Target implements AutoCloseable {
    private final Transport transport;
    private final Path dir;
    private final String endpoint;
    private final String aeronDir;
    private final ServerProcess process;
    private final RunDirectory directory;
    private final EchoSettings settings;

    private Target(
        final Transport transport, final Path dir, final String endpoint, final String aeronDir, final ServerProcess process,
        final RunDirectory directory, final EchoSettings settings) {
        this.transport = transport;
        this.dir = dir;
        this.endpoint = endpoint;
        this.aeronDir = aeronDir;
        this.process = process;
        this.directory = directory;
        this.settings = settings;
    }

    /**
     * Starts or finds the server.
     *
     * @param options   of the run.
     * @param sets      configuration of a server that is started, before the user's.
     * @param directory of the run.
     * @param settings  of Aeron, as in the server's profile.
     * @return the target.
     */
    static Target open(
        final LoadOptions options, final List<String> sets, final RunDirectory directory, final EchoSettings settings) {
        if (options.targetIsSelf()) {
            final List<String> all = new ArrayList<>(sets);
            all.addAll(options.sets);
            final ServerProcess process = ServerProcess.start(
                directory, options.transport == Transport.UDP, options.profile, all, options.serverJvmFlags);
            return new Target(
                options.transport, process.dir(), process.endpoint(), directory.memory("server").toString(), process, directory,
                settings);
        }
        if (options.targetIsEndpoint()) {
            return new Target(options.transport, null, options.target, null, null, directory, settings);
        }
        return ofDirectory(options, directory, settings);
    }

    private static Target ofDirectory(final LoadOptions options, final RunDirectory directory, final EchoSettings settings) {
        final Path dir = Path.of(options.target).toAbsolutePath();
        try {
            final ServerInfo info = ServerMarkFile.read(dir.toFile());
            final String endpoint = info.udpEndpoint();
            if (options.transport == Transport.UDP && (endpoint == null || endpoint.isEmpty())) {
                throw new LoadException("the server in " + dir + " does not listen on UDP (ringmaster.udp.endpoint)");
            }
            return new Target(options.transport, dir, endpoint, info.aeronDir(), null, directory, settings);
        } catch (final MarkFileException ex) {
            throw new LoadException("--target " + dir + ": " + ex.getMessage(), ex);
        }
    }

    /** Directory of the server; null if only its endpoint is known. */
    Path dir() {
        return dir;
    }

    RunDirectory directory() {
        return directory;
    }

    /** Says to a client where the server is. */
    <T extends ConnectionContext<T>> T address(final T context) {
        return transport == Transport.UDP ? context.endpoint(endpoint) : context.dir(dir.toString());
    }

    /** The same for the command line of another process. */
    void addressArguments(final List<String> command) {
        command.add(transport == Transport.UDP ? "--endpoint" : "--dir");
        command.add(transport == Transport.UDP ? endpoint : dir.toString());
    }

    /** An Aeron client that several sessions share, driven by the caller. */
    InvokedAeron sharedAeron() {
        return transport == Transport.UDP
            ? InvokedAeron.launch(settings, directory.memory("client"))
            : InvokedAeron.attach(Path.of(aeronDir));
    }

    /** What the server printed last, if it was started for this run. */
    String logTail() {
        return process == null ? "" : "\nend of the server's log:\n" + process.logTail();
    }

    /** Whether the server was started for this run and has died. */
    boolean isDead() {
        return process != null && !process.isAlive();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
