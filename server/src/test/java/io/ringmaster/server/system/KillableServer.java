package io.ringmaster.server.system;

import io.ringmaster.client.RingmasterClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** A server in a process of its own, over the same directory from one life to the next. */
final class KillableServer implements AutoCloseable {
    private final Path dir;
    private final String[] sets;
    private ChildProcess process;
    private String opened = "";

    KillableServer(final Path parent, final String... sets) {
        dir = parent.resolve("server");
        // As often as may be, so that kills meet it.
        this.sets = Stream.of(Stream.of("ringmaster.registry.store.write-back=1s"), Arrays.stream(ServerMain.SMALL), Arrays.stream(sets))
            .flatMap(Function.identity()).toArray(String[]::new);
    }

    KillableServer start(final String... jvmFlags) throws IOException {
        process = new ChildProcess(
            List.of(jvmFlags), ServerMain.class, Stream.concat(Stream.of(dir.toString()), Arrays.stream(sets)).toArray(String[]::new));
        opened = process.awaitLine("registry: opened");
        process.awaitLine("ready");
        return this;
    }

    /** What the last start said of the store. */
    String opened() {
        return opened;
    }

    Path dir() {
        return dir;
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    void stop() throws IOException, InterruptedException {
        process.signal("TERM");
        process.awaitExit();
    }

    /** A client that does not come back after a kill. */
    RingmasterClient client() {
        return RingmasterClient.connect(new RingmasterClient.Context().dir(dir.toString()).clientName("test").reconnect(false)
            .connectTimeoutNs(TimeUnit.SECONDS.toNanos(20)).requestTimeoutNs(TimeUnit.SECONDS.toNanos(20)));
    }

    /** A client that comes back. */
    RingmasterClient patientClient() {
        return RingmasterClient.connect(new RingmasterClient.Context().dir(dir.toString()).clientName("patient")
            .connectTimeoutNs(TimeUnit.SECONDS.toNanos(20)).requestTimeoutNs(TimeUnit.SECONDS.toNanos(20)));
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
