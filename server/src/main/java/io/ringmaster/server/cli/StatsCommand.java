package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.RegistryStatistics;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.LoadState;
import picocli.CommandLine.Command;

import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code stats}: what the registry holds and what it costs.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "stats", description = {
    "Prints what the registry holds, by partition and by namespace (of one with --namespace), and what it costs.",
    "`stat` prints the counters of the whole server, also of a dead one."})
final class StatsCommand extends ClientCommand {
    private static final double PERCENT = 100.0;
    private static final long PAUSE_NS = 2_000_000L;

    /** The server tells it with its first keep-alive, half a second after the connection by default. */
    private void awaitLoadState(final RingmasterClient client) {
        final long deadlineNs = System.nanoTime() + timeoutNs();
        while (client.loadState() == LoadState.UNKNOWN && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    @Override
    int call(final RingmasterClient client) {
        final RegistryStatistics statistics = client.registryStats();
        awaitLoadState(client);
        final String namespace = namespaceOr("");
        final ObjectNode result = object().put("entries", statistics.entries()).put("lookupHits", statistics.lookupHits())
            .put("lookupMisses", statistics.lookupMisses()).put("loadState", client.loadState().name());
        final ArrayNode partitions = result.putArray("partitions");
        final TextTable table = new TextTable("PARTITION", "ENTRIES", "CAPACITY", "FULL", "CELLS", "TOMBSTONES", "MAX-PROBE",
            "SLAB-USED", "SLAB", "BYTES", "BYTES/ENTRY", "MOVED");
        for (final RegistryStatistics.Partition partition : statistics.partitions()) {
            table.row(partitions.size(), partition.entries(), partition.capacity(),
                String.format(Locale.ROOT, "%.1f %%", PERCENT * partition.entries() / Math.max(1, partition.capacity())),
                partition.indexCells(), partition.tombstones(), partition.maxProbeLength(), partition.slabUsedBytes(),
                partition.slabBytes(), partition.bytes(), partition.bytes() / Math.max(1, partition.entries()),
                partition.blocksMoved());
            partitions.add(json(partition));
        }
        final ObjectNode namespaces = result.putObject("namespaces");
        final TextTable names = new TextTable("ENTRIES", "NAMESPACE");
        statistics.namespaces().forEach((name, entries) -> {
            if (namespace.isEmpty() || namespace.equals(name)) {
                namespaces.put(name, entries);
                names.row(entries, name);
            }
        });
        print(result, out -> {
            out.println(statistics.entries() + " records; lookups " + statistics.lookupHits() + " hits, "
                + statistics.lookupMisses() + " misses; load " + client.loadState().name().toLowerCase(Locale.ROOT));
            table.print(out);
            out.println();
            names.print(out);
        });
        return OK;
    }
}
