package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.QueryPage;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.ThreadingMode;
import io.ringmaster.protocol.Protocol;
import org.agrona.collections.Long2LongHashMap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many tasks each agent answered.
 * <p>
 * Threading: confined to the generator; {@link #learnNames} before and after the load.
 */
final class Placements {
    private static final int PAGE = 64;

    private final Long2LongHashMap tasksByAgent = new Long2LongHashMap(0);
    private final Map<Long, String> names = new HashMap<>();

    void note(final long agentId) {
        tasksByAgent.put(agentId, tasksByAgent.get(agentId) + 1);
    }

    /** Asks the server for its agents; one that has gone keeps the name that it had. */
    void learnNames(final Target target, final String capability) {
        try (RingmasterClient client = RingmasterClient.connect(
            target.address(new RingmasterClient.Context()).clientName("load-agents").threading(ThreadingMode.CALLER))) {
            long cursor = 0;
            do {
                final QueryPage page = client.query("", Protocol.KIND_AGENT, List.of(capability), PAGE, cursor);
                for (final AgentRecord agent : page.records()) {
                    names.put(agent.agentId(), agent.name());
                }
                cursor = page.nextCursor();
            } while (cursor != 0);
        }
    }

    /** Agents that are known with their names. */
    int agents() {
        return names.size();
    }

    /** Fails if there are no agents. */
    void check(final String capability) {
        if (names.isEmpty()) {
            throw new LoadException("the server has no agent with the capability `" + capability +
                "`, which this load needs; configure some in ringmaster.agents.groups, or use --target self");
        }
    }

    void writeTo(final ArrayNode json) {
        final List<long[]> counts = new ArrayList<>();
        tasksByAgent.forEachLong((agentId, tasks) -> counts.add(new long[] {agentId, tasks}));
        for (final long agentId : names.keySet()) {
            if (!tasksByAgent.containsKey(agentId)) {
                counts.add(new long[] {agentId, 0});
            }
        }
        counts.sort(Comparator
            .comparingInt((long[] count) -> name(count[0]).length())
            .thenComparing(count -> name(count[0]))
            .thenComparingLong(count -> count[0]));
        for (final long[] count : counts) {
            final ObjectNode placement = json.addObject();
            placement.put("agentId", count[0]);
            placement.put("name", name(count[0]));
            placement.put("tasks", count[1]);
        }
    }

    private String name(final long agentId) {
        return names.getOrDefault(agentId, "unknown");
    }
}
