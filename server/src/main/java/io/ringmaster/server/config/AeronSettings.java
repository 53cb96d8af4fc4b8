package io.ringmaster.server.config;

import io.aeron.CncFileDescriptor;
import io.aeron.driver.Configuration;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.LogBufferDescriptor;

import java.nio.file.Path;

/**
 * The media driver: keys {@code ringmaster.aeron.*}.
 * <p>
 * Threading: immutable.
 *
 * @param directory               of the driver, absolute.
 * @param threading               how it runs when no thread of ours has the role {@code driver}.
 * @param ipcTermLength           bytes of a term of a session's IPC streams.
 * @param udpTermLength           bytes of a term of a session's UDP streams.
 * @param udpMtu                  bytes of a UDP datagram's payload.
 * @param clientLivenessTimeoutNs a client whose process is gone is noticed after this.
 * @param imageLivenessTimeoutNs  a UDP peer that fell silent is noticed after this.
 * @param countersBufferLength    bytes of the values of the driver's own counters.
 * @param sparseTerms             whether term files are paged in when first used.
 */
public record AeronSettings(
    Path directory,
    DriverThreading threading,
    int ipcTermLength,
    int udpTermLength,
    int udpMtu,
    long clientLivenessTimeoutNs,
    long imageLivenessTimeoutNs,
    int countersBufferLength,
    boolean sparseTerms) {

    /** The configuration block. */
    public static final String KEY = "ringmaster.aeron";
    /** Bytes of the driver's command buffer, of its broadcast buffer and of its error buffer: the least that it takes. */
    private static final int FIXED_CNC_LENGTH =
        Configuration.CONDUCTOR_BUFFER_LENGTH_DEFAULT + Configuration.TO_CLIENTS_BUFFER_LENGTH_DEFAULT +
        Configuration.ERROR_BUFFER_LENGTH_DEFAULT;
    /** The driver checks timeouts once a second and demands that they are longer than that. */
    private static final long MIN_LIVENESS_NS = Configuration.DEFAULT_TIMER_INTERVAL_NS + 100_000_000L;
    private static final int MAX_TERM_LENGTH = 256 * 1024 * 1024;
    private static final int FRAME_ALIGNMENT = 32;
    private static final int LOGS_PER_SESSION = 2;

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public AeronSettings {
        checkTerm(KEY + ".ipc-term-length", ipcTermLength);
        checkTerm(KEY + ".udp-term-length", udpTermLength);
        Bounds.within(KEY + ".udp-mtu", udpMtu, 128, Configuration.MAX_UDP_PAYLOAD_LENGTH);
        if (udpMtu % FRAME_ALIGNMENT != 0) {
            throw new ConfigException(KEY + ".udp-mtu", "= " + udpMtu + " must be a multiple of " + FRAME_ALIGNMENT);
        }
        if (udpMtu > udpTermLength / 8) {
            throw new ConfigException(
                KEY + ".udp-mtu", "= " + udpMtu + " must be at most ringmaster.aeron.udp-term-length / 8 = " + udpTermLength / 8);
        }
        Bounds.durationWithin(KEY + ".client-liveness-timeout", clientLivenessTimeoutNs, MIN_LIVENESS_NS, Bounds.DAY_NS);
        Bounds.durationWithin(KEY + ".image-liveness-timeout", imageLivenessTimeoutNs, MIN_LIVENESS_NS, Bounds.DAY_NS);
        Bounds.bytesWithin(KEY + ".counters-buffer-length", countersBufferLength,
            Configuration.COUNTERS_VALUES_BUFFER_LENGTH_MIN, 256L * 1024 * 1024);
    }

    /**
     * A timeout that the driver demands to be longer than the client's liveness.
     *
     * @return twice {@link #clientLivenessTimeoutNs()}, at least the driver's default.
     */
    public long publicationUnblockTimeoutNs() {
        return Math.max(Configuration.PUBLICATION_UNBLOCK_TIMEOUT_DEFAULT_NS, 2 * clientLivenessTimeoutNs);
    }

    /**
     * Longest message of an IPC session.
     *
     * @return in bytes.
     */
    public int maxIpcMessageLength() {
        return maxMessageLength(ipcTermLength);
    }

    /**
     * Longest message of a UDP session.
     *
     * @return in bytes.
     */
    public int maxUdpMessageLength() {
        return maxMessageLength(udpTermLength);
    }

    /**
     * What the driver maps before there is a session: its CnC file and its loss report.
     *
     * @return bytes in the driver's directory.
     */
    public long fixedSharedMemory() {
        final int counters = countersBufferLength + Configuration.countersMetadataBufferLength(countersBufferLength);
        return CncFileDescriptor.computeCncFileLength(FIXED_CNC_LENGTH + counters, Configuration.FILE_PAGE_SIZE_DEFAULT) +
            (long)Configuration.LOSS_REPORT_BUFFER_LENGTH_DEFAULT;
    }

    /**
     * What one session maps: a log for each direction, of the transport with the longer terms.
     *
     * @param udpEnabled whether a session may be one over UDP.
     * @return bytes in the driver's directory.
     */
    public long sharedMemoryPerSession(final boolean udpEnabled) {
        final int termLength = udpEnabled ? Math.max(ipcTermLength, udpTermLength) : ipcTermLength;
        return LOGS_PER_SESSION * LogBufferDescriptor.computeLogLength(termLength, Configuration.FILE_PAGE_SIZE_DEFAULT);
    }

    /**
     * What the driver's directory has to hold when all sessions are there; term files of both directions reckoned in full.
     *
     * @param sessions   number of sessions.
     * @param udpEnabled whether a session may be one over UDP.
     * @return bytes.
     */
    public long sharedMemoryNeeded(final int sessions, final boolean udpEnabled) {
        return fixedSharedMemory() + sessions * sharedMemoryPerSession(udpEnabled);
    }

    private static int maxMessageLength(final int termLength) {
        return FrameDescriptor.computeMaxMessageLength(termLength);
    }

    private static void checkTerm(final String key, final int length) {
        Bounds.bytesWithin(key, length, LogBufferDescriptor.TERM_MIN_LENGTH, MAX_TERM_LENGTH);
        Bounds.powerOfTwo(key, length);
    }

    /** How the media driver runs when it has threads of its own. */
    public enum DriverThreading {
        /** One thread for conductor, sender and receiver. */
        SHARED,
        /** One thread for each of conductor, sender and receiver. */
        DEDICATED
    }
}
