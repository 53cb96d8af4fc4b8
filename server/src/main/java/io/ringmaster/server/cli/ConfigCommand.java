package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.server.config.EffectiveValue;
import io.ringmaster.server.config.ServerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;

/**
 * {@code config --effective}: every value and where it came from.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "config", description = "Checks a configuration and prints every value and where it came from.")
final class ConfigCommand extends CliCommand {
    @Mixin
    private ConfigOptions options;

    @Option(names = "--effective", required = true, description = "Print the values that are in force.")
    private boolean isEffective;

    @Override
    public Integer call() {
        final ServerConfig config = options.load();
        final List<String> warnings = config.settings().warnings();
        warnings.forEach(this::diagnose);
        final ObjectNode result = object();
        final ObjectNode values = result.putObject("values");
        final TextTable table = new TextTable("KEY", "VALUE", "ORIGIN");
        for (final EffectiveValue value : config.effective()) {
            values.putObject(value.key()).put("origin", value.origin()).set("value", json(value.value()));
            table.row(value.key(), value.text(), value.origin());
        }
        result.set("warnings", json(warnings));
        print(result, table::print);
        return OK;
    }
}
