package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.ring.RingCounters;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ErrorLog;
import org.agrona.concurrent.status.CountersReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code stat}: counters and errors, read from the server's files.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "stat", description = {
    "Prints the server's counters, also of one that is stuck or dead: they are read from its directory.",
    "The state is running, stopped (cleanly), stuck (its process is there, its heartbeat is old) or dead."})
final class StatCommand extends CliCommand {
    @Option(names = "--dir", paramLabel = "DIR", defaultValue = "./ringmaster-data",
        description = "Data directory of the server, its ringmaster.dir (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Option(names = "--errors", description = "Print the distinct errors that the server recorded, instead of the counters.")
    private boolean isErrors;

    @Option(names = "--buckets", description = "Print the buckets of the histograms, too.")
    private boolean isBuckets;

    @Override
    public Integer call() throws IOException {
        try (CountersFile file = CountersFile.open(dir)) {
            final ServerState state = ServerState.of(file, System.currentTimeMillis());
            if (state.kind() != ServerState.Kind.RUNNING) {
                diagnose("the server is " + state.text());
            }
            if (isErrors) {
                printErrors(state, ErrorLog.read(dir));
            } else {
                printCounters(state, file);
            }
            return OK;
        }
    }

    private void printCounters(final ServerState state, final CountersFile file) {
        final ObjectNode result = head(state);
        final ObjectNode counters = result.putObject("counters");
        final TextTable table = new TextTable("VALUE", "COUNTER");
        final CountersReader reader = file.reader();
        reader.forEach((counterId, typeId, key, label) -> {
            if (isBuckets || typeId != RingCounters.WAIT_BUCKET_TYPE_ID && typeId != RingCounters.DEPTH_BUCKET_TYPE_ID) {
                final long value = reader.getCounterValue(counterId);
                counters.put(label, value);
                table.row(value, label);
            }
        });
        print(result, out -> {
            head(state, out);
            table.print(out);
        });
    }

    private void printErrors(final ServerState state, final List<ErrorLog.Entry> errors) {
        final ObjectNode result = head(state);
        final ArrayNode list = result.putArray("errors");
        for (final ErrorLog.Entry error : errors) {
            list.addObject().put("count", error.count()).put("firstEpochMs", error.firstEpochMs())
                .put("lastEpochMs", error.lastEpochMs()).put("text", error.text());
        }
        print(result, out -> {
            head(state, out);
            out.println(errors.isEmpty() ? "no errors" : errors.size() + " distinct errors");
            for (final ErrorLog.Entry error : errors) {
                out.println();
                out.println(error.count() + " times, first " + Instant.ofEpochMilli(error.firstEpochMs()) + ", last " +
                    Instant.ofEpochMilli(error.lastEpochMs()));
                out.println(error.text());
            }
        });
    }

    private ObjectNode head(final ServerState state) {
        return object().put("dir", dir.toAbsolutePath().normalize().toString()).put("state", state.kind().text())
            .put("pid", state.pid()).put("startEpochMs", state.startEpochMs()).put("heartbeatAgeMs", state.heartbeatAgeMs());
    }

    private void head(final ServerState state, final PrintWriter out) {
        out.println("server " + state.text() + ", started " + Instant.ofEpochMilli(state.startEpochMs()) + ", dir " +
            dir.toAbsolutePath().normalize());
    }
}
