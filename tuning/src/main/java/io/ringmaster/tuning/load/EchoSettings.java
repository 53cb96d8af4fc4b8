package io.ringmaster.tuning.load;

import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.thread.BackoffSettings;
import io.ringmaster.thread.IdleKind;
import io.ringmaster.thread.SchedulingSettings;
import io.ringmaster.thread.ThreadPlanSettings;
import org.agrona.concurrent.IdleStrategy;

import java.nio.file.Path;
import java.util.List;

/**
 * How the Aeron round trip without a server is set up: its streams as they are in the profile that is measured; its threads as the
 * server's network thread, or with a media driver on a thread of its own and all of them yielding. Immutable.
 *
 * @param udp          true for UDP on loopback, false for IPC.
 * @param termLength   of the streams, in bytes.
 * @param mtu          of UDP, in bytes.
 * @param idle         of the echo thread without a shared driver.
 * @param backoff      of that thread, which never rests.
 * @param scheduling   of that thread.
 * @param sharedDriver true for media drivers in SHARED mode, with a {@link PausableYield} on their thread and the echo
 *                     thread; false for INVOKER mode.
 */
record EchoSettings(
    boolean udp, int termLength, int mtu, IdleKind idle, BackoffSettings backoff, SchedulingSettings scheduling, boolean sharedDriver) {

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
        final ThreadPlanSettings threads = ThreadPlanSettings.fromConfig(settings.threads());
        final BackoffSettings backoff = threads.backoff();
        return new EchoSettings(
            udp, udp ? settings.aeron().udpTermLength() : settings.aeron().ipcTermLength(), settings.aeron().udpMtu(),
            threads.threads().stream().filter(thread -> thread.roles().contains(ThreadPlanSettings.ROLE_INGRESS))
                .findAny().orElseThrow().idle(),
            new BackoffSettings(backoff.spins(), backoff.yields(), backoff.minParkNs(), backoff.maxParkNs(), 0, 0),
            threads.scheduling(), false);
    }

    /** The same streams with media drivers in SHARED mode and yielding threads. */
    EchoSettings withSharedDriver() {
        return new EchoSettings(udp, termLength, mtu, idle, backoff, scheduling, true);
    }

    IdleStrategy idleStrategy() {
        return idle.newIdleStrategy(backoff);
    }

    /** Command line options of {@code echo-responder} that say the same. */
    List<String> arguments(final Path aeronDir, final String responseEndpoint) {
        return List.of(
            "--aeron-dir", aeronDir.toString(),
            "--transport", udp ? "udp" : "ipc",
            "--response-endpoint", responseEndpoint,
            "--term-length", Integer.toString(termLength),
            "--mtu", Integer.toString(mtu),
            "--idle", idle.name(),
            "--spins", Long.toString(backoff.spins()),
            "--yields", Long.toString(backoff.yields()),
            "--min-park-ns", Long.toString(backoff.minParkNs()),
            "--max-park-ns", Long.toString(backoff.maxParkNs()),
            "--slice-ns", Long.toString(scheduling.sliceNs()),
            "--timer-slack-ns", Long.toString(scheduling.timerSlackNs()),
            "--shared-driver", Boolean.toString(sharedDriver));
    }
}
