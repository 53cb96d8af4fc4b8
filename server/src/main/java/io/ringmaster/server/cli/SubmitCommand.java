package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.Batch;
import io.ringmaster.client.BatchHandle;
import io.ringmaster.client.RequestTimeoutException;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.TaskAcceptance;
import io.ringmaster.client.TaskOutcome;
import io.ringmaster.client.TaskSpec;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code submit}: a batch, its acceptance and its results.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "submit", description = {
    "Submits a batch of equal tasks, or one from a file, and prints for each task whether it was accepted and how it ended.",
    "Exit code 1 if a task was rejected, failed, or has no result within --wait.",
    "Results belong to the session of this command: with --wait 0 they are given up."})
final class SubmitCommand extends ClientCommand {
    private static final int NORMAL = 1;

    @Option(names = "--capability", paramLabel = "NAME", split = ",",
        description = "What the agent must be able to do. Repeatable.")
    private List<String> capabilities = new ArrayList<>();

    @Option(names = "--kind", paramLabel = "NAME", defaultValue = "",
        description = "Task kind, by which service times are learned.")
    private String kind;

    @Option(names = "--payload", paramLabel = "TEXT", description = "Payload of each task.")
    private String payload;

    @Option(names = "--payload-file", paramLabel = "FILE", description = "Payload of each task: the bytes of a file.")
    private Path payloadFile;

    @Option(names = "--count", paramLabel = "N", defaultValue = "1", description = "Number of tasks (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--priority", paramLabel = "low|normal|high|urgent", converter = PriorityConverter.class,
        description = "Priority band (default: normal).")
    private Integer priority = NORMAL;

    @Option(names = "--deadline", paramLabel = "TIME", converter = DurationConverter.class, description =
        "From arrival at the server; a task that cannot meet it is rejected at once (default: none).")
    private Duration deadline = Duration.ZERO;

    @Option(names = "--cost", paramLabel = "TIME", converter = DurationConverter.class, description =
        "Expected service time of each task (default: what the server has learned).")
    private Duration cost = Duration.ZERO;

    @Option(names = "--batch-id", paramLabel = "N", description = "Your id, not 0: the same id again gets the first answer.")
    private Long batchId;

    @Option(names = "--file", paramLabel = "FILE", description =
        "Batch as JSON: {\"tasks\":[{\"capabilities\":[\"echo\"],\"payload\":\"x\",\"priority\":\"high\"}]}.")
    private Path file;

    @Option(names = "--wait", paramLabel = "TIME", defaultValue = "30s", converter = DurationConverter.class, description =
        "How long to wait for the results (default: ${DEFAULT-VALUE}).")
    private Duration wait;

    private Batch batch;

    @Override
    void prepare() throws IOException {
        if ((file == null) == capabilities.isEmpty()) {
            throw usage("either --capability or --file is required");
        }
        if (payload != null && payloadFile != null) {
            throw usage("--payload and --payload-file exclude each other");
        }
        if (count < 1) {
            throw usage("--count must be at least 1");
        }
        if (batchId != null && batchId == 0) {
            throw usage("--batch-id must not be 0");
        }
        batch = file == null ? equalTasks() : new BatchFile(file).read(namespaceOr(Protocol.DEFAULT_NAMESPACE));
        if (batchId != null) {
            batch.batchId(batchId);
        }
    }

    @Override
    int call(final RingmasterClient client) {
        final BatchHandle handle = client.submit(batch);
        final Map<Integer, TaskOutcome> outcomes = collect(handle);
        long succeeded = 0;
        for (final TaskOutcome outcome : outcomes.values()) {
            succeeded += outcome.code() == ResultCode.OK ? 1 : 0;
        }
        final boolean isAllDone = handle.rejected() == 0 && (wait.isZero() || succeeded == handle.accepted());
        report(handle, outcomes, succeeded);
        return isAllDone ? OK : FAILED;
    }

    private Batch equalTasks() throws IOException {
        final byte[] bytes = payloadFile != null ? Files.readAllBytes(payloadFile) :
            (payload == null ? "" : payload).getBytes(StandardCharsets.UTF_8);
        final Batch tasks = new Batch().namespace(namespaceOr(Protocol.DEFAULT_NAMESPACE));
        for (int i = 0; i < count; i++) {
            tasks.add(new TaskSpec().capabilities(capabilities.toArray(new String[0])).kind(kind).payload(bytes)
                .costNs(cost.toNanos()).deadlineNs(deadline.toNanos()).priority(priority));
        }
        return tasks;
    }

