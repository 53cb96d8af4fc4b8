package io.ringmaster.client;

import io.aeron.Aeron;
import org.agrona.BitUtil;
import org.agrona.SystemUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How to reach a server: what {@link RingmasterClient.Context}, {@link ClientChannel.Context} and
 * {@link AgentHost.Context} have in common. Either {@link #dir} (IPC, same machine) or {@link #endpoint} (UDP) must be
 * set. Concluded once; a second client needs a context of its own.
 * <p>
 * Threading: not thread-safe until it is concluded; afterwards immutable, but for the token of {@link #adminToken}, which is
 * confined to the thread that polls the channel.
 *
 * @param <T> the type of the context, for the fluent setters.
 */
public abstract class ConnectionContext<T extends ConnectionContext<T>> {
    /** Default of {@link #connectTimeoutNs()} and of {@link #requestTimeoutNs()}: 5 s. */
    public static final long DEFAULT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    /** Default of {@link #maxPending()}. */
    public static final int DEFAULT_MAX_PENDING = 16_384;
    /** Default of {@link #ingressTermLength()}: 128 KiB, which allows messages of 16 KiB. */
    public static final int DEFAULT_INGRESS_TERM_LENGTH = 128 * 1024;

    private static final int MAX_CREDENTIALS = 4096;

    private String dir;
    private String endpoint;
    private String clientName = "client";
    private byte[] credentials = new byte[0];
    private Path adminToken;
    private long connectTimeoutNs = DEFAULT_TIMEOUT_NS;
    private long requestTimeoutNs = DEFAULT_TIMEOUT_NS;
    private Aeron aeron;
    private IdleStrategy idleStrategy = new BackoffIdleStrategy(10, 20, 1_000, 1_000_000);
    private int maxPending = DEFAULT_MAX_PENDING;
    private int ingressTermLength = DEFAULT_INGRESS_TERM_LENGTH;
    private boolean reconnect = true;
    private long reconnectMinDelayNs = TimeUnit.MILLISECONDS.toNanos(100);
    private long reconnectMaxDelayNs = TimeUnit.SECONDS.toNanos(2);
    private SessionListener listener = new SessionListener() { };
    private String driverParentDir;
    private boolean concluded;

    /** For the contexts of this package. */
    ConnectionContext() {
    }

    /**
     * This context as its own type.
     *
     * @return this.
     */
    abstract T self();

    /** Validates and freezes this context: every setter throws from now on. */
    final void concludeConnection() {
        if (concluded) {
            throw new IllegalStateException("this context has been used before: make one for each client");
        }
        check((dir == null) != (endpoint == null), "exactly one of dir (IPC) and endpoint (UDP) must be set: dir = " + dir
            + ", endpoint = " + endpoint);
        if (endpoint != null) {
            final int colon = endpoint.lastIndexOf(':');
            check(colon > 0 && port(endpoint.substring(colon + 1)) > 0,
                "endpoint = " + endpoint + " is not host:port with a port of 1 to 65535");
        }
        check(clientName != null && clientName.length() <= 128 && isAscii(clientName),
            "clientName = " + clientName + " is not at most 128 printable ASCII characters");
        check(credentials != null && credentials.length <= MAX_CREDENTIALS, "credentials are longer than 4,096 bytes");
        check(connectTimeoutNs > 0, "connectTimeoutNs = " + connectTimeoutNs + " is not positive");
        check(requestTimeoutNs > 0, "requestTimeoutNs = " + requestTimeoutNs + " is not positive");
        check(idleStrategy != null, "idleStrategy is null");
        check(listener != null, "listener is null");
        check(maxPending >= 1 && maxPending <= 1 << 20, "maxPending = " + maxPending + " is not in 1 to 1,048,576");
        check(BitUtil.isPowerOfTwo(ingressTermLength) && ingressTermLength >= 64 * 1024 && ingressTermLength <= 1 << 30,
            "ingressTermLength = " + ingressTermLength + " is not a power of two from 65,536 to 1,073,741,824");
        check(reconnectMinDelayNs > 0 && reconnectMinDelayNs <= reconnectMaxDelayNs, "reconnectMinDelayNs = "
            + reconnectMinDelayNs + " is not in 1 to reconnectMaxDelayNs = " + reconnectMaxDelayNs);
        concluded = true;
    }

    static void check(final boolean ok, final String message) {
        if (!ok) {
            throw new IllegalArgumentException(message);
        }
    }

    static boolean isAscii(final CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static int port(final String text) {
        try {
            final int value = Integer.parseInt(text);
            return value <= 65_535 ? value : -1;
        } catch (final NumberFormatException ex) {
            return -1;
        }
    }

    /** A setter may be called. */
    final void ensureOpen() {
        if (concluded) {
            throw new IllegalStateException("this context is concluded");
        }
    }

    /**
     * Directory of a server on this machine ({@code ringmaster.dir}): the client uses the server's media driver.
     *
     * @param value path of the directory.
     * @return this.
     */
    public final T dir(final String value) {
        ensureOpen();
        dir = value;
        return self();
    }

    /**
     * Directory of a server on this machine.
     *
     * @return the path; null for UDP.
     */
    public final String dir() {
        return dir;
    }

    /**
     * UDP endpoint of a server: the client brings a media driver of its own.
     *
     * @param value {@code host:port}.
     * @return this.
     */
    public final T endpoint(final String value) {
        ensureOpen();
        endpoint = value;
        return self();
    }

    /**
     * UDP endpoint of a server.
     *
     * @return {@code host:port}; null for IPC.
     */
    public final String endpoint() {
        return endpoint;
    }

    /**
     * Name of this client in the server's listings.
     *
     * @param value at most 128 printable ASCII characters.
     * @return this.
     */
    public final T clientName(final String value) {
        ensureOpen();
        clientName = value;
        return self();
    }

    /**
     * Name of this client.
     *
     * @return the name.
     */
    public final String clientName() {
        return clientName;
    }

    /**
     * What proves who this client is.
     *
     * @param value at most 4,096 bytes; not copied.
     * @return this.
     */
    public final T credentials(final byte[] value) {
        ensureOpen();
        credentials = value;
        return self();
    }

    /**
     * What proves who this client is.
     *
     * @return bytes.
     */
    public final byte[] credentials() {
        return credentials;
    }

    /**
     * Connects as an administrator, with the token that the server wrote into its directory when it started. The file is
     * read again at every connect, because a server that was started again has another token.
     *
     * @param file {@code admin.token} in the server's directory; readable by the user that runs the server only.
     * @return this.
     * @throws IllegalArgumentException when the file cannot be read, is empty, or is longer than 4,096 bytes.
     */
    public final T adminToken(final Path file) {
        ensureOpen();
        try {
            credentials = readToken(file);
            adminToken = file;
            return self();
        } catch (final IOException ex) {
            throw new IllegalArgumentException("Expected to read the administrator's token from " + file + ", but: " + ex, ex);
        }
    }

    private static byte[] readToken(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            final byte[] token = in.readNBytes(MAX_CREDENTIALS + 1);
            check(token.length > 0 && token.length <= MAX_CREDENTIALS, "administrator's token " + file + " has "
                + (token.length > 0 ? "more than " + MAX_CREDENTIALS : "no") + " bytes");
            return token;
        }
    }

    /** What proves it at a connect: of a token the one that is in its file now. */
    final byte[] presentCredentials() {
        if (adminToken != null) {
            try {
                credentials = readToken(adminToken);
            } catch (final IOException | IllegalArgumentException ex) {
                // The server is being started or is gone: it says what it thinks of the old one.
                return credentials;
            }
        }
        return credentials;
    }

    /** Whether the token's file has another one than was presented last. */
    final boolean hasOtherToken() {
        final byte[] presented = credentials;
        return adminToken != null && !Arrays.equals(presented, presentCredentials());
    }

    /**
     * How long a connect may take.
     *
     * @param value nanoseconds; default 5 s.
     * @return this.
     */
    public final T connectTimeoutNs(final long value) {
        ensureOpen();
        connectTimeoutNs = value;
        return self();
    }

    /**
     * How long a connect may take.
     *
     * @return nanoseconds.
     */
    public final long connectTimeoutNs() {
        return connectTimeoutNs;
    }

    /**
     * How long a request may take.
     *
     * @param value nanoseconds; default 5 s.
     * @return this.
     */
    public final T requestTimeoutNs(final long value) {
        ensureOpen();
        requestTimeoutNs = value;
        return self();
    }

    /**
     * How long a request may take.
     *
     * @return nanoseconds.
     */
    public final long requestTimeoutNs() {
        return requestTimeoutNs;
    }

    /**
     * An Aeron client to share. The caller closes it, after this client. For IPC it must use the server's driver; where it
     * is closed by a time-out this client cannot reconnect.
     *
     * @param value the client; null (default): one of its own, re-created when needed.
     * @return this.
     */
    public final T aeron(final Aeron value) {
        ensureOpen();
        aeron = value;
        return self();
    }

    /**
     * An Aeron client to share.
     *
     * @return the client, or null.
     */
    public final Aeron aeron() {
        return aeron;
    }

    /**
     * How to wait when there is nothing to do.
     *
     * @param value an instance of this client's own; default: back-off up to 1 ms.
     * @return this.
     */
    public final T idleStrategy(final IdleStrategy value) {
        ensureOpen();
        idleStrategy = value;
        return self();
    }

    /**
     * How to wait when there is nothing to do.
     *
     * @return the strategy.
     */
    public final IdleStrategy idleStrategy() {
        return idleStrategy;
    }

    /**
     * Bound of requests without an answer; the next one is refused locally.
     *
     * @param value 1 to 1,048,576; default 16,384.
     * @return this.
     */
    public final T maxPending(final int value) {
        ensureOpen();
        maxPending = value;
        return self();
    }

    /**
     * Bound of requests without an answer.
     *
     * @return the number.
     */
    public final int maxPending() {
        return maxPending;
    }

    /**
     * Term length of the publication to the server: an eighth of it is the longest message that can be sent.
     *
     * @param value bytes, a power of two; default 128 KiB, so messages of up to 16 KiB.
     * @return this.
     */
    public final T ingressTermLength(final int value) {
        ensureOpen();
        ingressTermLength = value;
        return self();
    }

    /**
     * Term length of the publication to the server.
     *
     * @return bytes.
     */
    public final int ingressTermLength() {
        return ingressTermLength;
    }

    /**
     * Whether to connect again after a loss.
     *
     * @param value default true.
     * @return this.
     */
    public final T reconnect(final boolean value) {
        ensureOpen();
        reconnect = value;
        return self();
    }

    /**
     * Whether to connect again after a loss.
     *
     * @return true to connect again.
     */
    public final boolean reconnect() {
        return reconnect;
    }

    /**
     * Wait before the attempts to connect again: from the minimum, doubled after each, up to the maximum.
     *
     * @param minDelayNs nanoseconds; default 100 ms.
     * @param maxDelayNs nanoseconds; default 2 s.
     * @return this.
     */
    public final T reconnectDelayNs(final long minDelayNs, final long maxDelayNs) {
        ensureOpen();
        reconnectMinDelayNs = minDelayNs;
        reconnectMaxDelayNs = maxDelayNs;
        return self();
    }

    /**
     * Wait before the first attempt to connect again.
     *
     * @return nanoseconds.
     */
    public final long reconnectMinDelayNs() {
        return reconnectMinDelayNs;
    }

    /**
     * Longest wait between attempts to connect again.
     *
     * @return nanoseconds.
     */
    public final long reconnectMaxDelayNs() {
        return reconnectMaxDelayNs;
    }

    /**
     * Who is told about the life of the session.
     *
     * @param value the listener.
     * @return this.
     */
    public final T listener(final SessionListener value) {
        ensureOpen();
        listener = value;
        return self();
    }

    /**
     * Who is told about the life of the session.
     *
     * @return the listener.
     */
    public final SessionListener listener() {
        return listener;
    }

    /**
     * Where to make the temporary directory of the embedded media driver (UDP).
     *
     * @param value path of an existing directory; null (default): /dev/shm where it exists and has room, otherwise
     *              {@code java.io.tmpdir}.
     * @return this.
     */
    public final T driverParentDir(final String value) {
        ensureOpen();
        driverParentDir = value;
        return self();
    }

    /**
     * Where to make the temporary directory of the embedded media driver.
     *
     * @return the path; null: by itself.
     */
    public final String driverParentDir() {
        return driverParentDir;
    }

    /**
     * Where this context leads to, for messages.
     *
     * @return directory or endpoint.
     */
    final String target() {
        return dir != null ? "directory " + new File(dir).getAbsolutePath() : "endpoint " + endpoint;
    }

    static File temporaryDir() {
        return new File(SystemUtil.tmpDirName());
    }

    @Override
    public String toString() {
        return getClass().getName() + "{target=" + (dir == null && endpoint == null ? "none" : target())
            + ", clientName=" + clientName + ", connectTimeoutNs=" + connectTimeoutNs + ", requestTimeoutNs="
            + requestTimeoutNs + ", maxPending=" + maxPending + ", ingressTermLength=" + ingressTermLength
            + ", reconnect=" + reconnect + ", reconnectMinDelayNs=" + reconnectMinDelayNs + ", reconnectMaxDelayNs="
            + reconnectMaxDelayNs + ", concluded=" + concluded + '}';
    }
}
