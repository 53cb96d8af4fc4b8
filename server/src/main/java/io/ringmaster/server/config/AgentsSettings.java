package io.ringmaster.server.config;

import io.ringmaster.server.agents.AgentGroup;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In-server agents: keys {@code ringmaster.agents.*}.
 * <p>
 * Threading: immutable.
 *
 * @param pluginsDir   where jars with task handlers are looked for; it need not exist.
 * @param mailboxSlots messages that one agent's mailbox holds; a power of two.
 * @param groups       the agents.
 */
public record AgentsSettings(Path pluginsDir, int mailboxSlots, List<AgentGroup> groups) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.agents";

    /**
     * Checks ranges, and that no two agents have the same name.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public AgentsSettings {
        Bounds.within(KEY + ".mailbox.slots", mailboxSlots, 2, 1 << 20);
        Bounds.powerOfTwo(KEY + ".mailbox.slots", mailboxSlots);
        groups = List.copyOf(groups);
        final Map<String, String> groupByAgent = new HashMap<>();
        for (final AgentGroup group : groups) {
            if (group.capacity() > mailboxSlots) {
                throw new ConfigException(KEY + ".groups", "group " + group.name() + ": capacity = " + group.capacity() +
                    " must be at most ringmaster.agents.mailbox.slots = " + mailboxSlots);
            }
            for (int i = 0; i < group.count(); i++) {
                final String other = groupByAgent.put(group.namespace() + '\n' + group.agentName(i), group.name());
                if (other != null) {
                    throw new ConfigException(KEY + ".groups", "groups " + other + " and " + group.name() +
                        " both make an agent " + group.agentName(i) + " in the namespace " + group.namespace());
                }
            }
        }
    }
}
