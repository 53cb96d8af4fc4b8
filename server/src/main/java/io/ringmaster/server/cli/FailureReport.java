package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RingmasterException;
import io.ringmaster.protocol.ServerAlreadyRunningException;
import io.ringmaster.registry.store.StoreException;
import io.ringmaster.server.agents.AgentConfigurationException;
import io.ringmaster.server.config.ConfigException;
import io.ringmaster.thread.ThreadPlanException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One clear line on standard error for a command that failed, exit code 1; with {@code --format json} the object on
 * standard output
 * has {@code error}, and {@code code} if the server refused. What is not a failure that a user can cause is logged
 * with its stack.
 * <p>
 * Threading: confined to the main thread.
 */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(FailureReport.class);

    @Override
    public int handleExecutionException(
        final Exception failure, final CommandLine commandLine, final CommandLine.ParseResult parseResult) {

        if (!isExpected(failure)) {
            LOGGER.error("this is a defect", failure);
        }
        final String text = text(failure);
        final CliCommand command = commandLine.getCommand();
        command.diagnose(text);
        if (command.isJson()) {
            final ObjectNode result = CliCommand.object().put("error", text);
            if (failure instanceof RefusedException refused) {
                result.put("code", refused.code().name()).put("retryAfterMs", refused.retryAfterMs());
            }
            command.print(result, out -> { });
        }
        return CliCommand.FAILED;
    }

    private static boolean isExpected(final Exception failure) {
        return failure instanceof ConfigException || failure instanceof RingmasterException || failure instanceof IOException
            || failure instanceof UncheckedIOException || failure instanceof ThreadPlanException
            || failure instanceof AgentConfigurationException || failure instanceof StoreException
            || failure instanceof ServerAlreadyRunningException || failure instanceof IllegalArgumentException;
    }

    private static String text(final Exception failure) {
        final String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.replaceAll("\\s*\\R\\s*", "; ").trim();
    }
}
