package io.ringmaster.tuning.load;

import org.agrona.BitUtil;

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
    private static final long SPARE_ENTRIES = 10_000;
    private static final long SLAB_BYTES_PER_ENTRY = 256;
    private static final long DEFAULT_PENDING_BYTES = 256 << 10;
    /** The most that a server keeps for one session. */
    static final long MAX_PENDING_BYTES = 64 << 20;
    /** In an open loop the generator sends all that came due while it was held up. */
    private static final double HELD_UP_SECONDS = 0.5;
    /** An answer with one record, generously. */
    private static final long BYTES_PER_RECORD = 512;
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
        if (scenario == Scenario.OVERLOAD) {
            sets.add("ringmaster.registry.partitions=1");
            sets.add("ringmaster.registry.ring.slots=" + OverloadRun.RING_SLOTS);
            sets.add("ringmaster.registry.ring.reserved=" + OverloadRun.RING_RESERVED);
        }
        final long pendingBytes = pendingBytes(scenario, options);
        if (pendingBytes > DEFAULT_PENDING_BYTES) {
            sets.add("ringmaster.session.pending-bytes=" + pendingBytes);
        }
        final long entries = scenario == Scenario.EXPIRE
            ? (long) options.entries + options.expiring + SPARE_ENTRIES : 2L * options.entries;
        if (entries > DEFAULT_ENTRIES) {
            sets.add("ringmaster.registry.entries=" + entries);
            sets.add("ringmaster.registry.slab-bytes=" + entries * SLAB_BYTES_PER_ENTRY);
        }
        return sets;
    }

    /**
     * What may wait for one session: the answers to everything that it may have under way, should the generator be held up. The
     * server disconnects a client that lets more than that wait.
     */
    static long pendingBytes(final Scenario scenario, final LoadOptions options) {
        final long underWay = switch (scenario) {
            case BURST -> options.bursts.stream().mapToInt(Integer::intValue).max().orElse(1);
            case EXPIRE -> options.expiring;
            case OVERLOAD -> OverloadRun.UNDER_WAY;
            case SWEEP -> options.levels.stream().mapToInt(Integer::intValue).max().orElse(1);
            default -> Math.max((long) options.outstanding * options.clients,
                (long) Math.min(LoadOptions.MAX_OUTSTANDING, options.ratePerSecond * HELD_UP_SECONDS));
        };
        final long records = scenario == Scenario.LOOKUP_BATCH ? options.batchFor(scenario) : 1;
        final long perSession = (underWay + options.clients - 1) / options.clients * records * BYTES_PER_RECORD;
        return Math.min(MAX_PENDING_BYTES, BitUtil.findNextPositivePowerOfTwo(perSession));
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
