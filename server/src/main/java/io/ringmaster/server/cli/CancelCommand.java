package io.ringmaster.server.cli;

import io.ringmaster.client.CancelResult;
import io.ringmaster.client.RingmasterClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cancel BATCH_ID}: cancels a batch or one task of it.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "cancel", description = {
    "Cancels the tasks of a batch: waiting ones at once, of running ones the agent is told.",
    "The answer is the server's: NOT_FOUND or FORBIDDEN for a batch that is not there or belongs to another session."})
final class CancelCommand extends ClientCommand {
    private static final int WHOLE_BATCH = -1;

    @Parameters(index = "0", paramLabel = "BATCH_ID", description = "Id of the batch, as submit printed it.")
    private long batchId;

    @Option(names = "--task", paramLabel = "INDEX", description = "One task, by its place in the batch from 0 (default: all).")
    private int taskIndex = WHOLE_BATCH;

    @Override
    int call(final RingmasterClient client) {
        final CancelResult result = client.cancel(batchId, taskIndex);
        print(object().put("batchId", batchId).put("cancelled", result.cancelled()).put("flagged", result.flagged()),
            out -> out.println("batch " + batchId + ": " + result.cancelled() + " tasks cancelled, " + result.flagged() +
                " running tasks told to stop"));
        return OK;
    }
}
