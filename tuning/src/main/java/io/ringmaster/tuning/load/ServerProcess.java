package io.ringmaster.tuning.load;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a JVM process of its own, on directories that go with the run.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ServerProcess implements AutoCloseable {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final ChildProcess process;
    private final Path dir;
    private final String endpoint;

    private ServerProcess(final ChildProcess process, final Path dir, final String endpoint) {
        this.process = process;
        this.dir = dir;
        this.endpoint = endpoint;
    }

    /**
     * Starts a server and waits until it serves.
     *
     * @param directory of the run.
     * @param udp       whether it listens on UDP, too.
     * @param profile   or null for the default.
     * @param sets      configuration, {@code key=value}; later ones win.
     * @param jvmFlags  more flags.
     * @return the server.
     * @throws ChildProcessException if it does not get ready.
     */
    static ServerProcess start(
        final RunDirectory directory, final boolean udp, final String profile, final List<String> sets,
        final List<String> jvmFlags) {
        final Path dir = directory.file("server");
        final String endpoint = udp ? "localhost:" + freeUdpPort() : null;
        final List<String> command = JvmFlags.javaCommand(jvmFlags);
        command.add(TuneCommands.SERVER_MAIN_CLASS);
        command.add("server");
        if (profile != null) {
            command.add("--profile");
            command.add(profile);
        }
        set(command, "ringmaster.dir=\"" + dir + '"');
        set(command, "ringmaster.aeron.dir=\"" + directory.memory("server") + '"');
        if (udp) {
            set(command, "ringmaster.udp.endpoint=\"" + endpoint + '"');
        }
        sets.forEach(value -> set(command, value));
        final ChildProcess process = ChildProcess.start("server", command, directory.file("server.log"));
        process.awaitReady(START_TIMEOUT_NS);
        return new ServerProcess(process, dir, endpoint);
    }

    Path dir() {
        return dir;
    }

    /** Host and port of UDP; null if it does not listen. */
    String endpoint() {
        return endpoint;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String logTail() {
        return process.logTail();
    }

    @Override
    public void close() {
        process.close();
    }

    private static void set(final List<String> command, final String value) {
        command.add("--set");
        command.add(value);
    }

    private static int freeUdpPort() {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("localhost", 0))) {
            return socket.getLocalPort();
        } catch (final IOException ex) {
            throw new LoadException("no free UDP port on localhost: " + ex.getMessage(), ex);
        }
    }
}
