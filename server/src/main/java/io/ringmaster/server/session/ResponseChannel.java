package io.ringmaster.server.session;

/**
 * Where a client listens: IPC, or one UDP endpoint. Nothing else of a channel is taken from a client, so that it cannot set
 * parameters of the server's stream.
 * <p>
 * Threading: immutable.
 *
 * @param endpoint {@code host:port} or {@code [address]:port} of a UDP client; empty: IPC.
 */
public record ResponseChannel(String endpoint) {
    private static final String IPC = "aeron:ipc";
    private static final String UDP_PREFIX = "aeron:udp?endpoint=";
    private static final int MAX_HOST_LENGTH = 255;
    private static final int MAX_PORT = 65_535;

    /**
     * Reads what a client sent.
     *
     * @param text exactly {@code aeron:ipc} or {@code aeron:udp?endpoint=host:port}.
     * @return the channel; null if it is anything else.
     */
    public static ResponseChannel parse(final String text) {
        if (text.equals(IPC)) {
            return new ResponseChannel("");
        }
        if (!text.startsWith(UDP_PREFIX)) {
            return null;
        }
        final String endpoint = text.substring(UDP_PREFIX.length());
        final int colon = endpoint.lastIndexOf(':');
        if (colon <= 0 || !isHost(endpoint.substring(0, colon)) || !isPort(endpoint.substring(colon + 1))) {
            return null;
        }
        return new ResponseChannel(endpoint);
    }

    /**
     * Whether the client is on this machine and uses shared memory.
     *
     * @return false: UDP.
     */
    public boolean isIpc() {
        return endpoint.isEmpty();
    }

    private static boolean isHost(final String host) {
        if (host.length() > MAX_HOST_LENGTH) {
            return false;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1).matches("[0-9A-Fa-f:.]+(%[0-9A-Za-z]+)?");
        }
        return host.matches("[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?");
    }

    private static boolean isPort(final String port) {
        return port.matches("[0-9]{1,5}") && Integer.parseInt(port) > 0 && Integer.parseInt(port) <= MAX_PORT;
    }
}
