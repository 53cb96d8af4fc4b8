package io.ringmaster.server.config;

import java.util.Set;

/**
 * UDP ingress: {@code ringmaster.udp.endpoint}.
 * <p>
 * Threading: immutable.
 *
 * @param host name or address to listen at, without brackets; a loopback name unless the network is meant to reach the server.
 * @param port to listen at; 0: no UDP.
 */
public record UdpSettings(String host, int port) {
    /** The configuration key. */
    public static final String KEY = "ringmaster.udp.endpoint";
    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

    /**
     * Checks the values.
     *
     * @throws ConfigException for an empty host or a port out of its bounds.
     */
    public UdpSettings {
        if (host.isBlank()) {
            throw new ConfigException(KEY, "= \"" + host + ":" + port + "\" must be HOST:PORT, with a host");
        }
        Bounds.within(KEY, port, 0, 65_535);
    }

    /**
     * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
     *
     * @param endpoint to read.
     * @return the settings.
     * @throws ConfigException if it is neither.
     */
    public static UdpSettings parse(final String endpoint) {
        final int colon = endpoint.lastIndexOf(':');
        final String host = colon < 0 ? "" : endpoint.substring(0, colon);
        final boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon <= 0 || !endpoint.substring(colon + 1).matches("\\d{1,5}") || (!bracketed && host.indexOf(':') >= 0)) {
            throw new ConfigException(KEY, "= \"" + endpoint + "\" must be HOST:PORT or [IPV6]:PORT, port 0 for none");
        }
        return new UdpSettings(
            bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(endpoint.substring(colon + 1)));
    }

    /**
     * Whether there is UDP at all.
     *
     * @return false for port 0.
     */
    public boolean isEnabled() {
        return port != 0;
    }

    /**
     * Whether only processes of this machine can reach it.
     *
     * @return true for a loopback name or address.
     */
    public boolean isLoopback() {
        return LOOPBACK.contains(host) || host.matches("127(\\.\\d{1,3}){3}");
    }

    /**
     * As Aeron takes it.
     *
     * @return {@code host:port}, an IPv6 address in brackets.
     */
    public String endpoint() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
