package io.ringmaster.tuning.load;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.IdleStrategy;

import java.nio.file.Path;

/**
 * An Aeron client that is driven by the caller's thread, and its media driver: in INVOKER mode, driven by the same thread as
 * in the server's network thread and in the client of a UDP session; or on a thread of its own; or in another process.
 * <p>
 * Threading: confined to the thread that invokes it.
 */
final class InvokedAeron implements AutoCloseable {
    private final MediaDriver driver;
    private final AgentInvoker driverInvoker;
    private final Aeron aeron;

    private InvokedAeron(final MediaDriver driver, final Aeron aeron) {
        this.driver = driver;
        this.driverInvoker = driver == null ? null : driver.sharedAgentInvoker();
        this.aeron = aeron;
    }

    /** Starts a driver of its own that the caller's thread drives. */
    static InvokedAeron launch(final EchoSettings settings, final Path aeronDir) {
        return launch(driverContext(settings, aeronDir).threadingMode(ThreadingMode.INVOKER), aeronDir);
    }

    /**
     * Starts a driver of its own with one thread of its own.
     *
     * @param settings of the streams.
     * @param aeronDir of the driver.
     * @param idle     of the driver's thread.
     * @return the driver and its client.
     */
    static InvokedAeron launchShared(final EchoSettings settings, final Path aeronDir, final IdleStrategy idle) {
        return launch(
            driverContext(settings, aeronDir).threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(idle), aeronDir);
    }

    private static MediaDriver.Context driverContext(final EchoSettings settings, final Path aeronDir) {
        return new MediaDriver.Context()
            .aeronDirectoryName(aeronDir.toString())
            .asyncExecutorEnabled(false)
            .ipcTermBufferLength(settings.termLength())
            .publicationTermBufferLength(settings.termLength())
            .initialWindowLength(Math.min(128 * 1024, settings.termLength() / 2))
            .ipcMtuLength(settings.mtu())
            .mtuLength(settings.mtu())
            .warnIfDirectoryExists(false)
            .termBufferSparseFile(true)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true);
    }

    private static InvokedAeron launch(final MediaDriver.Context context, final Path aeronDir) {
        final MediaDriver driver = MediaDriver.launch(context);
        try {
            return new InvokedAeron(
                driver, Aeron.connect(clientContext(aeronDir).driverAgentInvoker(driver.sharedAgentInvoker())));
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(driver);
            throw ex;
        }
    }

    /** Attaches to the driver of another process. */
    static InvokedAeron attach(final Path aeronDir) {
        return new InvokedAeron(null, Aeron.connect(clientContext(aeronDir)));
    }

    Aeron aeron() {
        return aeron;
    }

    int doWork() {
        final int workCount = aeron.conductorAgentInvoker().invoke();
        return driverInvoker == null ? workCount : workCount + driverInvoker.invoke();
    }

    /** For whoever waits for something that only this driver can bring about. */
    IdleStrategy idleStrategy() {
        return new InvokingIdleStrategy();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }

    private static Aeron.Context clientContext(final Path aeronDir) {
        return new Aeron.Context()
            .aeronDirectoryName(aeronDir.toString())
            .useConductorAgentInvoker(true)
            .errorHandler(throwable -> System.err.println("echo: " + throwable));
    }

    /** Channel of an endpoint, or of IPC. */
    static String channel(final EchoSettings settings, final String endpoint) {
        return settings.udp() ? CommonContext.UDP_CHANNEL + "?endpoint=" + endpoint : CommonContext.IPC_CHANNEL;
    }

    /** Drives the media driver and the client while somebody waits. */
    private final class InvokingIdleStrategy implements IdleStrategy {
        @Override
        public void idle(final int workCount) {
            if (workCount <= 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            if (doWork() == 0) {
                Thread.yield();
            }
        }

        @Override
        public void reset() {
            // No state.
        }
    }
}
