package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine.Command;

import java.util.List;

/**
 * {@code agents}: all live agents.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "agents", description = "Lists the agents, of every namespace unless one is given.")
final class AgentsCommand extends ClientCommand {
    @Override
    int call(final RingmasterClient client) {
        final List<AgentRecord> agents = Records.queryAll(client,
            new RegistryQuery().namespace(namespaceOr("")).kind(Protocol.KIND_AGENT), Integer.MAX_VALUE);
        final ObjectNode result = object().put("count", agents.size());
        final ArrayNode list = result.putArray("agents");
        agents.forEach(agent -> list.add(Records.json(agent)));
        print(result, Records.table(agents)::print);
        return OK;
    }
}
