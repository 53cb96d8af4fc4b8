package io.ringmaster.tuning.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a server that is started for a scenario is configured with beside its profile.
 * <p>
 * Threading: static methods, no state.
 */
final class ServerPlan {
    /** Offers that an in-server agent takes at a time when it answers at once. */
    private static final int ECHO_CAPACITY = 32;
    /** One task at work and one that waits, so that the agent has no gap between them. */
    private static final int SIMULATED_CAPACITY = 2;
    /** Sessions beyond those of the load. */
    private static final int SPARE_SESSIONS = 16;
    private static final int DEFAULT_SESSIONS = 128;
    private static final int DEFAULT_ENTRIES = 65_536;

    private ServerPlan() {
    }

    static List<String> sets(final Scenario scenario, final LoadOptions options) {
        final List<String> sets = new ArrayList<>();
        if (scenario == Scenario.REPLAY) {
            sets.add(groups(group("worker", options.agentsFor(scenario), "simulated-work",
                '"' + ReplayWorkload.CAPABILITY + '"', SIMULATED_CAPACITY)));
        } else if (scenario.needsAgents()) {
            sets.add(groups(group("worker", options.agentsFor(scenario), "echo",
                '"' + BatchWorkload.CAPABILITY + '"', ECHO_CAPACITY)));
        }
        if (options.clients + SPARE_SESSIONS > DEFAULT_SESSIONS) {
            sets.add("ringmaster.session.max=" + (options.clients + SPARE_SESSIONS));
        }
        if (2 * options.entries > DEFAULT_ENTRIES) {
            sets.add("ringmaster.registry.entries=" + 2 * options.entries);
        }
        return sets;
    }

    /** For the demo: the same agents do batches and the trace. */
    static List<String> demoSets(final int agents) {
        return List.of(groups(group("worker", agents, "simulated-work",
            '"' + ReplayWorkload.CAPABILITY + "\", \"" + BatchWorkload.CAPABILITY + '"', SIMULATED_CAPACITY)));
    }

    private static String groups(final String group) {
        return "ringmaster.agents.groups=[" + group + "]";
    }

    private static String group(
        final String name, final int count, final String handler, final String capabilities, final int capacity) {
        return String.format(Locale.ROOT,
            "{name = \"%s\", count = %d, handler = \"%s\", capabilities = [%s], capacity = %d, parallelism = 1}",
            name, count, handler, capabilities, capacity);
    }
}
