package io.ringmaster.tuning.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The steps of the two suites: each is one command of this program in a process of its own, and the seconds that it takes.
 * <p>
 * Threading: static methods, no state.
 */
final class Suite {
    private static final int START_SECONDS = 4;

    private Suite() {
    }

    /** How thorough. */
    enum Form {
        /** A second or so each: shows that everything runs. The figures say nothing. */
        SMOKE,
        /** Minutes. */
        SHORT,
        /** The figures to publish. */
        LONG
    }

    /**
     * One step.
     *
     * @param name      of the JSON file.
     * @param arguments of this program; {@code --out} is added.
     * @param seconds   that it takes, about.
     */
    record Step(String name, List<String> arguments, long seconds) {
        static Step of(final String name, final long seconds, final String command) {
            return new Step(name, List.of(command.split(" ")), seconds);
        }
    }

    /** What a load of one scenario takes and how it is told to. */
    private record Times(int seconds, int warmup, int segments, double floorSeconds) {
        Step load(final String name, final String scenario) {
            return load(name, scenario, seconds);
        }

        Step load(final String name, final String scenario, final long measuredSeconds) {
            return Step.of(name,
                START_SECONDS + warmup + measuredSeconds + Math.round((segments + 1) * 1.5 * floorSeconds + 2 * segments),
                "load " + scenario + " --seconds " + seconds + " --warmup " + warmup + " --segments " + segments
                    + " --floor-seconds " + floorSeconds);
        }
    }

    /** Every scenario over both transports, as it was before the registry had a suite of its own. */
    static List<Step> general(final Form form) {
        final Times times = times(form);
        final List<Step> steps = new ArrayList<>();
        for (final String transport : new String[] {"ipc", "udp"}) {
            for (final String scenario : new String[] {"lookup", "lookup-batch", "dispatch", "batch"}) {
                steps.add(times.load(scenario + '-' + transport, scenario + " --transport " + transport));
            }
        }
        steps.add(times.load("burst-ipc", "burst --bursts 25,50,75,100,1000", 5L * times.seconds() + times.warmup()));
        return steps;
    }

    /** Everything about the registry. */
    static List<Step> registry(final Form form) {
        final Times times = times(form);
        final List<Step> steps = new ArrayList<>();
        steps.add(Step.of("core", form == Form.LONG ? 2_000 : form == Form.SHORT ? 400 : 60,
            "bench-core --form " + form.name().toLowerCase(Locale.ROOT)));
        final int checkSeconds = form == Form.LONG ? 60 : form == Form.SHORT ? 10 : 1;
        steps.add(Step.of("readers", checkSeconds + 2, "check-readers --readers 12 --seconds " + checkSeconds));
        steps.add(Step.of("readers-4-partitions", checkSeconds + 2,
            "check-readers --readers 12 --partitions 4 --keys 4096 --seconds " + checkSeconds));
        final boolean isLong = form == Form.LONG;
        steps.add(Step.of("memory", isLong ? 60 : 20, "memory-core --entries " + (form == Form.SMOKE ? "10000" : "100000,1000000")));
        steps.add(Step.of("churn", isLong ? 30 : 15, "check-churn --entries " + (isLong ? 100_000 : 20_000)
            + " --cycles " + (isLong ? 1_000_000 : 200_000)));
        steps.add(Step.of("ring-reads", isLong ? 30 : checkSeconds + 5, "check-ring-reads --seconds " + Math.min(10, checkSeconds)
            + " --rounds " + Math.min(5, checkSeconds)));
        for (final String transport : new String[] {"ipc", "udp"}) {
            final String via = " --transport " + transport;
            steps.add(times.load("lookup-" + transport, "lookup" + via));
            steps.add(times.load("lookup-hit-78-" + transport, "lookup --hit-rate 0.78" + via));
            steps.add(times.load("register-" + transport, "register" + via));
        }
        steps.add(times.load("lookup-1M-ipc", "lookup --entries " + (form == Form.LONG ? 1_000_000 : 100_000), times.seconds() + 40L));
        steps.add(times.load("lookup-2-clients", "lookup --clients 2 --outstanding 16"));
        steps.add(times.load("lookup-100-clients", "lookup --clients 100 --outstanding 16", times.seconds() + 8L));
        steps.add(times.load("sessions", "sessions --clients 100 --outstanding 16", 2L * times.seconds() + times.warmup() + 12));
        steps.add(times.load("lookup-100-clients-rate", "lookup --clients 100 --rate 10000", times.seconds() + 8L));
        for (final int batch : new int[] {1, 8, 32, 128}) {
            steps.add(times.load("lookup-batch-" + batch, "lookup-batch --batch " + batch));
        }
        steps.add(times.load("lookup-batch-32-pipelined", "lookup-batch --batch 32 --outstanding 8"));
        steps.add(times.load("lookup-batch-32-1M", "lookup-batch --batch 32 --entries " + (form == Form.LONG ? 1_000_000 : 100_000),
            times.seconds() + 40L));
        final int levels = 11;
        steps.add(times.load("sweep-ipc", "sweep --clients 10", (long) levels * times.seconds() + 2L * levels * times.segments()));
        final String bursts = form == Form.SMOKE ? "25,1000" : "25,50,75,100,250,500,1000,2500,5000,10000";
        steps.add(times.load("burst-ipc", "burst --bursts " + bursts, 10L * times.seconds() + times.warmup() + 20));
        final int r1Seconds = form == Form.LONG ? 60 : times.seconds();
        steps.add(Step.of("r1-ipc", START_SECONDS + 2 * times.warmup() + r1Seconds + 20,
            "load burst --bursts 25 --clients 100 --seconds " + r1Seconds + " --segments " + Math.min(5, r1Seconds)
                + " --warmup " + times.warmup() + " --floor-seconds 0"));
        steps.add(times.load("overload", "overload --clients 4", times.seconds() + 8L));
        for (final int partitions : new int[] {1, 4}) {
            steps.add(times.load("register-" + partitions + "-partitions",
                "register --clients 4 --outstanding 16 --set ringmaster.registry.partitions=" + partitions));
        }
        steps.add(times.load("first", "first", (times.segments() + 1) * (2L * (START_SECONDS + times.warmup()) + 10)));
        final int live = form == Form.SMOKE ? 10_000 : 1_000_000;
        steps.add(times.load("expire", "expire --entries " + live + " --expiring " + live / 10
            + (form == Form.SMOKE ? " --segments 1 --waves 1 --practice-waves 1" : ""), (form == Form.SMOKE ? 100 : 420) + live / 5_000));
        steps.add(times.load("ab", "ab", 3L * times.seconds() + times.warmup()));
        return steps;
    }

    private static Times times(final Form form) {
        return switch (form) {
            case SMOKE -> new Times(1, 1, 1, 0.1);
            case SHORT -> new Times(5, 5, 1, 1);
            case LONG -> new Times(12, 8, 3, 1);
        };
    }
}
