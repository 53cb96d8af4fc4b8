package io.ringmaster.tuning.load;

import com.typesafe.config.Config;
import io.ringmaster.server.config.ServerSettings;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How the Aeron round trip without a server is set up: its streams as they are in the profile that is measured; its threads as the
 * server's network thread, or with a media driver on a thread of its own and all of them yielding. Immutable.
 *
 * @param udp          true for UDP on loopback, false for IPC.
 * @param termLength   of the streams, in bytes.
 * @param mtu          of UDP, in bytes.
 * @param idle         of the echo thread without a shared driver: {@code spin}, {@code yield}, {@code backoff} or
 *                     {@code sleep}.
 * @param spins        of {@code backoff}.
 * @param yields       of {@code backoff}.
 * @param minParkNs    of {@code backoff}.
 * @param maxParkNs    of {@code backoff}.
 * @param sharedDriver true for media drivers in SHARED mode, with a {@link PausableYield} on their thread and the echo
 *                     thread; false for INVOKER mode.
 */
record EchoSettings(
    boolean udp, int termLength, int mtu, String idle, long spins, long yields, long minParkNs, long maxParkNs,
    boolean sharedDriver) {

    /** Stream of the requests. */
    static final int REQUEST_STREAM_ID = 3001;
    /** Stream of the responses. */
    static final int RESPONSE_STREAM_ID = 3002;
    /** Bytes of one message, as in the floors of REQUIREMENTS.md. */
    static final int MESSAGE_LENGTH = 64;

    /**
     * As a server with these settings has it.
     *
     * @param settings of the server.
     * @param udp      which of its streams.
     * @return the settings of the echo.
     */
    static EchoSettings of(final ServerSettings settings, final boolean udp) {
        final Config threads = settings.threads().getConfig("threads");
        final Config backoff = threads.getConfig("backoff");
        return new EchoSettings(
            udp, udp ? settings.aeron().udpTermLength() : settings.aeron().ipcTermLength(), settings.aeron().udpMtu(),
            threads.getString("network.idle").toLowerCase(Locale.ROOT), backoff.getLong("spins"), backoff.getLong("yields"),
            backoff.getDuration("min-park", TimeUnit.NANOSECONDS), backoff.getDuration("max-park", TimeUnit.NANOSECONDS),
            false);
    }

    /** The same streams with media drivers in SHARED mode and yielding threads. */
    EchoSettings withSharedDriver() {
        return new EchoSettings(udp, termLength, mtu, idle, spins, yields, minParkNs, maxParkNs, true);
    }

    IdleStrategy idleStrategy() {
        return switch (idle) {
            case "spin" -> BusySpinIdleStrategy.INSTANCE;
            case "yield" -> YieldingIdleStrategy.INSTANCE;
            case "sleep" -> new SleepingIdleStrategy(maxParkNs);
            case "backoff" -> new BackoffIdleStrategy(spins, yields, minParkNs, maxParkNs);
            default -> throw new IllegalArgumentException("idle = " + idle + " is not spin, yield, backoff or sleep");
        };
    }

    /** Command line options of {@code echo-responder} that say the same. */
    List<String> arguments(final Path aeronDir, final String responseEndpoint) {
        return List.of(
            "--aeron-dir", aeronDir.toString(),
            "--transport", udp ? "udp" : "ipc",
            "--response-endpoint", responseEndpoint,
            "--term-length", Integer.toString(termLength),
            "--mtu", Integer.toString(mtu),
            "--idle", idle,
            "--spins", Long.toString(spins),
            "--yields", Long.toString(yields),
            "--min-park-ns", Long.toString(minParkNs),
            "--max-park-ns", Long.toString(maxParkNs),
            "--shared-driver", Boolean.toString(sharedDriver));
    }
}
