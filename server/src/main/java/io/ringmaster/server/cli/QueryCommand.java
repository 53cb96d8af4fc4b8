package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code query}: records by capability, attribute, name, kind and readiness.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "query", description =
    "Lists the records that meet all of some conditions, of every namespace unless one is given.")
final class QueryCommand extends ClientCommand {
    @Mixin
    private CapabilityOptions capabilities;

    @Option(names = "--readiness", paramLabel = "any|ready|overloaded|draining|stale", defaultValue = "any", description =
        "Readiness of records (default: ${DEFAULT-VALUE}).")
    private Readiness readiness;

    @Option(names = "--name-prefix", paramLabel = "TEXT", defaultValue = "", description =
        "Only names that begin like this; needs --namespace.")
    private String namePrefix;

    @Option(names = "--attribute", paramLabel = "KEY=VALUE", split = ",", description =
        "Condition on an attribute: key=value, or for integers also <, <=, >, >=, as in 'memory-mb>=512'. Repeatable.")
    private List<String> attributes = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", defaultValue = "1000", description = "Most records (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--count-only", description = "Print how many there are, not which; --limit does not matter.")
    private boolean isCountOnly;

    @Override
    void prepare() {
        if (limit < 1) {
            throw new CommandLine.ParameterException(spec().commandLine(), "--limit must be at least 1");
        }
        if (!namePrefix.isEmpty() && namespaceOr("").isEmpty()) {
            throw new CommandLine.ParameterException(spec().commandLine(), "--name-prefix needs --namespace");
        }
        checked(this::query);
    }

    private RegistryQuery query() {
        return new RegistryQuery().namespace(namespaceOr("")).namePrefix(namePrefix).kind(capabilities.kind())
            .readiness(readiness.value).allOf(capabilities.allOf()).anyOf(capabilities.anyOf()).noneOf(capabilities.noneOf())
            .attributeFilter(String.join(",", attributes));
    }

    @Override
    int call(final RingmasterClient client) {
        if (isCountOnly) {
            final long count = client.count(query());
            print(object().put("count", count), out -> out.println(count));
            return OK;
        }
        final List<AgentRecord> records = Records.queryAll(client, query(), limit);
        final ObjectNode result = object().put("count", records.size());
        final ArrayNode list = result.putArray("records");
        records.forEach(record -> list.add(Records.json(record)));
        print(result, Records.table(records)::print);
        return OK;
    }

    /** Readiness of records. */
    enum Readiness {
        ANY((byte)0), READY(Protocol.READY), OVERLOADED(Protocol.READINESS_OVERLOADED), DRAINING(Protocol.DRAINING),
        STALE(Protocol.STALE);

        private final byte value;

        Readiness(final byte value) {
            this.value = value;
        }
    }
}
