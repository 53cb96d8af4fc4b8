package io.ringmaster.tuning.load;

import io.ringmaster.client.ClientChannel;
import org.agrona.CloseHelper;

import java.util.concurrent.TimeUnit;

/**
 * The client sessions of a load, all driven by the generator's thread. One session brings its own Aeron client, as every
 * user's does; several share one.
 * <p>
 * Threading: confined to the generator.
 */
final class Sessions implements AutoCloseable {
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long REQUEST_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private final SessionPort[] ports;
    private final InvokedAeron sharedAeron;

    private Sessions(final SessionPort[] ports, final InvokedAeron sharedAeron) {
        this.ports = ports;
        this.sharedAeron = sharedAeron;
    }

    /**
     * Connects.
     *
     * @param target     to connect to.
     * @param clients    number of sessions.
     * @param maxPending requests of one session that may wait for their answers.
     * @param workload   that gets the answers.
     * @return the sessions, connected.
     */
    static Sessions connect(final Target target, final int clients, final int maxPending, final ChannelWorkload workload) {
        final SessionPort[] ports = new SessionPort[clients];
        final InvokedAeron sharedAeron = clients > 1 ? target.sharedAeron() : null;
        final Sessions sessions = new Sessions(ports, sharedAeron);
        try {
            for (int i = 0; i < clients; i++) {
                final ClientChannel.Context context = target.address(new ClientChannel.Context())
                    .clientName("load-" + i)
                    .connectTimeoutNs(CONNECT_TIMEOUT_NS)
                    .requestTimeoutNs(REQUEST_TIMEOUT_NS)
                    .maxPending(maxPending)
                    .driverParentDir(target.directory().memory("").toString());
                if (sharedAeron != null) {
                    context.aeron(sharedAeron.aeron()).idleStrategy(sharedAeron.idleStrategy());
                }
                ports[i] = new SessionPort(i, maxPending, workload);
                ports[i].channel(ClientChannel.connect(context, ports[i]));
            }
            return sessions;
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(sessions);
            throw ex;
        }
    }

    int count() {
        return ports.length;
    }

    SessionPort port(final int session) {
        return ports[session];
    }

    int poll(final int fragmentLimit) {
        int workCount = sharedAeron == null ? 0 : sharedAeron.doWork();
        for (final SessionPort port : ports) {
            workCount += port.channel().poll(fragmentLimit);
        }
        return workCount;
    }

    @Override
    public void close() {
        for (final SessionPort port : ports) {
            if (port != null) {
                CloseHelper.quietClose(port.channel());
            }
        }
        CloseHelper.quietClose(sharedAeron);
    }
}
