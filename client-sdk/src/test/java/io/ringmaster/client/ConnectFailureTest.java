package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.ServerMarkFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a user is told when there is no server, and UDP. */
@Timeout(60)
class ConnectFailureTest {
    @TempDir
    File dir;

    private RingmasterClient.Context context() {
        return new RingmasterClient.Context().connectTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300))
            .threading(ThreadingMode.CALLER);
    }

    private static String failure(final RingmasterClient.Context ctx, final String... expected) {
        final String message = assertThrows(ConnectFailedException.class, () -> RingmasterClient.connect(ctx)).getMessage();
        for (final String part : expected) {
            assertTrue(message.contains(part), "expected \"" + part + "\" in: " + message);
        }
        return message;
    }

    @Test
    void shouldNameDirectoryAndCommandWhenDirectoryIsMissing() {
        final String path = new File(dir, "none").getPath();
        failure(context().dir(path), path, "there is no directory", "ringmaster.mark", "300 ms",
            "java -jar server/target/ringmaster.jar server --set ringmaster.dir=" + path);
    }

    @Test
    void shouldNameFileAndOwnerWhenDirectoryHasNoMarkFile() {
        failure(context().dir(dir.getPath()), "has no file ringmaster.mark", "owner " + System.getProperty("user.name"));
    }

    @Test
    void shouldNamePidAndHeartbeatAgeWhenMarkFileIsStale() {
        try (ServerMarkFile markFile = ServerMarkFile.create(dir, "s", dir.getPath(), "", 1_000)) {
            markFile.signalReady();
            markFile.timestamp(System.currentTimeMillis() - 60_000);
            failure(context().dir(dir.getPath()), "dead or stopped", "pid " + ProcessHandle.current().pid(), "heartbeat 60",
                "owner " + System.getProperty("user.name"), "state READY");
        }
    }

    @Test
    void shouldSaySoWhenServerWasStopped() {
        ServerMarkFile.create(dir, "s", dir.getPath(), "", 1_000).close();
        failure(context().dir(dir.getPath()), "the server was stopped", "state CLOSED");
    }

    @Test
    void shouldNameDriverFileWhenDriverIsMissing() {
        try (ServerMarkFile markFile = ServerMarkFile.create(dir, "s", new File(dir, "aeron").getPath(), "", 10_000)) {
            markFile.signalReady();
            failure(context().dir(dir.getPath()), new File(new File(dir, "aeron"), "cnc.dat").getPath(), "is missing");
        }
    }

    @Test
    void shouldNameEndpointWhenNobodyListensThere() throws IOException {
        final String endpoint = "127.0.0.1:" + freePort();
        final File parent = Files.createDirectory(dir.toPath().resolve("drivers")).toFile();
        assertTimeoutPreemptively(java.time.Duration.ofSeconds(20), () ->
            failure(context().endpoint(endpoint).driverParentDir(parent.getPath()), endpoint, "nothing answered",
                "--set ringmaster.udp.endpoint=" + endpoint));
        assertEquals(0, parent.list().length);
    }

    @Test
    void shouldNameHostWhenItCannotBeResolved() {
        failure(context().endpoint("no-such-host.invalid:1"), "no-such-host.invalid", "cannot be resolved");
    }

    @Test
    void shouldNotConnectAndNotWaitWhenServerRefusesTheVersion() {
        try (FakeServer server = new FakeServer(dir, "")) {
            server.refuseWith = ResultCode.UNSUPPORTED_VERSION;
            final RefusedException refused = assertThrows(RefusedException.class, () -> RingmasterClient.connect(
                new RingmasterClient.Context().dir(dir.getPath()).connectTimeoutNs(TimeUnit.SECONDS.toNanos(50))));
            assertEquals(ResultCode.UNSUPPORTED_VERSION, refused.code());
            assertTrue(refused.getMessage().contains("not you"), refused.getMessage());
        }
    }

    @Test
    void shouldConnectOverUdpAndRemoveDriverDirectoryWhenClosed() throws IOException {
        final String endpoint = "127.0.0.1:" + freePort();
        final File parent = Files.createDirectory(dir.toPath().resolve("drivers")).toFile();
        try (FakeServer server = new FakeServer(dir, endpoint)) {
            try (RingmasterClient client = RingmasterClient.connect(new RingmasterClient.Context().endpoint(endpoint)
                .driverParentDir(parent.getPath()))) {
                assertTrue(client.lookup("ns", "a").isPresent());
                assertEquals(1, client.submit(new Batch().add(new TaskSpec().payload(new byte[3_000])))
                    .awaitResults(10, TimeUnit.SECONDS).size());
                assertEquals(1, parent.list().length);
                assertEquals(1, server.sessions.size());
            }
            try (Stream<java.nio.file.Path> left = Files.list(parent.toPath())) {
                assertEquals(0, left.count());
            }
        }
    }

    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }
}
