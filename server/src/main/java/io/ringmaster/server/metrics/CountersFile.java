package io.ringmaster.server.metrics;

import org.agrona.IoUtil;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.ConcurrentCountersManager;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import static io.ringmaster.server.metrics.CountersFileDescriptor.FILE_NAME;
import static io.ringmaster.server.metrics.CountersFileDescriptor.HEADER_LENGTH;
import static io.ringmaster.server.metrics.CountersFileDescriptor.HEARTBEAT_EPOCH_MS_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.METADATA_LENGTH_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.PID_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.START_EPOCH_MS_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.STOP_EPOCH_MS_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.VALUES_LENGTH_OFFSET;
import static io.ringmaster.server.metrics.CountersFileDescriptor.VERSION;
import static io.ringmaster.server.metrics.CountersFileDescriptor.VERSION_OFFSET;

/**
 * The server's counters in a mapped file; see {@link CountersFileDescriptor}. The server creates it, anybody may
 * open it, also when
 * the server is stuck or dead: what was written last is there.
 * <p>
 * Threading: counters may be allocated by several threads and each is written by its owner; the heartbeat and {@link
 * #close()} have
 * one writer (housekeeping, then the closer); readers any thread and process.
 */
public final class CountersFile implements AutoCloseable {
    /** Counters that a server's file has room for. */
    public static final int DEFAULT_MAX_COUNTERS = 4096;

    private static final int LARGEST_FILE = 1 << 30;

    private final MappedByteBuffer mapping;
    private final UnsafeBuffer header;
    private final UnsafeBuffer metadata;
    private final UnsafeBuffer values;
    private final CountersManager manager;
    private final EpochClock clock;
    private boolean isClosed;

    private CountersFile(final MappedByteBuffer mapping, final int maxCounters, final EpochClock clock) {
        this.mapping = mapping;
        this.clock = clock;
        final int metadataLength = maxCounters * CountersReader.METADATA_LENGTH;
        final int valuesLength = maxCounters * CountersReader.COUNTER_LENGTH;
        header = new UnsafeBuffer(mapping, 0, HEADER_LENGTH);
        metadata = new UnsafeBuffer(mapping, HEADER_LENGTH, metadataLength);
        values = new UnsafeBuffer(mapping, HEADER_LENGTH + metadataLength, valuesLength);
        manager = clock == null ? null : new ConcurrentCountersManager(metadata, values, StandardCharsets.US_ASCII);
    }

    /**
     * Creates the file; one of an earlier server is replaced.
     *
     * @param dir         data directory; it exists, and no live server uses it.
     * @param maxCounters that the file has room for.
     * @param clock       for start, heartbeat and stop.
     * @return the open file.
     */
    public static CountersFile create(final Path dir, final int maxCounters, final EpochClock clock) {
        final File file = dir.resolve(FILE_NAME).toFile();
        IoUtil.deleteIfExists(file);
        final int metadataLength = maxCounters * CountersReader.METADATA_LENGTH;
        final int valuesLength = maxCounters * CountersReader.COUNTER_LENGTH;
        final MappedByteBuffer mapping = IoUtil.mapNewFile(file, (long)HEADER_LENGTH + metadataLength + valuesLength);
        final CountersFile counters = new CountersFile(mapping, maxCounters, clock);
        final UnsafeBuffer header = counters.header;
        header.putInt(METADATA_LENGTH_OFFSET, metadataLength);
        header.putInt(VALUES_LENGTH_OFFSET, valuesLength);
        header.putLong(PID_OFFSET, ProcessHandle.current().pid());
        header.putLong(START_EPOCH_MS_OFFSET, clock.time());
        header.putLong(HEARTBEAT_EPOCH_MS_OFFSET, clock.time());
        header.putIntRelease(VERSION_OFFSET, VERSION);
        return counters;
    }

