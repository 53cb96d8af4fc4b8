package io.ringmaster.server;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.ringmaster.server.config.AeronSettings;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;

/**
 * The media driver and the server's own client of it. Once launched, both want to be driven without long pauses; so what takes time
 * at a start, opening the registry's store above all, comes before.
 * <p>
 * Threading: launched and closed by the thread that launches the server; the invokers belong to the roles that drive them.
 */
final class Media implements AutoCloseable {
    private final MediaDriver driver;
    private final Aeron aeron;

    private Media(final MediaDriver driver, final Aeron aeron) {
        this.driver = driver;
        this.aeron = aeron;
    }

    static Media launch(final AeronSettings settings, final ThreadingMode threading, final ErrorHandler errorHandler) {
        final MediaDriver driver = MediaDriver.launch(DriverContexts.of(settings, threading).errorHandler(errorHandler));
        Aeron aeron = null;
        try {
            final AgentInvoker driverInvoker = driver.sharedAgentInvoker();
            if (driverInvoker != null) {
                driverInvoker.start();
            }
            aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(settings.directory().toString())
                .clientName("ringmaster-server")
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driverInvoker)
                .subscriberErrorHandler(errorHandler)
                .errorHandler(errorHandler));
            return new Media(driver, aeron);
        } finally {
            if (aeron == null) {
                CloseHelper.quietClose(driver);
            }
        }
    }

    Aeron aeron() {
        return aeron;
    }

    /** Null: the driver has threads of its own. */
    AgentInvoker driverInvoker() {
        return driver.sharedAgentInvoker();
    }

    long mappedBytes() {
        return driver.context().systemCounters().get(io.aeron.driver.status.SystemCounterDescriptor.BYTES_CURRENTLY_MAPPED).get();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }
}
