package io.ringmaster.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseChannelTest {
    @Test
    void shouldTakeIpcWhenNothingElseIsSaid() {
        assertTrue(ResponseChannel.parse("aeron:ipc").isIpc());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1:65535", "a-host.example.org:40123", "[::1]:9", "[fe80::1%eth0]:9"})
    void shouldTakeEndpointWhenItIsOne(final String endpoint) {
        assertEquals(endpoint, ResponseChannel.parse("aeron:udp?endpoint=" + endpoint).endpoint());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "aeron:ipc?term-length=1g", "aeron:ipc ", "ipc", "aeron:udp", "aeron:udp?endpoint=", "aeron:udp?endpoint=host",
        "aeron:udp?endpoint=:1", "aeron:udp?endpoint=h:0", "aeron:udp?endpoint=h:65536", "aeron:udp?endpoint=h:1x",
        "aeron:udp?endpoint=h:1|term-length=1g", "aeron:udp?endpoint=h|mtu=65504:1", "aeron:udp?control=h:1",
        "aeron:udp?endpoint=h:1|control-mode=dynamic", "aeron:udp?endpoint=-h:1", "aeron-spy:aeron:ipc",
        "aeron:udp?endpoint=[::1:9", "aeron:udp?endpoint=a b:9", "aeron:udp?endpoint=::1:9"})
    void shouldRefuseChannelWhenItHasAnythingElse(final String channel) {
        assertNull(ResponseChannel.parse(channel));
    }
}