    /**
     * Opens the file of a server for reading.
     *
     * @param dir data directory.
     * @return the open file.
     * @throws IOException if there is none, or it is not complete, or of another version.
     */
    public static CountersFile open(final Path dir) throws IOException {
        final Path path = dir.resolve(FILE_NAME);
        if (!Files.isRegularFile(path)) {
            throw new IOException(
                "no counters in " + dir.toAbsolutePath().normalize() + " (expected the file " + FILE_NAME
                    + "): no server ever ran with this ringmaster.dir");
        }
        final long length = Files.size(path);
        if (length < HEADER_LENGTH || length > LARGEST_FILE) {
            throw new IOException(path + " has " + length + " bytes and is no counters file");
        }
        final MappedByteBuffer mapping = IoUtil.mapExistingFile(
            path.toFile(), FileChannel.MapMode.READ_ONLY, FILE_NAME);
        try {
            return new CountersFile(mapping, readMaxCounters(path, mapping, length), null);
        } catch (final IOException ex) {
            IoUtil.unmap(mapping);
            throw ex;
        }
    }

    /**
     * Allocates counters; thread-safe. Only of a file that was created.
     *
     * @return the manager.
     * @throws IllegalStateException if the file was opened for reading.
     */
    public CountersManager manager() {
        if (manager == null) {
            throw new IllegalStateException("the file was opened for reading");
        }
        return manager;
    }

    /**
     * A reader of the counters.
     *
     * @return a new one.
     */
    public CountersReader reader() {
        return new CountersReader(metadata, values, StandardCharsets.US_ASCII);
    }

    /**
     * Says that the server lives. Only of a file that was created.
     *
     * @param nowEpochMs the time.
     */
    public void heartbeat(final long nowEpochMs) {
        header.putLongRelease(HEARTBEAT_EPOCH_MS_OFFSET, nowEpochMs);
    }

    /**
     * Process of the server.
     *
     * @return its id.
     */
    public long pid() {
        return header.getLong(PID_OFFSET);
    }

    /**
     * When the server started.
     *
     * @return epoch milliseconds.
     */
    public long startEpochMs() {
        return header.getLong(START_EPOCH_MS_OFFSET);
    }

    /**
     * The last sign of life.
     *
     * @return epoch milliseconds.
     */
    public long heartbeatEpochMs() {
        return header.getLongVolatile(HEARTBEAT_EPOCH_MS_OFFSET);
    }

    /**
     * When the server was closed cleanly.
     *
     * @return epoch milliseconds; 0 if it was not.
     */
    public long stopEpochMs() {
        return header.getLongVolatile(STOP_EPOCH_MS_OFFSET);
    }

    /** Notes the clean stop if this is the server's side, and unmaps. No counter may be used after it. Idempotent. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            if (clock != null) {
                header.putLongRelease(STOP_EPOCH_MS_OFFSET, clock.time());
            }
            IoUtil.unmap(mapping);
        }
    }

    private static int readMaxCounters(final Path path, final ByteBuffer mapping, final long length) throws IOException {
        final UnsafeBuffer header = new UnsafeBuffer(mapping, 0, HEADER_LENGTH);
        final int version = header.getIntVolatile(VERSION_OFFSET);
        if (version != VERSION) {
            throw new IOException(version == 0 ? path + " is not complete yet: the server is starting, or died at it" :
                path + " has version " + version + " and this program reads version " + VERSION);
        }
        final int metadataLength = header.getInt(METADATA_LENGTH_OFFSET);
        final int valuesLength = header.getInt(VALUES_LENGTH_OFFSET);
        final int maxCounters = valuesLength / CountersReader.COUNTER_LENGTH;
        if (maxCounters < 1 || metadataLength != maxCounters * CountersReader.METADATA_LENGTH
            || HEADER_LENGTH + (long)metadataLength + valuesLength != length) {
            throw new IOException(path + " is damaged: metadata of " + metadataLength + " and values of " + valuesLength
                + " bytes do not fit its " + length + " bytes");
        }
        return maxCounters;
    }
}
