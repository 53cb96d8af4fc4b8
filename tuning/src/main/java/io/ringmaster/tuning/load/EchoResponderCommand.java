package io.ringmaster.tuning.load;

import org.agrona.concurrent.IdleStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * The process at the other end of the bare Aeron round trip; started by the load rig, ends when its standard input ends.
 * With a shared driver, a line {@code pause} there makes its threads sleep between turns, {@code resume} makes them yield.
 */
@Command(name = "echo-responder", hidden = true, description = "Sends every message back.")
final class EchoResponderCommand implements Callable<Integer> {
    /** Line on standard input that pauses the yielding threads. */
    static final String PAUSE = "pause";
    /** Line on standard input that ends a pause. */
    static final String RESUME = "resume";

    @Option(names = "--aeron-dir", required = true, description = "Directory of its media driver.")
    private Path aeronDir;
    @Option(names = "--transport", required = true, description = "ipc or udp.")
    private Transport transport;
    @Option(names = "--response-endpoint", required = true, description = "Where the client listens; not used with ipc.")
    private String responseEndpoint;
    @Option(names = "--term-length", required = true)
    private int termLength;
    @Option(names = "--mtu", required = true)
    private int mtu;
    @Option(names = "--idle", required = true)
    private String idle;
    @Option(names = "--spins", required = true)
    private long spins;
    @Option(names = "--yields", required = true)
    private long yields;
    @Option(names = "--min-park-ns", required = true)
    private long minParkNs;
    @Option(names = "--max-park-ns", required = true)
    private long maxParkNs;
    @Option(names = "--shared-driver", required = true, arity = "1")
    private boolean sharedDriver;

    @Override
    public Integer call() {
        final EchoSettings settings = new EchoSettings(
            transport == Transport.UDP, termLength, mtu, idle, spins, yields, minParkNs, maxParkNs, sharedDriver);
        final PausableYield yielding = new PausableYield();
        final IdleStrategy idleStrategy = sharedDriver ? yielding : settings.idleStrategy();
        try (ParentWatch parent = ParentWatch.start(line -> onLine(line, yielding));
            EchoResponder responder = new EchoResponder(settings, aeronDir, responseEndpoint, yielding)) {
            String endpoint = responder.endpoint(settings);
            while (endpoint == null && parent.isAlive()) {
                idleStrategy.idle(responder.doWork());
                endpoint = responder.endpoint(settings);
            }
            System.out.println("ready " + endpoint);
            while (parent.isAlive()) {
                idleStrategy.idle(responder.doWork());
            }
        }
        return 0;
    }

    private static void onLine(final String line, final PausableYield yielding) {
        switch (line) {
            case PAUSE -> yielding.pause();
            case RESUME -> yielding.resume();
            default -> System.err.println("echo-responder: unknown line on standard input: " + line);
        }
    }
}
