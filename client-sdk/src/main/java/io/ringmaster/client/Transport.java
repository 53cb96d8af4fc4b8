package io.ringmaster.client;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ServerInfo;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The Aeron side of one connection: the Aeron client, for UDP the embedded media driver, one publication to the server and
 * one subscription of responses. A lost connection's transport is closed and another one is opened, so nothing of it is
 * reused after a server restart, a SIGSTOP or a driver time-out.
 * <p>
 * Nothing here has a thread: driver and client conductor run in {@link #invoke()}.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class Transport implements AutoCloseable {
    private static final int TERM_LENGTH = 128 * 1024;
    private static final int ADMIN_ACTION_RETRIES = 3;
    /** The client conductor has nothing to do with messages; Aeron runs one with a thread of its own every 16 ms. */
    private static final long CONDUCTOR_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ErrorCount errors;
    private MediaDriver driver;
    private Aeron aeron;
    private boolean ownsAeron;
    private AgentInvoker driverInvoker;
    private AgentInvoker conductorInvoker;
    private ExclusivePublication publication;
    private Subscription subscription;
    private FragmentAssembler assembler;
    private int responseStreamId;
    private boolean hadImage;
    private long nextConductorNs;
    private boolean isConductorBusy = true;

    private Transport(final ErrorCount errors) {
        this.errors = errors;
    }

    /**
     * Opens a transport; the server need not be connected yet.
     *
     * @throws ConnectFailedException with the reason.
     */
    static Transport open(final ConnectionContext<?> ctx, final ErrorCount errors, final FragmentHandler handler) {
        final Transport transport = new Transport(errors);
        boolean ok = false;
        try {
            if (ctx.dir() != null) {
                transport.openIpc(ctx, ServerLocator.locate(ctx.dir()));
            } else {
                transport.openUdp(ctx);
            }
            transport.assembler = new FragmentAssembler(handler);
            ok = true;
            return transport;
        } catch (final ConnectFailedException ex) {
            throw ex;
        } catch (final RuntimeException ex) {
            throw new ConnectFailedException("Expected to open a connection to " + ctx.target() + ", but: " + ex, ex);
        } finally {
            if (!ok) {
                transport.close();
            }
        }
    }

    private void openIpc(final ConnectionContext<?> ctx, final ServerInfo server) {
        if (ctx.aeron() != null) {
            final String sharedDir = ctx.aeron().context().aeronDirectoryName();
            if (!canonical(sharedDir).equals(canonical(server.aeronDir()))) {
                throw new ConnectFailedException("Expected the shared Aeron client to use the server's media driver at "
                    + server.aeronDir() + ", but it uses " + sharedDir, null);
            }
        }
        openAeron(ctx, server.aeronDir());
        responseStreamId = streamId();
        addStreams("aeron:ipc", "aeron:ipc?term-length=" + ctx.ingressTermLength());
    }

    private static File canonical(final String path) {
        try {
            return new File(path).getCanonicalFile();
        } catch (final IOException ex) {
            return new File(path).getAbsoluteFile();
        }
    }

    private void openUdp(final ConnectionContext<?> ctx) {
        final String endpoint = ctx.endpoint();
        final InetSocketAddress server = address(endpoint);
        if (ctx.aeron() == null) {
            launchDriver(ctx.driverParentDir());
            openAeron(ctx, driver.aeronDirectoryName());
        } else {
            openAeron(ctx, ctx.aeron().context().aeronDirectoryName());
        }
        responseStreamId = streamId();
        addStreams("aeron:udp?endpoint=" + localHost(endpoint, server) + ":0",
            "aeron:udp?endpoint=" + endpoint + "|term-length=" + ctx.ingressTermLength());
    }

    private int streamId() {
        final int id = (int) aeron.nextCorrelationId() & Integer.MAX_VALUE;
        return id == Protocol.INGRESS_STREAM_ID ? (int) aeron.nextCorrelationId() & Integer.MAX_VALUE : id;
    }

    private static InetSocketAddress address(final String endpoint) {
        final int colon = endpoint.lastIndexOf(':');
        final String host = endpoint.substring(0, colon);
        final InetSocketAddress address = new InetSocketAddress(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(endpoint.substring(colon + 1)));
        if (address.isUnresolved()) {
            throw ServerLocator.nothingAt(endpoint, "the name " + host + " cannot be resolved");
        }
        return address;
    }

    /** The local address from which the server is reached, so that its answers take the same way back. */
    private static String localHost(final String endpoint, final InetSocketAddress server) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            final InetAddress local = socket.getLocalAddress();
            final String host = local.getHostAddress();
            return local instanceof Inet6Address ? "[" + host + "]" : host;
        } catch (final IOException ex) {
            throw ServerLocator.nothingAt(endpoint, "there is no route to it: " + ex.getMessage());
        }
    }

    private void launchDriver(final String parentDir) {
        final MediaDriver.Context ctx = new MediaDriver.Context()
            .aeronDirectoryName(DriverDirectory.unique(parentDir))
            .threadingMode(ThreadingMode.INVOKER)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .warnIfDirectoryExists(false)
            .termBufferSparseFile(true)
            .publicationTermBufferLength(TERM_LENGTH)
            .ipcTermBufferLength(TERM_LENGTH)
            .counterValuesBufferLength(1024 * 1024)
            .asyncExecutorEnabled(false)
            .publicationLingerTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500))
            .terminationHook(() -> { })
            .errorHandler(errors);
        driver = MediaDriver.launch(ctx);
        driverInvoker = driver.sharedAgentInvoker();
    }

    private void openAeron(final ConnectionContext<?> ctx, final String aeronDir) {
        if (ctx.aeron() != null) {
            if (ctx.aeron().isClosed()) {
                throw new ConnectFailedException("Expected to use the shared Aeron client, but it is closed: "
                    + "make another one and connect again", null);
            }
            aeron = ctx.aeron();
        } else {
            final long driverTimeoutMs = Math.max(1_000, Math.min(10_000, TimeUnit.NANOSECONDS.toMillis(ctx.connectTimeoutNs())));
            aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(aeronDir)
                .clientName(ctx.clientName())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driverInvoker)
                .awaitingIdleStrategy(new SleepingMillisIdleStrategy(1))
                .driverTimeoutMs(driverTimeoutMs)
                .errorHandler(errors)
                .subscriberErrorHandler(errors));
            ownsAeron = true;
        }
        conductorInvoker = aeron.conductorAgentInvoker();
    }

    private void addStreams(final String responseChannel, final String ingressChannel) {
        subscription = aeron.addSubscription(responseChannel, responseStreamId);
        publication = aeron.addExclusivePublication(ingressChannel, Protocol.INGRESS_STREAM_ID);
    }

    /**
     * Runs driver and client conductor, as far as they have no thread. A conductor that is shared with other
     * channels runs once a millisecond for each while it has nothing to do.
     *
     * @param nowNs     the clock.
     * @param isWaiting something is waited for that the conductor has to bring about: it runs in any case.
     * @return work done.
     */
    int invoke(final long nowNs, final boolean isWaiting) {
        int work = 0;
        if (driverInvoker != null) {
            work += driverInvoker.invoke();
        }
        if (conductorInvoker != null && (ownsAeron || isWaiting || isConductorBusy || nowNs - nextConductorNs >= 0)) {
            nextConductorNs = nowNs + CONDUCTOR_INTERVAL_NS;
            final int conductorWork = conductorInvoker.invoke();
            isConductorBusy = conductorWork > 0;
            work += conductorWork;
        }
        return work;
    }

    int poll(final int fragmentLimit) {
        final int fragments = subscription.poll(assembler, fragmentLimit);
        if (fragments > 0) {
            hadImage = true;
        }
        return fragments;
    }

    /** The server's ingress is there, and the response channel has its port. */
    boolean isReady() {
        return publication.isConnected() && subscription.tryResolveChannelEndpointPort() != null;
    }

    String responseChannel() {
        return subscription.tryResolveChannelEndpointPort();
    }

    int responseStreamId() {
        return responseStreamId;
    }

    int maxMessageLength() {
        return publication.maxMessageLength();
    }

    /** Position, or a negative code of {@link Publication}. */
    long offer(final DirectBuffer buffer, final int offset, final int length) {
        long result = publication.offer(buffer, offset, length);
        for (int i = 0; i < ADMIN_ACTION_RETRIES && result == Publication.ADMIN_ACTION; i++) {
            result = publication.offer(buffer, offset, length);
        }
        return result;
    }

    /** Why this transport is of no use any more; null while it is. */
    String lostReason() {
        if (aeron.isClosed()) {
            return "the Aeron client was closed: this process stood still for longer than the driver allows, "
                + "or the driver is gone";
        }
        if (publication.isClosed()) {
            return "the publication to the server was closed";
        }
        final boolean hasImage = subscription.imageCount() > 0;
        if (hadImage && !hasImage) {
            return "the server's response stream ended";
        }
        if (hadImage && !publication.isConnected()) {
            return "the server does not read this client's stream any more";
        }
        return null;
    }

    @Override
    public void close() {
        if (!ownsAeron && aeron != null && !aeron.isClosed()) {
            CloseHelper.closeAll(errors, publication, subscription);
        }
        CloseHelper.closeAll(errors, ownsAeron ? aeron : null, driver);
    }
}
