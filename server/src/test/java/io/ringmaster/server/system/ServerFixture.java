package io.ringmaster.server.system;

import io.ringmaster.client.AgentHost;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.config.ServerConfig;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ErrorLog;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;

/** A server in a temporary directory, with short timeouts, and clients of it. Fails a test that leaves errors in its log. */
final class ServerFixture implements AutoCloseable {
    private static final List<String> SHORT_TIMEOUTS = List.of(
        "ringmaster.session.keep-alive-interval=100ms",
        "ringmaster.session.timeout=2s",
        "ringmaster.session.slow-client-timeout=500ms",
        "ringmaster.aeron.client-liveness-timeout=1100ms",
        "ringmaster.aeron.image-liveness-timeout=1100ms",
        "ringmaster.registry.lease.default=1s",
        "ringmaster.coordination.task-lease=2s",
        "ringmaster.metrics.sample-interval=20ms");

    private final Path dir;
    private final String endpoint;
    private final RingmasterServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private boolean errorsExpected;

    ServerFixture(final Path parent, final String... sets) throws IOException {
        this(parent, false, sets);
    }

    ServerFixture(final Path parent, final boolean udp, final String... sets) throws IOException {
        dir = parent.resolve("server");
        endpoint = udp ? "localhost:" + freePort() : "localhost:0";
        server = RingmasterServer.launch(new RingmasterServer.Context().settings(settings(dir, endpoint, sets)));
    }

    static ServerSettings settings(final Path dir, final String endpoint, final String... sets) {
        final List<String> all = new ArrayList<>(SHORT_TIMEOUTS);
        all.add("ringmaster.dir=\"" + dir + "\"");
        all.add("ringmaster.udp.endpoint=\"" + endpoint + "\"");
        all.addAll(Arrays.asList(sets));
        return ServerConfig.load("laptop", null, all).settings();
    }

    static String echoAgents(final int count, final int capacity) {
        return "ringmaster.agents.groups=[{name=echo,count=" + count + ",handler=echo,capabilities=[echo],capacity=" + capacity + "}]";
    }

    static String simulatedAgents(final int count, final int capacity) {
        return "ringmaster.agents.groups=[{name=sim,count=" + count
            + ",handler=simulated-work,capabilities=[sim],capacity=" + capacity + "}]";
    }

    String dir() {
        return dir.toString();
    }

    RingmasterServer server() {
        return server;
    }

    ServerFixture expectErrors() {
        errorsExpected = true;
        return this;
    }

    RingmasterClient.Context clientContext() {
        final RingmasterClient.Context context = new RingmasterClient.Context().clientName("test");
        return "localhost:0".equals(endpoint) ? context.dir(dir()) : context.endpoint(endpoint);
    }

    RingmasterClient client() {
        return track(RingmasterClient.connect(clientContext()));
    }

    AgentHost agentHost() {
        final AgentHost.Context context = new AgentHost.Context().clientName("test-agents");
        return track(AgentHost.launch("localhost:0".equals(endpoint) ? context.dir(dir()) : context.endpoint(endpoint)));
    }

    <T extends AutoCloseable> T track(final T closeable) {
        opened.add(closeable);
        return closeable;
    }

    long counter(final ServerCounter counter) {
        return counter(dir, counter);
    }

    /** A counter of the server in a directory, which may be another process. */
    static long counter(final Path dir, final ServerCounter counter) {
        try (CountersFile file = CountersFile.open(dir)) {
            return ServerCounters.read(file.reader(), counter);
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    static void await(final String what, final BooleanSupplier condition) {
        await(what, condition, 20);
    }

    static void await(final String what, final BooleanSupplier condition, final int seconds) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("did not happen within " + seconds + " s: " + what);
            }
            LockSupport.parkNanos(1_000_000L);
        }
    }

    @Override
    public void close() throws IOException {
        Collections.reverse(opened);
        CloseHelper.closeAll(opened);
        server.close();
        final List<ErrorLog.Entry> errors = ErrorLog.read(dir);
        if (!errorsExpected && !errors.isEmpty()) {
            throw new AssertionError("the server's error log is not empty: " + errors);
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
