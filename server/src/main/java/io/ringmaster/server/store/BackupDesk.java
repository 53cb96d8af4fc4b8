package io.ringmaster.server.store;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.server.egress.ReplySink;
import io.ringmaster.thread.KernelScheduling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Makes backups of the registry's store while the server works, one at a time, each on a thread of its own that ends with it. The
 * answer goes to the session through the egress ring when the copy is complete.
 * <p>
 * Threading: {@link #start} the network thread; {@link #close} whoever closes the server.
 */
public final class BackupDesk implements AutoCloseable {
    private static final int RETRY_AFTER_MS = 1_000;
    private static final long CLOSE_TIMEOUT_MS = 10_000;
    private static final long REPLY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_TEXT_LENGTH = 1024;

    private final DurableStore store;
    private final ReplySink egress;
    private final AtomicCounter backups;
    private final ErrorHandler errorHandler;
    private volatile Thread thread;

    /**
     * A desk.
     *
     * @param store        to copy; null: there is none, and every request is refused.
     * @param egress       for answers; has to take messages from any thread.
     * @param backups      counts those that were made.
     * @param errorHandler told of those that failed.
     */
    public BackupDesk(
        final DurableStore store, final ReplySink egress, final AtomicCounter backups, final ErrorHandler errorHandler) {
        this.store = store;
        this.egress = egress;
        this.backups = backups;
        this.errorHandler = errorHandler;
    }

    /**
     * A desk that refuses every request.
     *
     * @return of a server without a store.
     */
    public static BackupDesk none() {
        return new BackupDesk(null, null, null, null);
    }

    /**
     * Starts a backup. Allocates: it is no part of the hot path.
     *
     * @param sessionId     of the administrator that asks.
     * @param correlationId of the request.
     * @param target        directory of the copy, which is made.
     * @return null: it was started and will be answered; otherwise why not.
     */
    public BackupRefusal start(final long sessionId, final long correlationId, final String target) {
        if (store == null) {
            return new BackupRefusal(ResultCode.INVALID_ARGUMENT, 0,
                "there is no store to copy: ringmaster.registry.durability = none");
        }
        final Path path;
        try {
            path = Path.of(target);
        } catch (final InvalidPathException ex) {
            return invalid(target, "is not a path");
        }
        if (target.isEmpty() || !path.isAbsolute()) {
            return invalid(target, "must be absolute: it is a path of the server's machine");
        }
        if (Files.exists(path)) {
            return invalid(target, "exists already; a backup makes a directory of its own");
        }
        if (path.getParent() == null || !Files.isDirectory(path.getParent())) {
            return invalid(target, "must be in a directory that exists");
        }
        if (thread != null) {
            return new BackupRefusal(ResultCode.OVERLOADED, RETRY_AFTER_MS, "another backup is being made");
        }
        final Thread copier = new Thread(() -> run(sessionId, correlationId, path), "ringmaster-backup");
        copier.setDaemon(true);
        copier.setPriority(Thread.MIN_PRIORITY);
        thread = copier;
        copier.start();
        return null;
    }

    private static BackupRefusal invalid(final String target, final String rule) {
        return new BackupRefusal(ResultCode.INVALID_ARGUMENT, 0, "path = " + target + " " + rule);
    }

    private void run(final long sessionId, final long correlationId, final Path target) {
        ResultCode code = ResultCode.OK;
        String text = "";
        long records = 0;
        long bytes = 0;
        try {
            KernelScheduling.workInTheBackground();
            store.backup(target);
            records = store.size();
            bytes = length(target);
            backups.incrementRelease();
        } catch (final Exception ex) {
            errorHandler.onError(ex);
            code = ResultCode.INTERNAL;
            text = "the backup failed: " + ex.getMessage();
        } finally {
            thread = null;
        }
        reply(sessionId, correlationId, code, text, records, bytes);
    }

    private static long length(final Path directory) throws IOException {
        long length = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (final Path file : files) {
                length += Files.size(file);
            }
        }
        return length;
    }

    private void reply(
        final long sessionId, final long correlationId, final ResultCode code, final String text, final long records,
        final long bytes) {
        final byte[] ascii = text.substring(0, Math.min(MAX_TEXT_LENGTH, text.length())).getBytes(StandardCharsets.US_ASCII);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + ReplyEncoder.BLOCK_LENGTH + ReplyEncoder.textHeaderLength() +
            ascii.length;
        final long deadlineNs = System.nanoTime() + REPLY_TIMEOUT_NS;
        int index = egress.tryClaim(sessionId, length);
        while (index < 0 && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            index = egress.tryClaim(sessionId, length);
        }
        if (index < 0) {
            errorHandler.onError(new IllegalStateException("the answer to a backup found no room in the egress ring"));
            return;
        }
        new ReplyEncoder().wrapAndApplyHeader(egress.buffer(), index, new MessageHeaderEncoder())
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(0)
            .value(records)
            .value2(bytes)
            .putText(ascii, 0, ascii.length);
        egress.commit(index);
    }

    /** Waits for a backup that is being made, at most ten seconds. */
    @Override
    public void close() {
        final Thread copier = thread;
        if (copier != null) {
            try {
                copier.join(CLOSE_TIMEOUT_MS);
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