    private CommandLine.ParameterException usage(final String text) {
        return new CommandLine.ParameterException(spec().commandLine(), text);
    }

    private Map<Integer, TaskOutcome> collect(final BatchHandle handle) {
        final Map<Integer, TaskOutcome> outcomes = new HashMap<>();
        final long endNs = System.nanoTime() + wait.toNanos();
        while (outcomes.size() < handle.accepted()) {
            final long leftNs = endNs - System.nanoTime();
            if (leftNs <= 0) {
                break;
            }
            try {
                final TaskOutcome outcome = handle.next(leftNs, TimeUnit.NANOSECONDS);
                if (outcome == null) {
                    break;
                }
                outcomes.put(outcome.taskIndex(), outcome);
            } catch (final RequestTimeoutException ex) {
                break;
            }
        }
        if (outcomes.size() < handle.accepted() && !wait.isZero()) {
            diagnose((handle.accepted() - outcomes.size()) + " tasks have no result after " + wait.toMillis() + " ms");
        }
        return outcomes;
    }

    private void report(final BatchHandle handle, final Map<Integer, TaskOutcome> outcomes, final long succeeded) {
        final ObjectNode result = object().put("batchId", handle.batchId()).put("duplicate", handle.isDuplicate())
            .put("accepted", handle.accepted()).put("rejected", handle.rejected()).put("succeeded", succeeded)
            .put("failed", outcomes.size() - succeeded).put("missing", handle.accepted() - outcomes.size())
            .put("estimatedFinishNs", handle.estimatedFinishNs()).put("queueWaitNs", handle.queueWaitNs()).put("planNs",
                handle.planNs());
        final ArrayNode tasks = result.putArray("tasks");
        final TextTable table = new TextTable("TASK", "ACCEPTANCE", "OUTCOME", "ATTEMPT", "AGENT", "TOTAL-MS", "RESULT");
        for (final TaskAcceptance acceptance : handle.acceptances()) {
            final TaskOutcome outcome = outcomes.get(acceptance.taskIndex());
            tasks.add(json(acceptance, outcome));
            final String accepted = acceptance.accepted() ? "OK" : acceptance.code() +
                (acceptance.retryAfterMs() > 0 ? " (retry after " + acceptance.retryAfterMs() + " ms)" : "");
            if (outcome == null) {
                table.row(acceptance.taskIndex(), accepted, "-", "-", acceptance.agentId(), "-", "");
            } else {
                table.row(acceptance.taskIndex(), accepted, outcome.code(), outcome.attempt(), outcome.agentId(),
                    String.format(Locale.ROOT, "%.3f", outcome.totalNs() / 1e6), Records.show(outcome.result()));
            }
        }
        print(result, out -> {
            out.println("batch " + handle.batchId() + ": " + handle.accepted() + " accepted, " + handle.rejected() +
                " rejected, " +
                succeeded + " succeeded, " + (outcomes.size() - succeeded) + " failed, " + (handle.accepted() - outcomes.size()) +
                " without a result" + (handle.isDuplicate() ? " (answer of an earlier submission)" : ""));
            table.print(out);
        });
    }

    private static ObjectNode json(final TaskAcceptance acceptance, final TaskOutcome outcome) {
        final ObjectNode task = object().put("index", acceptance.taskIndex()).put("code", acceptance.code().name())
            .put("retryAfterMs", acceptance.retryAfterMs()).put("taskId", acceptance.taskId()).put("agentId",
                acceptance.agentId())
            .put("estimatedFinishNs", acceptance.estimatedFinishNs());
        if (outcome != null) {
            final ObjectNode node = task.putObject("outcome").put("code", outcome.code().name()).put("attempt", outcome.attempt())
                .put("agentId", outcome.agentId()).put("waitNs", outcome.waitNs()).put("serviceNs", outcome.serviceNs())
                .put("totalNs", outcome.totalNs());
            Records.putBytes(node, "result", outcome.result());
        }
        return task;
    }
}
