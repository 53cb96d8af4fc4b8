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
     * @param turns       how often all of it is run, so that what is compared takes turns; at least 1.
     */
    record Step(String name, String include, int benchmarks, List<String> maps, List<Integer> entries, int mixes, int turns) {
        Step(final String name, final String include, final int benchmarks, final List<String> maps, final List<Integer> entries) {
            this(name, include, benchmarks, maps, entries, 1, 1);
        }

        /** Results that must come of one turn with one number of records. */
        int resultsOfTurn() {
            return benchmarks * Math.max(1, maps.size()) * mixes;
        }

        /** Results that must come of all of it. */
        int results() {
            return resultsOfTurn() * entries.size() * turns;
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
            case SMOKE -> new CorePlan(steps(List.of(1_000), 1_000, List.of(1_000), 1, 1), 1, 1, 0.1, 1);
            case SHORT -> new CorePlan(
                steps(List.of(1_000, 100_000, 1_000_000), 1_000_000, List.of(1_000, 100_000), 1, 2), 2, 3, 0.5, 1);
            case LONG -> new CorePlan(
                steps(List.of(1_000, 100_000, 1_000_000, 10_000_000), 1_000_000, List.of(1_000, 100_000, 1_000_000, 10_000_000), 2, 6),
                3, 5, 1, 1);
        };
    }

    /** The turns are those beside the one of the step with all maps. */
    private static List<Step> steps(
        final List<Integer> sizes, final int contended, final List<Integer> querySizes,
        final int moreSizeTurns, final int moreTailTurns) {
        final List<Step> steps = new ArrayList<>();
        steps.add(new Step("get", "CoreBenchmark\\.get(Batch)?$", 2, ALL_MAPS, sizes));
        steps.add(new Step("few and many records, in turns", "CoreBenchmark\\.get$", 1, List.of("RINGMASTER"), ends(sizes), 1,
            moreSizeTurns));
        steps.add(new Step("miss, put, remove", "CoreBenchmark\\.(getMiss|put|removeAndPut)$", 3, MAPS, sizes));
        steps.add(new Step("queries", "QueryBenchmark\\.", 3, List.of(), querySizes));
        steps.add(new Step("reads and writes mixed", "MixBenchmark\\.", 1, MAPS, List.of(contended), 3, 1));
        steps.add(new Step("readers beside a writer", "ContentionBenchmark\\.", 4, MAPS, List.of(contended)));
        steps.add(new Step("tails beside a writer, in turns", "ContentionBenchmark\\.(alone|beside)$", 2, List.of("RINGMASTER"),
            List.of(contended), 1, moreTailTurns));
        steps.add(new Step("partitions", "PartitionBenchmark\\.", 4, List.of(), List.of(contended)));
        return steps;
    }

    /** The numbers of records that are compared with each other: the second, if there are so many, and the last. */
    private static List<Integer> ends(final List<Integer> sizes) {
        return sizes.size() < 3 ? List.of(sizes.get(0)) : List.of(sizes.get(1), sizes.get(sizes.size() - 1));
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
                seconds += each * forksFor(entries) * step.resultsOfTurn() * step.turns();
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
