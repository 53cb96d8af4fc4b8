package io.ringmaster.server.coordination;

import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.NameDictionary;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * The live agents by slot and by id, and for each capability the bitmap of the slots that have it, so that the
 * candidates for a task are an AND of a few words.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class AgentTable {
    private static final int CAPABILITIES = CapabilitySet.WORDS * Long.SIZE;
    private static final long MISSING = -1;
    /** Namespaces that agents were ever registered in; never given back. */
    static final int MAX_NAMESPACES = 4096;

    private final CoordinatedAgent[] agents;
    private final Long2LongHashMap slotByAgentId;
    private final int words;
    private final long[][] slotsByCapability = new long[CAPABILITIES][];
    private final NameDictionary namespaces = new NameDictionary(MAX_NAMESPACES, true);
    private final long[][] slotsByNamespace = new long[MAX_NAMESPACES][];
    private final int[] freeSlots;
    private int freeCount;
    private int highestUsed = -1;

    AgentTable(final int capacity, final TaskTable tasks) {
        agents = new CoordinatedAgent[capacity];
        freeSlots = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            agents[i] = new CoordinatedAgent(i, tasks);
            freeSlots[i] = capacity - 1 - i;
        }
        freeCount = capacity;
        slotByAgentId = new Long2LongHashMap(capacity * 2, 0.6f, MISSING);
        words = (capacity + Long.SIZE - 1) / Long.SIZE;
    }

    int words() {
        return words;
    }

    int size() {
        return agents.length - freeCount;
    }

    /** One past the highest slot that was ever used. */
    int slotLimit() {
        return highestUsed + 1;
    }

    CoordinatedAgent get(final int slot) {
        return agents[slot];
    }

    /** The live agent of an id, or null. */
    CoordinatedAgent find(final long agentId) {
        final long slot = slotByAgentId.get(agentId);
        return slot == MISSING ? null : agents[(int)slot];
    }

    /** Id of a namespace that agents were registered in; negative: none ever was. */
    int namespaceId(final DirectBuffer buffer, final int offset, final int length) {
        return namespaces.idOf(buffer, offset, length);
    }

    /** A free slot for a new agent, or null when all slots, or all namespaces, are taken. */
    CoordinatedAgent add(final long agentId, final DirectBuffer namespace, final int offset, final int length) {
        if (freeCount == 0) {
            return null;
        }
        final int namespaceId = namespaces.intern(namespace, offset, length);
        if (namespaceId < 0) {
            return null;
        }
        final CoordinatedAgent agent = agents[freeSlots[--freeCount]];
        agent.reset();
        agent.agentId = agentId;
        agent.live = true;
        agent.namespaceId = namespaceId;
        if (slotsByNamespace[namespaceId] == null) {
            slotsByNamespace[namespaceId] = new long[words];
        }
        slotsByNamespace[namespaceId][agent.slot >> 6] |= 1L << agent.slot;
        slotByAgentId.put(agentId, agent.slot);
        highestUsed = Math.max(highestUsed, agent.slot);
        return agent;
    }

    void remove(final CoordinatedAgent agent) {
        index(agent, false);
        agent.capabilities.clear();
        slotByAgentId.remove(agent.agentId);
        slotsByNamespace[agent.namespaceId][agent.slot >> 6] &= ~(1L << agent.slot);
        agent.live = false;
        freeSlots[freeCount++] = agent.slot;
    }

    void capabilities(final CoordinatedAgent agent, final CapabilitySet set) {
        index(agent, false);
        agent.capabilities.copyFrom(set);
        index(agent, true);
    }

    private void index(final CoordinatedAgent agent, final boolean present) {
        for (int w = 0; w < CapabilitySet.WORDS; w++) {
            long bits = agent.capabilities.word(w);
            while (bits != 0) {
                final int id = w * Long.SIZE + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
                if (slotsByCapability[id] == null) {
                    slotsByCapability[id] = new long[words];
                }
                if (present) {
                    slotsByCapability[id][agent.slot >> 6] |= 1L << agent.slot;
                } else {
                    slotsByCapability[id][agent.slot >> 6] &= ~(1L << agent.slot);
                }
            }
        }
    }

    /**
     * The slots of live agents in the task's namespace that have all of its capabilities.
     *
     * @param candidates filled; {@link #words()} long.
     * @return whether there is any.
     */
    boolean candidates(final TaskTable tasks, final int task, final long[] candidates) {
        System.arraycopy(slotsByNamespace[tasks.namespaceId(task)], 0, candidates, 0, words);
        for (int w = 0; w < CapabilitySet.WORDS; w++) {
            long bits = tasks.capabilityWord(task, w);
            while (bits != 0) {
                final long[] slots = slotsByCapability[w * Long.SIZE + Long.numberOfTrailingZeros(bits)];
                bits &= bits - 1;
                if (slots == null) {
                    return false;
                }
                for (int i = 0; i < words; i++) {
                    candidates[i] &= slots[i];
                }
            }
        }
        long any = 0;
        for (int i = 0; i < words; i++) {
            any |= candidates[i];
        }
        return any != 0;
    }

    /** Whether an agent is in the namespace of a task and has all of its capabilities. */
    static boolean isCapable(final CoordinatedAgent agent, final TaskTable tasks, final int task) {
        if (agent.namespaceId != tasks.namespaceId(task)) {
            return false;
        }
        for (int w = 0; w < CapabilitySet.WORDS; w++) {
            final long required = tasks.capabilityWord(task, w);
            if ((agent.capabilities.word(w) & required) != required) {
                return false;
            }
        }
        return true;
    }
}
