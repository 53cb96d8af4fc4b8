package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;

/**
 * {@code lookup NAME}: one record.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "lookup", description = "Prints the record of a name. Exit code 1 if there is none.")
final class LookupCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name of an agent or a service.")
    private String name;

    @Override
    int call(final RingmasterClient client) {
        final String namespace = namespaceOr(Protocol.DEFAULT_NAMESPACE);
        final Optional<AgentRecord> found = client.lookup(namespace, name);
        final ObjectNode result = object().put("found", found.isPresent());
        if (found.isEmpty()) {
            diagnose("NOT_FOUND: no record " + name + " in the namespace " + namespace);
            result.put("code", "NOT_FOUND").put("namespace", namespace).put("name", name);
            print(result, out -> { });
            return FAILED;
        }
        final AgentRecord record = found.get();
        final ObjectNode node = Records.json(record);
        Records.putBytes(node, "metadata", record.metadata());
        result.set("record", node);
        print(result, out -> {
            Records.table(List.of(record)).print(out);
            out.println("lease    " + (record.leaseRemainingMs() == Integer.MAX_VALUE ? "none" : record.leaseRemainingMs() + " ms left"));
            if (!record.attributes().isEmpty()) {
                out.println("attributes " + Records.attributes(record));
            }
            out.println("metadata " + Records.show(record.metadata()));
        });
        return OK;
    }
}
