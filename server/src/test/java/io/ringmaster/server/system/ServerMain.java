package io.ringmaster.server.system;

import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.config.ServerSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** A server that runs until it is killed, or closes cleanly at SIGTERM. Arguments: its directory, then settings. */
public final class ServerMain {
    /** Less memory than the defaults, so that a start costs little. */
    static final String[] SMALL = {
        "ringmaster.registry.entries=4096", "ringmaster.registry.slab-bytes=2MiB", "ringmaster.coordination.payload-bytes=1MiB",
        "ringmaster.coordination.max-tasks=1024", "ringmaster.registry.lease.default=1h"};

    private ServerMain() {
    }

    /**
     * Runs.
     *
     * @param args see the class.
     * @throws InterruptedException never.
     */
    public static void main(final String[] args) throws InterruptedException {
        final ServerSettings settings =
            ServerFixture.settings(Path.of(args[0]), "localhost:0", Arrays.copyOfRange(args, 1, args.length));
        final RingmasterServer server = RingmasterServer.launch(
            new RingmasterServer.Context().settings(settings).report(System.out::println));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
