package io.ringmaster.tuning.load;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs one load scenario and prints its result; exit code 1 if the result is not valid. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs a load scenario, checks every answer and prints the result; exit code 1 if one was wrong or missing.",
    footerHeading = "%nScenarios:%n",
    footer = {
        "  echo          Aeron round trip, no server: the floor",
        "  lookup        one record by its name",
        "  lookup-batch  --batch records in one message",
        "  register      register and unregister in turn",
        "  dispatch      one task to an agent in the server and its result back",
        "  batch         a batch of --batch tasks over --agents agents and all results back",
        "  burst         bursts at 0/100/200/300 ms of each second; 80 %% lookup, 10 %% register, 5 %% unregister, 5 %% query",
        "  sweep         lookups with --levels operations under way, from 1 to 1,000",
        "  sessions      lookups of 2 sessions against those of --clients, --outstanding of each session under way, in short turns",
        "  first         the first 1,000 lookups of servers that have just started, against their warm ones",
        "  ab            1 partition, 1 name in a message, 1 message under way, against 4, 32 and 16",
        "  expire        --expiring leases run out within one second, --entries others stay; a watcher hears of each",
        "  overload      writes with ten times as many under way as a ring has places, then few: refusals, errors, recovery",
        "  replay        each row of --trace becomes a task of simulated work"})
final class LoadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SCENARIO", converter = ScenarioConverter.class, completionCandidates = ScenarioWords.class,
        description = "${COMPLETION-CANDIDATES}")
    private Scenario scenario;
    @Mixin
    private LoadOptions options;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        options.validate(scenario);
        final PrintWriter err = spec.commandLine().getErr();
        final LoadResult result;
        try (RunDirectory directory = RunDirectory.create()) {
            result = new LoadRun(scenario, options, directory, message -> progress(err, message)).run();
        }
        ResultWriter.write(result, options);
        final PrintWriter out = spec.commandLine().getOut();
        if (options.format == LoadOptions.OutputFormat.JSON) {
            out.println(result.json());
        } else {
            out.print(TextReport.one(result.json()));
        }
        out.flush();
        result.warnings().forEach(warning -> err.println("warning: " + warning));
        result.failures().forEach(failure -> err.println("FAIL: " + failure));
        err.flush();
        return result.valid() ? 0 : TuneCommands.FAILED;
    }

    private static void progress(final PrintWriter err, final String message) {
        err.println("... " + message);
        err.flush();
    }

    /** The user's word for a scenario. */
    static final class ScenarioConverter implements CommandLine.ITypeConverter<Scenario> {
        @Override
        public Scenario convert(final String word) {
            try {
                return Scenario.of(word);
            } catch (final IllegalArgumentException ex) {
                throw new CommandLine.TypeConversionException(ex.getMessage());
            }
        }
    }

    /** All words, for the help text. */
    static final class ScenarioWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            final List<String> words = new ArrayList<>();
            Arrays.stream(Scenario.values()).forEach(scenario -> words.add(scenario.word()));
            return words.iterator();
        }
    }
}
