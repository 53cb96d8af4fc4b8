package io.ringmaster.protocol;

import io.ringmaster.protocol.MarkFileException.Reason;
import io.ringmaster.protocol.ServerInfo.State;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

import static io.ringmaster.protocol.MarkFileDescriptor.ACTIVITY_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.AERON_DIR_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.ENDPOINT_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.LAYOUT_VERSION;
import static io.ringmaster.protocol.MarkFileDescriptor.LENGTH;
import static io.ringmaster.protocol.MarkFileDescriptor.MAGIC;
import static io.ringmaster.protocol.MarkFileDescriptor.MAGIC_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.PID_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.SERVER_NAME_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.START_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.STATE_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.TIMEOUT_OFFSET;
import static io.ringmaster.protocol.MarkFileDescriptor.VERSION_OFFSET;

/**
 * The file {@code ringmaster.mark} in a server's directory: it says that a server owns the directory, and where clients
 * on the same machine find it.
 * <p>
 * A server holds an exclusive lock of the operating system on the file for as long as it lives, so two servers that start
 * at the same moment cannot both win, and the file of a server that was killed is taken over at once. Where the lock
 * could be had although the process is there and its heartbeat is fresh (a file system without locks), the directory is
 * refused as well. A reader needs no lock.
 * <p>
 * Threading: {@link #timestamp} any one thread of the server; the rest is confined to the thread that launches and closes
 * it. {@link #read} is thread-safe.
 */
public final class ServerMarkFile implements AutoCloseable {
    /** Name of the file in the server's directory. */
    public static final String FILE_NAME = "ringmaster.mark";

    private final File dir;
    private final FileChannel channel;
    private final FileLock lock;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private volatile boolean closed;

    private ServerMarkFile(final File dir, final FileChannel channel, final FileLock lock, final MappedByteBuffer mapped) {
        this.dir = dir;
        this.channel = channel;
        this.lock = lock;
        this.mapped = mapped;
        this.buffer = new UnsafeBuffer(mapped);
    }

