package io.ringmaster.server.cli;

import io.ringmaster.protocol.Protocol;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/**
 * Options of the commands that select records.
 * <p>
 * Threading: confined to the main thread.
 */
final class CapabilityOptions {
    @Option(names = "--all-of", paramLabel = "CAPABILITY", split = ",",
        description = "Capabilities, all required; none: every record.")
    private List<String> allOf = new ArrayList<>();

    @Option(names = "--any-of", paramLabel = "CAPABILITY", split = ",", description = "Capabilities, at least one required.")
    private List<String> anyOf = new ArrayList<>();

    @Option(names = "--none-of", paramLabel = "CAPABILITY", split = ",", description = "Capabilities, none allowed.")
    private List<String> noneOf = new ArrayList<>();

    @Option(names = "--kind", paramLabel = "any|agent|service", defaultValue = "any", description =
        "Kind of records (default: ${DEFAULT-VALUE}).")
    private Kind kind;

    List<String> allOf() {
        return allOf;
    }

    List<String> anyOf() {
        return anyOf;
    }

    List<String> noneOf() {
        return noneOf;
    }

    byte kind() {
        return kind.value;
    }

    /** Kind of records. */
    enum Kind {
        ANY((byte)0), AGENT(Protocol.KIND_AGENT), SERVICE(Protocol.KIND_SERVICE);

        private final byte value;

        Kind(final byte value) {
            this.value = value;
        }
    }
}
