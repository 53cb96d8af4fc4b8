package io.ringmaster.server;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.ringmaster.server.config.AeronSettings;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * The media driver's context from our settings: small terms, its own directory, no exit on errors.
 * <p>
 * Threading: immutable.
 */
final class DriverContexts {
    /** Shared memory has no datagrams: longer fragments mean fewer. */
    private static final int IPC_MTU_LENGTH = 8192;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 1_000_000;

    /** The driver's executor maps log buffers and resolves names when a session comes: rare, and no part of a message's way. */
    private static final long EXECUTOR_MIN_PARK_NS = 100_000;
    private static final long EXECUTOR_MAX_PARK_NS = 20_000_000;

    private DriverContexts() {
    }

    static MediaDriver.Context of(final AeronSettings aeron, final ThreadingMode threading) {
        return new MediaDriver.Context()
            .aeronDirectoryName(aeron.directory().toString())
            .threadingMode(threading)
            .dirDeleteOnStart(false)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .ipcTermBufferLength(aeron.ipcTermLength())
            .publicationTermBufferLength(aeron.udpTermLength())
            .initialWindowLength(Math.min(128 * 1024, aeron.udpTermLength() / 2))
            .ipcMtuLength(Math.min(IPC_MTU_LENGTH, aeron.ipcTermLength() / 8))
            .mtuLength(aeron.udpMtu())
            .termBufferSparseFile(aeron.sparseTerms())
            .clientLivenessTimeoutNs(aeron.clientLivenessTimeoutNs())
            .imageLivenessTimeoutNs(aeron.imageLivenessTimeoutNs())
            .publicationUnblockTimeoutNs(aeron.publicationUnblockTimeoutNs())
            .counterFreeToReuseTimeoutNs(1_000_000_000L)
            .counterValuesBufferLength(aeron.countersBufferLength())
            .sharedIdleStrategy(idle())
            .conductorIdleStrategy(idle())
            .senderIdleStrategy(idle())
            .receiverIdleStrategy(idle())
            .asyncExecutorIdleStrategy(new BackoffIdleStrategy(1, 1, EXECUTOR_MIN_PARK_NS, EXECUTOR_MAX_PARK_NS));
    }

    private static BackoffIdleStrategy idle() {
        return new BackoffIdleStrategy(20, 200, MIN_PARK_NS, MAX_PARK_NS);
    }
}