    /**
     * Takes a directory for this process, and makes it where there is none. The state is STARTING.
     *
     * @param dir               of the server.
     * @param serverName        for the user; at most 380 bytes.
     * @param aeronDir          directory of the server's media driver; at most 1,532 bytes.
     * @param udpEndpoint       {@code host:port}; empty: UDP is off.
     * @param livenessTimeoutMs age of a heartbeat from which on this server counts as dead, in milliseconds.
     * @return the mark file, owned by this process until it is closed.
     * @throws ServerAlreadyRunningException when a live server owns the directory.
     * @throws UncheckedIOException          when the directory or file cannot be made or written.
     */
    public static ServerMarkFile create(final File dir, final String serverName, final String aeronDir,
                                        final String udpEndpoint, final long livenessTimeoutMs) {
        FileChannel channel = null;
        try {
            Files.createDirectories(dir.toPath());
            final Path path = new File(dir, FILE_NAME).toPath();
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(channel);
            final ServerInfo previous = readQuietly(dir);
            if (lock == null || isOwnedByAnother(previous)) {
                final long age = previous == null ? -1 : previous.ageMs(System.currentTimeMillis());
                throw new ServerAlreadyRunningException(dir, previous == null ? 0 : previous.pid(), age);
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            final ServerMarkFile markFile = new ServerMarkFile(dir, channel, lock, mapped);
            channel = null;
            markFile.initialise(serverName, aeronDir, udpEndpoint, livenessTimeoutMs);
            return markFile;
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot write " + new File(dir, FILE_NAME).getAbsolutePath() + ": " + ex, ex);
        } finally {
            closeQuietly(channel);
        }
    }

    private static FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException ex) {
            return null;
        }
    }

    private static ServerInfo readQuietly(final File dir) {
        try {
            return read(dir);
        } catch (final MarkFileException ex) {
            return null;
        }
    }

    /** The lock is ours: only a live process with a fresh heartbeat on a file system without locks can still own it. */
    private static boolean isOwnedByAnother(final ServerInfo previous) {
        if (previous == null || !previous.isLive(System.currentTimeMillis())
            || previous.pid() == ProcessHandle.current().pid()) {
            return false;
        }
        return ProcessHandle.of(previous.pid()).map(handle -> handle.isAlive() && !startedAfter(handle, previous))
            .orElse(false);
    }

    /** A process that is younger than the server of the mark file has only got the same pid. */
    private static boolean startedAfter(final ProcessHandle handle, final ServerInfo previous) {
        final Instant start = handle.info().startInstant().orElse(Instant.EPOCH);
        return start.toEpochMilli() > previous.startEpochMs() + 1_000;
    }

    private static void closeQuietly(final FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    private void initialise(final String serverName, final String aeronDir, final String udpEndpoint,
                            final long livenessTimeoutMs) {
        buffer.putIntVolatile(VERSION_OFFSET, 0);
        try {
            final long nowEpochMs = System.currentTimeMillis();
            buffer.putLong(MAGIC_OFFSET, MAGIC, ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(STATE_OFFSET, State.STARTING.ordinal(), ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(PID_OFFSET, ProcessHandle.current().pid(), ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(START_OFFSET, nowEpochMs, ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(TIMEOUT_OFFSET, livenessTimeoutMs, ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(ACTIVITY_OFFSET, nowEpochMs, ByteOrder.LITTLE_ENDIAN);
            MarkFileDescriptor.putText(buffer, SERVER_NAME_OFFSET, AERON_DIR_OFFSET, serverName);
            MarkFileDescriptor.putText(buffer, AERON_DIR_OFFSET, ENDPOINT_OFFSET, aeronDir);
            MarkFileDescriptor.putText(buffer, ENDPOINT_OFFSET, LENGTH, udpEndpoint);
        } catch (final IllegalArgumentException ex) {
            close();
            throw ex;
        }
        buffer.putIntRelease(VERSION_OFFSET, LAYOUT_VERSION);
    }

    /**
     * Says where the server listens on UDP, for a server that learns its port only after it has taken the directory. Call
     * it before {@link #signalReady()}.
     *
     * @param udpEndpoint {@code host:port}; empty: UDP is off.
     */
    public void udpEndpoint(final String udpEndpoint) {
        ensureOpen();
        buffer.putIntVolatile(VERSION_OFFSET, 0);
        MarkFileDescriptor.putText(buffer, ENDPOINT_OFFSET, LENGTH, udpEndpoint);
        buffer.putIntRelease(VERSION_OFFSET, LAYOUT_VERSION);
    }

    /** Says that the server serves: the state is READY and the heartbeat is now. */
    public void signalReady() {
        ensureOpen();
        buffer.putLongRelease(ACTIVITY_OFFSET, System.currentTimeMillis());
        buffer.putIntRelease(STATE_OFFSET, State.READY.ordinal());
    }

    /**
     * Heartbeat; due every 250 ms to 1 s. Does nothing once this is closed.
     *
     * @param epochMs the time now, in epoch milliseconds.
     */
    public void timestamp(final long epochMs) {
        if (!closed) {
            buffer.putLongRelease(ACTIVITY_OFFSET, epochMs);
        }
    }

    /**
     * The server's directory.
     *
     * @return the directory.
     */
    public File dir() {
        return dir;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("mark file of " + dir.getAbsolutePath() + " is closed");
        }
    }

    /**
     * Gives the directory up: the state is CLOSED and the lock is released; the file stays. Idempotent. Stop the thread
     * that calls {@link #timestamp} before.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            buffer.putIntRelease(STATE_OFFSET, State.CLOSED.ordinal());
            IoUtil.unmap(mapped);
            try {
                lock.release();
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            } finally {
                closeQuietly(channel);
            }
        }
    }

    /**
     * Reads the mark file of a directory. The server may be dead: ask {@link ServerInfo#isLive}.
     *
     * @param dir of the server.
     * @return what the file says.
     * @throws MarkFileException when there is none, or it cannot be read; the reason says which.
     */
    public static ServerInfo read(final File dir) {
        final Path path = new File(dir, FILE_NAME).toPath();
        for (int attempt = 0;; attempt++) {
            final UnsafeBuffer copy = readBytes(dir, path);
            final int version = copy.capacity() < LENGTH ? 0 : copy.getInt(VERSION_OFFSET, ByteOrder.LITTLE_ENDIAN);
            if (copy.capacity() >= LENGTH && version == LAYOUT_VERSION && magic(copy) == MAGIC) {
                return decode(dir, copy, version);
            }
            if (copy.capacity() >= LENGTH && magic(copy) != MAGIC && magic(copy) != 0) {
                throw new MarkFileException(Reason.INCOMPATIBLE, path.toAbsolutePath() + " is not a Ringmaster mark file", null);
            }
            if (version != 0) {
                throw new MarkFileException(Reason.INCOMPATIBLE, path.toAbsolutePath() + " has layout version " + version
                    + ", but this client reads version " + LAYOUT_VERSION + ": use a client of the server's release", null);
            }
            if (attempt == 100) {
                throw new MarkFileException(Reason.INCOMPLETE, path.toAbsolutePath()
                    + " is incomplete: a server is starting, or was killed while it started", null);
            }
            Thread.yield();
        }
    }

    private static long magic(final UnsafeBuffer copy) {
        return copy.getLong(MAGIC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    private static UnsafeBuffer readBytes(final File dir, final Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            final ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
                Thread.onSpinWait();
            }
            return new UnsafeBuffer(bytes.array(), 0, bytes.position());
        } catch (final NoSuchFileException ex) {
            final boolean hasDir = dir.isDirectory();
            throw new MarkFileException(hasDir ? Reason.NO_FILE : Reason.NO_DIRECTORY, hasDir
                ? "directory " + dir.getAbsolutePath() + " has no file " + FILE_NAME + ": no server has run there"
                : "there is no directory " + dir.getAbsolutePath(), ex);
        } catch (final AccessDeniedException ex) {
            throw new MarkFileException(Reason.NOT_READABLE, path.toAbsolutePath() + " may not be read by user "
                + System.getProperty("user.name"), ex);
        } catch (final IOException ex) {
            throw new MarkFileException(Reason.NOT_READABLE, path.toAbsolutePath() + " cannot be read: " + ex, ex);
        }
    }

    private static ServerInfo decode(final File dir, final UnsafeBuffer copy, final int version) {
        final int state = copy.getInt(STATE_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final State[] states = State.values();
        return new ServerInfo(dir, version, state >= 0 && state < states.length ? states[state] : State.CLOSED,
            copy.getLong(PID_OFFSET, ByteOrder.LITTLE_ENDIAN), copy.getLong(START_OFFSET, ByteOrder.LITTLE_ENDIAN),
            copy.getLong(ACTIVITY_OFFSET, ByteOrder.LITTLE_ENDIAN), copy.getLong(TIMEOUT_OFFSET, ByteOrder.LITTLE_ENDIAN),
            MarkFileDescriptor.getText(copy, SERVER_NAME_OFFSET, AERON_DIR_OFFSET),
            MarkFileDescriptor.getText(copy, AERON_DIR_OFFSET, ENDPOINT_OFFSET),
            MarkFileDescriptor.getText(copy, ENDPOINT_OFFSET, LENGTH));
    }
}
