package io.ringmaster.tuning.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which processor a result is from. Machines of one size are not alike: a lookup among a million records takes more than twice as long
 * on one generation of a processor as on another, and a brand name may be that of both.
 * <p>
 * Threading: static methods, no state.
 */
final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Processor() {
    }

    /** Name, family and model as Linux has them; "unknown" elsewhere. */
    static String name() {
        return name(CPUINFO);
    }

    static String name(final Path cpuinfo) {
        final String text;
        try {
            text = Files.readString(cpuinfo, StandardCharsets.ISO_8859_1);
        } catch (final IOException ex) {
            return "unknown";
        }
        final String name = value(text, "model name");
        return name.isEmpty() ? "unknown" : name + ", family " + value(text, "cpu family") + ", model " + value(text, "model");
    }

    /** Of the first processor; empty if there is none. */
    private static String value(final String text, final String key) {
        return text.lines().filter(line -> line.contains(":") && line.substring(0, line.indexOf(':')).strip().equals(key))
            .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("");
    }
}
