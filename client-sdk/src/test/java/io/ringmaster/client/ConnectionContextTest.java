package io.ringmaster.client;

import org.junit.jupiter.api.Test;

import java.util.function.UnaryOperator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each value out of its range is named with its bound. */
class ConnectionContextTest {
    private static void shouldName(final String part, final UnaryOperator<ClientChannel.Context> change) {
        final ClientChannel.Context ctx = change.apply(new ClientChannel.Context().dir("d"));
        final String message = assertThrows(IllegalArgumentException.class, ctx::concludeConnection).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void shouldNameValueAndBoundWhenSettingIsWrong() {
        shouldName("exactly one of dir (IPC) and endpoint (UDP)", ctx -> ctx.endpoint("h:1"));
        shouldName("exactly one of dir", ctx -> ctx.dir(null));
        shouldName("endpoint = h is not host:port", ctx -> ctx.dir(null).endpoint("h"));
        shouldName("endpoint = h:0", ctx -> ctx.dir(null).endpoint("h:0"));
        shouldName("endpoint = h:70000", ctx -> ctx.dir(null).endpoint("h:70000"));
        shouldName("clientName", ctx -> ctx.clientName("\u00e4"));
        shouldName("credentials", ctx -> ctx.credentials(new byte[4097]));
        shouldName("connectTimeoutNs = 0", ctx -> ctx.connectTimeoutNs(0));
        shouldName("requestTimeoutNs = -1", ctx -> ctx.requestTimeoutNs(-1));
        shouldName("maxPending = 0 is not in 1 to 1,048,576", ctx -> ctx.maxPending(0));
        shouldName("ingressTermLength = 65537 is not a power of two", ctx -> ctx.ingressTermLength(65_537));
        shouldName("reconnectMaxDelayNs = 1", ctx -> ctx.reconnectDelayNs(2, 1));
        shouldName("idleStrategy", ctx -> ctx.idleStrategy(null));
        shouldName("listener", ctx -> ctx.listener(null));
    }

    @Test
    void shouldRefuseChangesAndSecondUseWhenConcluded() {
        final ClientChannel.Context ctx = new ClientChannel.Context().dir("d");
        ctx.concludeConnection();
        assertThrows(IllegalStateException.class, () -> ctx.maxPending(3));
        assertThrows(IllegalStateException.class, ctx::concludeConnection);
        assertEquals(ConnectionContext.DEFAULT_MAX_PENDING, ctx.maxPending());
        assertTrue(ctx.toString().contains("maxPending=16384"), ctx.toString());
    }
}
