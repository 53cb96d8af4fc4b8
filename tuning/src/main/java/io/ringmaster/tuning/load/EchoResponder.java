package io.ringmaster.tuning.load;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

import java.nio.file.Path;

/**
 * Sends every message back: the other end of the bare Aeron round trip. One thread drives the Aeron client, the echo and,
 * unless that is shared, the media driver, as the server's network thread does. A shared driver has a thread of its own.
 * <p>
 * Threading: confined to the thread that calls {@link #doWork}.
 */
final class EchoResponder implements AutoCloseable {
    private static final int FRAGMENT_LIMIT = 10;

    private final InvokedAeron driver;
    private final Subscription requests;
    private final ExclusivePublication responses;
    private final ControlledFragmentHandler handler = this::onFragment;

    /**
     * Starts the driver and adds the streams.
     *
     * @param settings         of the streams and the driver.
     * @param aeronDir         of the driver.
     * @param responseEndpoint where the client listens; not used with IPC.
     * @param driverIdle       of the driver's thread, if it has one.
     */
    EchoResponder(
        final EchoSettings settings, final Path aeronDir, final String responseEndpoint, final IdleStrategy driverIdle) {
        driver = settings.sharedDriver()
            ? InvokedAeron.launchShared(settings, aeronDir, driverIdle)
            : InvokedAeron.launch(settings, aeronDir);
        try {
            requests = driver.aeron().addSubscription(
                InvokedAeron.channel(settings, "localhost:0"), EchoSettings.REQUEST_STREAM_ID);
            responses = driver.aeron().addExclusivePublication(
                InvokedAeron.channel(settings, responseEndpoint), EchoSettings.RESPONSE_STREAM_ID);
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(driver);
            throw ex;
        }
    }

    /** Where requests go: {@code ipc}, or the endpoint; null while that is being bound. */
    String endpoint(final EchoSettings settings) {
        if (!settings.udp()) {
            return "ipc";
        }
        return requests.localSocketAddresses().isEmpty() ? null : requests.localSocketAddresses().get(0);
    }

    int doWork() {
        return driver.doWork() + requests.controlledPoll(handler, FRAGMENT_LIMIT);
    }

    @Override
    public void close() {
        driver.close();
    }

    private ControlledFragmentHandler.Action onFragment(
        final DirectBuffer buffer, final int offset, final int length, final Header header) {
        return responses.offer(buffer, offset, length) > 0
            ? ControlledFragmentHandler.Action.CONTINUE
            : ControlledFragmentHandler.Action.ABORT;
    }
}
