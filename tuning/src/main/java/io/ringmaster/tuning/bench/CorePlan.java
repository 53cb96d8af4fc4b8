package io.ringmaster.tuning.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which benchmarks of the core run with which parameters, and how long that takes.
 * <p>
 * Threading: immutable.
 *
 * @param steps             of the run, each a JMH run of its own whose results go into one file.
 * @param warmupIterations  of each fork.
 * @param iterations        measured, of each fork.
 * @param iterationSeconds  length of an iteration.
 * @param forks             of each benchmark; see {@link #forksFor}.
 */
record CorePlan(List<Step> steps, int warmupIterations, int iterations, double iterationSeconds, int forks) {
    /** From so many records on a map is large. */
    static final int LARGE = 4_000_000;

    private static final double FORK_SECONDS = 1.3;
    private static final double FILL_SECONDS_PER_MILLION = 3.5;
    private static final List<String> MAPS = List.of("RINGMASTER", "CHM", "CHRONICLE");
    private static final List<String> ALL_MAPS = List.of("RINGMASTER", "CHM", "CHM_READY_KEYS", "CHRONICLE");

    /**
     * Benchmarks of the same parameters.
     *
     * @param name        for messages.
     * @param include     regular expression of class and method.
     * @param benchmarks  that it matches.
     * @param maps        to compare; empty: none to choose from.
     * @param entries     numbers of records.
     * @param mixes       of reads and writes that each is run with; at least 1.
     */
    record Step(String name, String include, int benchmarks, List<String> maps, List<Integer> entries, int mixes) {
        /** Results that must come of it. */
        int results() {
            return benchmarks * Math.max(1, maps.size()) * entries.size() * mixes;
        }
    }

    /** How thorough. */
    enum Form {
        /** A second or so in all for each benchmark, one size: shows that everything runs. The figures say nothing. */
        SMOKE,
        /** Minutes. */
        SHORT,
        /** The figures to publish. */
        LONG
    }

    static CorePlan of(final Form form) {
        return switch (form) {
            case SMOKE -> new CorePlan(steps(List.of(1_000), 1_000, List.of(1_000)), 1, 1, 0.1, 1);
            case SHORT -> new CorePlan(steps(List.of(1_000, 100_000, 1_000_000), 1_000_000, List.of(1_000, 100_000)), 2, 3, 0.5, 1);
            case LONG -> new CorePlan(
                steps(List.of(1_000, 100_000, 1_000_000, 10_000_000), 1_000_000, List.of(1_000, 100_000, 1_000_000, 10_000_000)),
                3, 5, 1, 1);
        };
    }

    private static List<Step> steps(final List<Integer> sizes, final int contended, final List<Integer> querySizes) {
        final List<Step> steps = new ArrayList<>();
        steps.add(new Step("get", "CoreBenchmark\\.get(Batch)?$", 2, ALL_MAPS, sizes, 1));
        steps.add(new Step("miss, put, remove", "CoreBenchmark\\.(getMiss|put|removeAndPut)$", 3, MAPS, sizes, 1));
        steps.add(new Step("queries", "QueryBenchmark\\.", 3, List.of(), querySizes, 1));
        steps.add(new Step("reads and writes mixed", "MixBenchmark\\.", 1, MAPS, List.of(contended), 3));
        steps.add(new Step("readers beside a writer", "ContentionBenchmark\\.", 4, MAPS, List.of(contended), 1));
        steps.add(new Step("partitions", "PartitionBenchmark\\.", 4, List.of(), List.of(contended), 1));
        return steps;
    }

    /** One fork is enough where filling the map takes longer than measuring. */
    int forksFor(final int entries) {
        return entries >= LARGE ? 1 : forks;
    }

    /** With only the steps whose name contains a word. */
    CorePlan only(final String word) {
        return new CorePlan(
            steps.stream().filter(step -> step.name().contains(word)).toList(), warmupIterations, iterations, iterationSeconds, forks);
    }

    /** What the run takes, in seconds, as measured on a machine with two cores. */
    long estimateSeconds() {
        double seconds = 0;
        for (final Step step : steps) {
            for (final int entries : step.entries()) {
                final double each = FORK_SECONDS + entries / 1e6 * FILL_SECONDS_PER_MILLION
                    + (warmupIterations + iterations) * iterationSeconds;
                seconds += each * forksFor(entries) * step.benchmarks() * Math.max(1, step.maps().size()) * step.mixes();
            }
        }
        return Math.round(seconds);
    }

    String describe() {
        return String.format(Locale.ROOT, "%d benchmarks, %d forks (1 from 4M records on) of %d + %d iterations of %.1f s: about %d min",
            steps.stream().mapToInt(Step::results).sum(), forks, warmupIterations, iterations, iterationSeconds,
            (estimateSeconds() + 59) / 60);
    }
}
