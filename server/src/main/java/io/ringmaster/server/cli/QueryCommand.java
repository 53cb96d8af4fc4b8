package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code query}: records by capability.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "query", description =
    "Lists the records that have all of some capabilities, of every namespace unless one is given.")
final class QueryCommand extends ClientCommand {
    @Option(names = "--all-of", paramLabel = "CAPABILITY", split = ",",
        description = "Capabilities, all required; none: every record.")
    private List<String> allOf = new ArrayList<>();

    @Option(names = "--kind", paramLabel = "any|agent|service", defaultValue = "any", description =
        "Kind of records (default: ${DEFAULT-VALUE}).")
    private Kind kind;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "1000", description = "Most records (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    void prepare() {
        if (limit < 1) {
            throw new CommandLine.ParameterException(spec().commandLine(), "--limit must be at least 1");
        }
    }

    @Override
    int call(final RingmasterClient client) {
        final List<AgentRecord> records = Records.queryAll(client, namespaceOr(""), kind.value, allOf, limit);
        final ObjectNode result = object().put("count", records.size());
        final ArrayNode list = result.putArray("records");
        records.forEach(record -> list.add(Records.json(record)));
        print(result, Records.table(records)::print);
        return OK;
    }

    /** Kind of records. */
    enum Kind {
        ANY((byte)0), AGENT(Protocol.KIND_AGENT), SERVICE(Protocol.KIND_SERVICE);

        private final byte value;

        Kind(final byte value) {
            this.value = value;
        }
    }
}
