package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Records of the registry as JSON and as text.
 * <p>
 * Threading: immutable.
 */
final class Records {
    private static final int PAGE_LENGTH = 64;
    private static final double NS_PER_MS = 1e6;

    private Records() {
    }

    /** All pages of a query, up to a limit. */
    static List<AgentRecord> queryAll(final RingmasterClient client, final RegistryQuery query, final int limit) {
        final List<AgentRecord> records = new ArrayList<>();
        final Iterator<AgentRecord> found = client.query(query.pageSize(Math.min(PAGE_LENGTH, limit))).iterator();
        while (records.size() < limit && found.hasNext()) {
            records.add(found.next());
        }
        return records;
    }

    static ObjectNode json(final AgentRecord record) {
        final ObjectNode node = CliCommand.object().put("namespace", record.namespace()).put("name", record.name())
            .put("kind", kind(record.kind())).put("readiness", readiness(record.readiness())).put("agentId", record.agentId())
            .put("recordVersion", record.recordVersion()).put("ownerSessionId", record.ownerSessionId())
            .put("capacity", record.capacity()).put("parallelism", record.parallelism());
        if (record.inFlight() >= 0) {
            node.put("inFlight", record.inFlight()).put("estimatedWaitNs", record.estimatedWaitNs());
        }
        if (record.leaseRemainingMs() >= 0) {
            node.put("leaseRemainingMs", record.leaseRemainingMs());
        }
        node.set("capabilities", CliCommand.json(record.capabilities()));
        if (!record.attributes().isEmpty()) {
            node.set("attributes", CliCommand.json(record.attributes()));
        }
        return node;
    }

    /** One record without its load, on one line. */
    static String line(final AgentRecord record) {
        return record.namespace() + '/' + record.name() + "  " + kind(record.kind()) + "  " + readiness(record.readiness())
            + "  id " + record.agentId() + "  version " + record.recordVersion() + "  " + String.join(",", record.capabilities())
            + (record.attributes().isEmpty() ? "" : "  " + attributes(record));
    }

    /** Attributes for people. */
    static String attributes(final AgentRecord record) {
        final StringBuilder text = new StringBuilder();
        new TreeMap<>(record.attributes()).forEach((key, value) ->
            text.append(text.length() > 0 ? "," : "").append(key).append('=').append(value));
        return text.toString();
    }

    static TextTable table(final List<AgentRecord> records) {
        final TextTable table = new TextTable(
            "NAMESPACE", "NAME", "KIND", "READINESS", "IN-FLIGHT", "CAPACITY", "PARALLELISM", "WAIT-MS", "ID", "CAPABILITIES");
        for (final AgentRecord record : records) {
            table.row(record.namespace(), record.name(), kind(record.kind()), readiness(record.readiness()), record.inFlight(),
                record.capacity(), record.parallelism(), String.format(Locale.ROOT, "%.3f", record.estimatedWaitNs() / NS_PER_MS),
                record.agentId(), String.join(",", record.capabilities()));
        }
        return table;
    }

    static String kind(final byte kind) {
        return switch (kind) {
            case Protocol.KIND_AGENT -> "agent";
            case Protocol.KIND_SERVICE -> "service";
            default -> "kind-" + kind;
        };
    }

    static String readiness(final byte readiness) {
        return switch (readiness) {
            case Protocol.READY -> "READY";
            case Protocol.READINESS_OVERLOADED -> "OVERLOADED";
            case Protocol.DRAINING -> "DRAINING";
            case Protocol.STALE -> "STALE";
            default -> "readiness-" + readiness;
        };
    }

    /** Puts bytes under a name if they are text, else under the name with {@code Base64} behind it. */
    static void putBytes(final ObjectNode node, final String name, final byte[] bytes) {
        final String text = text(bytes);
        if (text == null) {
            node.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        } else {
            node.put(name, text);
        }
    }

    /** Bytes for people: as text, or in base 64 with that prefix. */
    static String show(final byte[] bytes) {
        final String text = text(bytes);
        return text == null ? "base64:" + Base64.getEncoder().encodeToString(bytes) : text;
    }

    private static String text(final byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (final CharacterCodingException ex) {
            return null;
        }
    }
}
