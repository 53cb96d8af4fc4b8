package io.ringmaster.server.cli;

import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.Watch;
import io.ringmaster.client.WatchFilter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@code watch}: a snapshot of records, then their changes.
 * <p>
 * Threading: confined to the main thread, which prints what the client's thread hands over.
 */
@Command(name = "watch", description = {
    "Prints the records that there are and then their changes, a line each, until Ctrl-C, --count or --seconds.",
    "With --format json each line is an object with `event`: snapshot-begin, record, snapshot-end, registered, changed, removed,",
    "lost (a new snapshot follows)."})
final class WatchCommand extends ClientCommand {
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ShutdownSignal signal;

    @Mixin
    private CapabilityOptions capabilities;

    @Option(names = "--name-prefix", paramLabel = "TEXT", defaultValue = "", description = "Only names that begin like this.")
    private String namePrefix;

    @Option(names = "--count", paramLabel = "N", description = "End after so many lines.")
    private Long count;

    @Option(names = "--seconds", paramLabel = "SECONDS", converter = RegisterCommand.HoldConverter.class, description =
        "End after this time: seconds, or a time such as 500ms.")
    private Duration duration;

    @Option(names = "--window", paramLabel = "BYTES", defaultValue = "" + WatchFilter.DEFAULT_WINDOW_BYTES, description =
        "Bytes of events that may be under way (default: ${DEFAULT-VALUE}).")
    private int windowBytes;

    WatchCommand(final ShutdownSignal signal) {
        this.signal = signal;
    }

    @Override
    boolean isReconnecting() {
        return true;
    }

    @Override
    void prepare() {
        if (count != null && count < 1) {
            throw new CommandLine.ParameterException(spec().commandLine(), "--count must be at least 1");
        }
        checked(this::filter);
    }

    private WatchFilter filter() {
        return new WatchFilter().namespace(namespaceOr("")).namePrefix(namePrefix).kind(capabilities.kind())
            .allOf(capabilities.allOf()).anyOf(capabilities.anyOf()).noneOf(capabilities.noneOf()).windowBytes(windowBytes);
    }

    @Override
    int call(final RingmasterClient client) {
        signal.watch();
        final WatchLines lines = new WatchLines();
        final long startNs = System.nanoTime();
        final long endNs = duration == null ? Long.MAX_VALUE : duration.toNanos();
        final long most = count == null ? Long.MAX_VALUE : count;
        long printed = 0;
        try (Watch watch = client.watch(filter(), lines)) {
            while (printed < most && System.nanoTime() - startNs < endNs) {
                final WatchLines.Line line = lines.poll();
                if (line != null) {
                    print(line.json(), out -> out.println(line.text()));
                    printed++;
                    if (spec().commandLine().getOut().checkError()) {
                        break;
                    }
                } else if (lines.failure() != null) {
                    throw lines.failure();
                } else if (signal.await(LOOK_INTERVAL_NS)) {
                    break;
                }
            }
            if (watch.losses() > 0) {
                diagnose("events were lost " + watch.losses() + " times; each time a new snapshot was printed");
            }
        }
        return OK;
    }
}
