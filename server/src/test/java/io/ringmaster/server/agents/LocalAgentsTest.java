package io.ringmaster.server.agents;

import com.typesafe.config.ConfigFactory;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.MailboxCounters;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LocalAgentsTest {
    private final List<Throwable> errors = new ArrayList<>();
    private final HandlerCatalog catalog = HandlerCatalog.load(null, report -> { });

    @Test
    void shouldBuildNumberedAgentsWhenTheCountIsAboveOne() {
        final List<AgentGroup> groups = groups(
            "{ name = w, namespace = ml, count = 3, handler = echo, capabilities = [a, b], capacity = 8, parallelism = 2 }," +
            "{ name = solo, handler = simulated-work, settings { workNs = 5, speed = 2.5 } }");
        try (LocalAgents agents = agents(groups, 4)) {
            assertEquals(4, agents.size());
            assertEquals(List.of("w-0", "w-1", "w-2", "solo"), agents.all().stream().map(LocalAgent::name).toList());
            assertEquals(List.of(0, 1, 2, 3), agents.all().stream().map(LocalAgent::index).toList());
            assertEquals("ml", agents.get(2).namespace());
            assertEquals(List.of("a", "b"), agents.get(2).capabilities());
            assertEquals(8, agents.get(2).capacity());
            assertEquals(2, agents.get(2).parallelism());
            assertEquals("default", agents.get(3).namespace());
            assertEquals(List.of("simulated-work"), agents.get(3).capabilities());
            assertEquals(Map.of("workNs", "5", "speed", "2.5"), groups.get(1).settings());
            assertEquals(List.of(agents.get(1), agents.get(3)), agents.assignedTo(1, 2));
            assertEquals(List.of(), agents.assignedTo(5, 6));
        }
    }

    @Test
    void shouldSayNoWhenAMailboxIsFull() {
        try (LocalAgents agents = agents(groups("{ name = w, count = 2, handler = echo }"), 4)) {
            final UnsafeBuffer message = new UnsafeBuffer(new byte[LocalAgents.maxMessageLength(64)]);
            for (int i = 0; i < 4; i++) {
                assertTrue(agents.offer(0, message, 0, message.capacity()));
            }
            assertFalse(agents.offer(0, message, 0, 10));
            assertTrue(agents.offer(1, message, 0, 10));
            assertThrows(IllegalArgumentException.class, () -> agents.offer(2, message, 0, 10));
            assertThrows(IllegalArgumentException.class, () -> agents.offer(-1, message, 0, 10));
            final UnsafeBuffer tooLong = new UnsafeBuffer(new byte[4096]);
            assertThrows(IllegalArgumentException.class, () -> agents.offer(1, tooLong, 0, 4096));
        }
    }

    @Test
    void shouldSayWhichWhenTwoAgentsHaveOneName() {
        final AgentConfigurationException ex = assertThrows(AgentConfigurationException.class, () ->
            agents(groups("{ name = w, count = 2, handler = echo }, { name = w-1, handler = echo }"), 4));
        assertTrue(ex.getMessage().contains("w-1"), ex.getMessage());
        agents(groups("{ name = w, handler = echo }, { name = w, namespace = other, handler = echo }"), 4).close();
    }

    @Test
    void shouldNameTheValueWhenAGroupIsWrong() {
        assertMessage("capasity", "{ name = w, handler = echo, capasity = 5 }");
        assertMessage("handler", "{ name = w }");
        assertMessage("name", "{ handler = echo }");
        assertMessage("count = 0", "{ name = w, handler = echo, count = 0 }");
        assertMessage("capacity = 5000", "{ name = w, handler = echo, capacity = 5000 }");
        assertMessage("parallelism = 3", "{ name = w, handler = echo, capacity = 2, parallelism = 3 }");
        assertMessage("'w w'", "{ name = \"w w\", handler = echo }");
        assertMessage("'a,b'", "{ name = w, handler = echo, capabilities = [\"a,b\"] }");
        assertMessage("count", "{ name = w, handler = echo, count = many }");
        assertMessage("'nope'", "{ name = w, handler = nope }");
    }

    @Test
    void shouldEncodeARegistrationOfTheServerItselfWhenAsked() {
        try (LocalAgents agents = agents(groups("{ name = w, count = 2, handler = echo, capacity = 8, parallelism = 2 }"), 4)) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
            final int length = agents.get(1).encodeRegistration(buffer, 16, 9, new CapabilitySet().words(1, 2, 3, 4));
            final RegisterCommandDecoder command = new RegisterCommandDecoder();
            command.wrapAndApplyHeader(buffer, 16, new MessageHeaderDecoder());
            assertEquals(0, command.sessionId());
            assertEquals(9, command.correlationId());
            assertEquals(1, command.kind());
            assertEquals(8, command.capacity());
            assertEquals(2, command.parallelism());
            assertEquals(0, command.leaseNs());
            assertEquals(1, command.localAgent());
            assertEquals(3, command.capabilities().w2());
            assertEquals("default", command.namespaceName());
            assertEquals("w-1", command.name());
            assertEquals(0, command.skipMetadata());
            assertEquals(length, command.limit() - 16);
        }
    }

    private void assertMessage(final String part, final String group) {
        final AgentConfigurationException ex =
            assertThrows(AgentConfigurationException.class, () -> agents(groups(group), 4));
        assertTrue(ex.getMessage().contains(part), ex.getMessage());
    }

    private LocalAgents agents(final List<AgentGroup> groups, final int slots) {
        return new LocalAgents(groups, catalog, slots, 64, MailboxCounters.unmanaged(), errors::add);
    }

    private static List<AgentGroup> groups(final String text) {
        return AgentGroup.of(ConfigFactory.parseString("groups = [" + text + "]").getConfigList("groups"));
    }
}
