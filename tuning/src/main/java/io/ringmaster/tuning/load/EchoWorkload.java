package io.ringmaster.tuning.load;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The Aeron round trip: what a request would cost if the server did nothing at all. The responder is another process
 * with a media driver of its own. With a shared driver its threads never sleep unless it is paused.
 * <p>
 * Threading: confined to the generator.
 */
final class EchoWorkload implements Workload {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int FRAGMENT_LIMIT = 10;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
    private static final int CHECK_OFFSET = Long.BYTES;
    private static final int SLOT_OFFSET = 2 * Long.BYTES;

    private final int sessions;
    private final ChildProcess responder;
    private final InvokedAeron driver;
    private final PausableYield yielding;
    private final ExclusivePublication requests;
    private final Subscription responses;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[EchoSettings.MESSAGE_LENGTH]);
    private final FragmentHandler handler = this::onFragment;
    private final OperationTable operations;
    private CompletionListener listener;
    private long faultCount;

    private EchoWorkload(
        final int sessions, final int maxOutstanding, final ChildProcess responder, final InvokedAeron driver,
        final PausableYield yielding, final ExclusivePublication requests, final Subscription responses) {
        this.sessions = sessions;
        this.responder = responder;
        this.driver = driver;
        this.yielding = yielding;
        this.requests = requests;
        this.responses = responses;
        this.operations = new OperationTable(maxOutstanding);
    }

    /**
     * Starts the responder and connects to it.
     *
     * @param settings       of both ends.
     * @param directory      for its files.
     * @param sessions       operations under way in a closed loop.
     * @param maxOutstanding operations under way in an open loop.
     * @return the workload, connected.
     */
    static EchoWorkload start(
        final EchoSettings settings, final RunDirectory directory, final int sessions, final int maxOutstanding) {
        final String suffix = settings.sharedDriver() ? "-shared" : "-bare";
        final Path responderDir = directory.memory("echo-responder" + suffix);
        final PausableYield yielding = settings.sharedDriver() ? new PausableYield() : null;
        InvokedAeron driver = null;
        ChildProcess responder = null;
        try {
            String responseEndpoint = "none";
            Subscription responses = null;
            if (settings.udp()) {
                final Path clientDir = directory.memory("echo-client" + suffix);
                driver = settings.sharedDriver()
                    ? InvokedAeron.launchShared(settings, clientDir, yielding)
                    : InvokedAeron.launch(settings, clientDir);
                responses = driver.aeron().addSubscription(
                    InvokedAeron.channel(settings, "localhost:0"), EchoSettings.RESPONSE_STREAM_ID);
                responseEndpoint = awaitEndpoint(driver, responses);
            }
            final List<String> command = JvmFlags.javaCommand(List.of());
            command.add(TuneCommands.MAIN_CLASS);
            command.add("echo-responder");
            command.addAll(settings.arguments(responderDir, responseEndpoint));
            responder = ChildProcess.start(
                "echo-responder" + suffix, command, directory.file("echo-responder" + suffix + ".log"));
            final String endpoint = responder.awaitReady(START_TIMEOUT_NS).split(" ")[1];
            if (!settings.udp()) {
                driver = InvokedAeron.attach(responderDir);
                responses = driver.aeron().addSubscription(
                    InvokedAeron.channel(settings, endpoint), EchoSettings.RESPONSE_STREAM_ID);
            }
            final ExclusivePublication requests = driver.aeron().addExclusivePublication(
                InvokedAeron.channel(settings, endpoint), EchoSettings.REQUEST_STREAM_ID);
            awaitConnected(driver, requests, responses);
            return new EchoWorkload(sessions, maxOutstanding, responder, driver, yielding, requests, responses);
        } catch (final RuntimeException ex) {
            CloseHelper.quietCloseAll(driver, responder);
            throw ex;
        }
    }

    /** Lets the threads that never sleep take a millisecond for each idle turn; nothing without a shared driver. */
    void pause() {
        if (yielding != null) {
            yielding.pause();
            responder.send(EchoResponderCommand.PAUSE);
        }
    }

    /** Ends a pause; takes effect within a few milliseconds. */
    void resume() {
        if (yielding != null) {
            yielding.resume();
            responder.send(EchoResponderCommand.RESUME);
        }
    }

    @Override
    public boolean trySend(final int session, final long intendedNs, final int tag) {
        final int slot = operations.acquire(session, intendedNs, tag);
        if (slot < 0) {
            return false;
        }
        final long sequence = operations.sequence(slot);
        message.putLong(0, sequence);
        message.putLong(CHECK_OFFSET, sequence * MIX);
        message.putInt(SLOT_OFFSET, slot);
        if (requests.offer(message, 0, EchoSettings.MESSAGE_LENGTH) < 0) {
            operations.release(slot);
            return false;
        }
        return true;
    }

    @Override
    public int poll(final long nowNs) {
        return driver.doWork() + responses.poll(handler, FRAGMENT_LIMIT);
    }

    @Override
    public int sessions() {
        return sessions;
    }

    @Override
    public List<String> kinds() {
        return List.of("echo");
    }

    @Override
    public void listener(final CompletionListener completionListener) {
        listener = completionListener;
    }

    @Override
    public List<String> faults() {
        final List<String> all = new ArrayList<>();
        if (faultCount > 0) {
            all.add(faultCount + " echoes that were not asked for");
        }
        return all;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(driver, responder);
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final long sequence = buffer.getLong(offset);
        final int slot = buffer.getInt(offset + SLOT_OFFSET);
        if (length != EchoSettings.MESSAGE_LENGTH || !operations.isLive(slot, sequence)) {
            faultCount++;
            return;
        }
        final boolean right = buffer.getLong(offset + CHECK_OFFSET) == sequence * MIX;
        final int session = operations.session(slot);
        final long intendedNs = operations.intendedNs(slot);
        final int tag = operations.tag(slot);
        operations.release(slot);
        listener.onCompleted(session, intendedNs, tag, 0, right ? Outcome.OK : Outcome.ERROR);
    }

    private static String awaitEndpoint(final InvokedAeron driver, final Subscription subscription) {
        final long sinceNs = System.nanoTime();
        while (subscription.localSocketAddresses().isEmpty()) {
            driver.doWork();
            checkTime(sinceNs, "a UDP port of its own");
        }
        return subscription.localSocketAddresses().get(0);
    }

    private static void awaitConnected(
        final InvokedAeron driver, final ExclusivePublication requests, final Subscription responses) {
        final long sinceNs = System.nanoTime();
        while (!requests.isConnected() || !responses.isConnected()) {
            driver.doWork();
            checkTime(sinceNs, "the responder");
        }
    }

    private static void checkTime(final long sinceNs, final String what) {
        if (System.nanoTime() - sinceNs > START_TIMEOUT_NS) {
            throw new IllegalStateException("echo: no connection to " + what + " after 20 s");
        }
        Thread.yield();
    }
}
