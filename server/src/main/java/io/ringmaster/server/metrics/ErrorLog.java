package io.ringmaster.server.metrics;

import org.agrona.IoUtil;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The distinct errors of a server in the mapped file {@code ringmaster.errors}, whose content is that of Agrona's
 * {@link DistinctErrorLog}: an error that happens again is counted, not written again. A log with errors of an
 * earlier run is kept
 * as {@code ringmaster.errors.previous}.
 * <p>
 * Threading: {@link #record} thread-safe; {@link #close()} after the last of it; readers any thread and process.
 */
public final class ErrorLog implements AutoCloseable {
    /** Name of the file in the data directory. */
    public static final String FILE_NAME = "ringmaster.errors";
    /** Name of the log of the run before, if that had errors. */
    public static final String PREVIOUS_FILE_NAME = FILE_NAME + ".previous";
    /** Length of a server's error log. */
    public static final int DEFAULT_LENGTH = 256 * 1024;

    private final MappedByteBuffer mapping;
    private final DistinctErrorLog log;
    private boolean isClosed;

    private ErrorLog(final MappedByteBuffer mapping, final EpochClock clock) {
        this.mapping = mapping;
        this.log = new DistinctErrorLog(new UnsafeBuffer(mapping), clock, StandardCharsets.UTF_8);
    }

    /**
     * Creates the file.
     *
     * @param dir    data directory; it exists, and no live server uses it.
     * @param length of the log in bytes.
     * @param clock  for first and last occurrence.
     * @return the open log.
     * @throws IOException if the log of an earlier run cannot be moved away.
     */
    public static ErrorLog create(final Path dir, final int length, final EpochClock clock) throws IOException {
        final Path path = dir.resolve(FILE_NAME);
        if (Files.exists(path)) {
            if (read(dir).isEmpty()) {
                Files.delete(path);
            } else {
                Files.move(path, dir.resolve(PREVIOUS_FILE_NAME), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return new ErrorLog(IoUtil.mapNewFile(path.toFile(), length), clock);
    }

    /**
     * Reads the log of a server, live or dead.
     *
     * @param dir data directory.
     * @return the distinct errors; empty if there are none, or no log.
     * @throws IOException if the log cannot be read.
     */
    public static List<Entry> read(final Path dir) throws IOException {
        final Path path = dir.resolve(FILE_NAME);
        if (!Files.isRegularFile(path) || Files.size(path) < DistinctErrorLog.ENCODED_ERROR_OFFSET) {
            return List.of();
        }
        final MappedByteBuffer mapping = IoUtil.mapExistingFile(path.toFile(), FileChannel.MapMode.READ_ONLY, FILE_NAME);
        try {
            final List<Entry> entries = new ArrayList<>();
            ErrorLogReader.read(new UnsafeBuffer(mapping), (count, firstEpochMs, lastEpochMs, text) ->
                entries.add(new Entry(count, firstEpochMs, lastEpochMs, text)));
            return entries;
        } finally {
            IoUtil.unmap(mapping);
        }
    }

    /**
     * Records an error.
     *
     * @param error to record.
     * @return false if the log is full and the error is not in it.
     */
    public boolean record(final Throwable error) {
        return log.record(error);
    }

    /**
     * The log, for libraries that want one.
     *
     * @return the same log.
     */
    public DistinctErrorLog log() {
        return log;
    }

    /** Unmaps. Nothing may be recorded after it. Idempotent. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            IoUtil.unmap(mapping);
        }
    }

    /**
     * One distinct error.
     *
     * @param count        how often it happened.
     * @param firstEpochMs when first.
     * @param lastEpochMs  when last.
     * @param text         its stack trace.
     */
    public record Entry(int count, long firstEpochMs, long lastEpochMs, String text) {
    }
}
