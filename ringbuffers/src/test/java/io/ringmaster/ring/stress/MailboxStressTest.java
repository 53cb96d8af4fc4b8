package io.ringmaster.ring.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MailboxStressTest {
    private static final long TIMEOUT_MINUTES = 10;

    @Test
    void shouldShowNoForbiddenOutcomeWhenRunByJcstress() throws IOException, InterruptedException {
        final Path target = Path.of(System.getProperty("ringmaster.test.target", "target")).toAbsolutePath();
        final Path directory = Files.createDirectories(target.resolve("jcstress"));
        final String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        final String flags = System.getProperty("ringmaster.test.jvm.flags", "").trim();
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", classPath,
            "-Djava.io.tmpdir=" + directory,
            "org.openjdk.jcstress.Main",
            "-v",
            "-m", System.getProperty("ringmaster.test.jcstress.mode", "quick"),
            "-t", "io.ringmaster.ring.stress.MailboxStress",
            "-r", directory.resolve("results").toString()));
        if (!flags.isEmpty()) {
            command.addAll(List.of("-jvmArgsPrepend", flags));
        }
        final File log = directory.resolve("jcstress.log").toFile();
        final Process process = new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES), "jcstress still runs, see " + log);
        } finally {
            process.destroyForcibly();
        }
        final String report = Files.readString(log.toPath());
        assertEquals(0, process.exitValue(), report);
        final Matcher totals = Pattern.compile(
            "Results: [\\d,]+ planned; [\\d,]+ passed, \\d+ failed, \\d+ soft errs, \\d+ hard errs").matcher(report);
        String last = null;
        while (totals.find()) {
            last = totals.group();
        }
        assertTrue(null != last && last.endsWith(" 0 failed, 0 soft errs, 0 hard errs"), report);
        for (final String name : List.of("OfferAndPoll", "RejectTwoProducers", "DropOldestAndPoll")) {
            assertTrue(report.contains("MailboxStress." + name), name + " did not run: " + report);
        }
    }
}
