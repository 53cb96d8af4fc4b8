package io.ringmaster.server.agents;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.index.NameDictionary;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One entry of {@code ringmaster.agents.groups}: in-server agents that differ in their number only. Immutable.
 *
 * @param name         of the agent, or with {@code count > 1} the first part of {@code name-0}, {@code name-1} and so on.
 * @param namespace    of the agents.
 * @param count        how many.
 * @param handler      name of the handler's provider.
 * @param capabilities of each agent.
 * @param capacity     offers that one agent takes at a time.
 * @param parallelism  tasks that one agent runs at a time, as the coordinator reckons with it.
 * @param settings     given to the provider.
 */
public record AgentGroup(
    String name,
    String namespace,
    int count,
    String handler,
    List<String> capabilities,
    int capacity,
    int parallelism,
    Map<String, String> settings) {

    /** Most agents of one group. */
    public static final int MAX_COUNT = 4096;
    /** Most offers that one in-server agent takes at a time. */
    public static final int MAX_CAPACITY = 4096;

    private static final TreeSet<String> KEYS = new TreeSet<>(List.of(
        "name", "namespace", "count", "handler", "capabilities", "capacity", "parallelism", "settings"));

    /** Checks names, ranges and the relation of capacity and parallelism. */
    public AgentGroup {
        checkName("name", name, name);
        checkName(name + ": namespace", namespace, name);
        within(name, "count", count, 1, MAX_COUNT);
        within(name, "capacity", capacity, 1, MAX_CAPACITY);
        within(name, "parallelism", parallelism, 1, capacity);
        if (handler == null || handler.isBlank()) {
            throw new AgentConfigurationException("agent group " + name + ": handler is missing");
        }
        checkName("name", agentName(name, count, count - 1), name);
        for (final String capability : capabilities) {
            final byte[] bytes = capability.getBytes(StandardCharsets.UTF_8);
            if (!NameDictionary.isValidName(new UnsafeBuffer(bytes), 0, bytes.length)) {
                throw new AgentConfigurationException("agent group " + name + ": capability '" + capability + "' is not 1 to " +
                    NameDictionary.MAX_NAME_LENGTH + " characters of [A-Za-z0-9._:/-]");
            }
        }
        capabilities = List.copyOf(capabilities);
        settings = Map.copyOf(settings);
    }

    /**
     * Name of one agent of the group.
     *
     * @param index 0 to count - 1.
     * @return its name.
     */
    public String agentName(final int index) {
        return agentName(name, count, index);
    }

    /**
     * Reads one group. Only {@code name} and {@code handler} are required: the namespace is then {@code default}, the
     * capability is the handler's name, and count, capacity and parallelism are 1.
     *
     * @param config the group's block.
     * @return the group.
     * @throws AgentConfigurationException for an unknown key, a missing one, or a value out of its bounds.
     */
    public static AgentGroup of(final Config config) {
        final TreeSet<String> unknown = new TreeSet<>(config.root().keySet());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new AgentConfigurationException("ringmaster.agents.groups: unknown keys " + unknown + "; known: " + KEYS);
        }
        try {
            final String handler = config.getString("handler");
            return new AgentGroup(
                config.getString("name"),
                config.hasPath("namespace") ? config.getString("namespace") : Protocol.DEFAULT_NAMESPACE,
                config.hasPath("count") ? config.getInt("count") : 1,
                handler,
                config.hasPath("capabilities") ? config.getStringList("capabilities") : List.of(handler),
                config.hasPath("capacity") ? config.getInt("capacity") : 1,
                config.hasPath("parallelism") ? config.getInt("parallelism") : 1,
                config.hasPath("settings") ? text(config.getConfig("settings")) : Map.of());
        } catch (final ConfigException ex) {
            throw new AgentConfigurationException("ringmaster.agents.groups: " + ex.getMessage(), ex);
        }
    }

    /**
     * Reads all groups.
     *
     * @param configs the blocks of {@code ringmaster.agents.groups}.
     * @return the groups, in the same order.
     */
    public static List<AgentGroup> of(final List<? extends Config> configs) {
        final List<AgentGroup> groups = new ArrayList<>(configs.size());
        for (final Config config : configs) {
            groups.add(of(config));
        }
        return groups;
    }

    private static Map<String, String> text(final Config settings) {
        final Map<String, String> text = new LinkedHashMap<>();
        for (final Map.Entry<String, ConfigValue> entry : settings.root().entrySet()) {
            text.put(entry.getKey(), String.valueOf(entry.getValue().unwrapped()));
        }
        return text;
    }

    private static String agentName(final String name, final int count, final int index) {
        return count == 1 ? name : name + "-" + index;
    }

    private static void checkName(final String what, final String value, final String group) {
        if (value == null || value.isEmpty() || value.length() > Protocol.MAX_NAME_LENGTH) {
            throw new AgentConfigurationException("agent group " + group + ": " + what + " '" + value + "' is not 1 to " +
                Protocol.MAX_NAME_LENGTH + " characters long");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ' || value.charAt(i) >= 0x7F) {
                throw new AgentConfigurationException(
                    "agent group " + group + ": " + what + " '" + value + "' is not printable ASCII without spaces");
            }
        }
    }

    private static void within(final String group, final String key, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new AgentConfigurationException(
                "agent group " + group + ": " + key + " = " + value + " is outside " + min + " to " + max);
        }
    }
}
