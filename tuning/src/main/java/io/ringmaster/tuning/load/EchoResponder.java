package io.ringmaster.tuning.load;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

import java.nio.file.Path;

/**
 * Sends every message back: the other end of the bare Aeron round trip. One thread drives the media driver, the Aeron
 * client and the echo, as the server's network thread does.
 * <p>
 * Threading: confined to the thread that calls {@link #doWork}.
 */
final class EchoResponder implements AutoCloseable {
    private static final int FRAGMENT_LIMIT = 10;

    private final InvokedAeron driver;
    private final Subscription requests;
    private final ExclusivePublication responses;
    private final ControlledFragmentHandler handler = this::onFragment;

    EchoResponder(final EchoSettings settings, final Path aeronDir, final String responseEndpoint) {
        driver = InvokedAeron.launch(settings, aeronDir);
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
