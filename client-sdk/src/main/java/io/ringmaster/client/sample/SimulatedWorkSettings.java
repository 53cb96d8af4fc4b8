package io.ringmaster.client.sample;

import java.util.Map;
import java.util.TreeSet;

/**
 * Settings of a {@link SimulatedWorkHandler}. Immutable.
 *
 * @param workNs      work at speed 1 of a task whose payload says nothing else, in nanoseconds.
 * @param parallelism tasks that are worked on at a time.
 * @param speed       2.0 is twice as fast as 1.0.
 * @param refuseAbove tasks that may wait for their turn; one more is refused. It bounds the handler's memory.
 * @param mode        how the time passes.
 */
public record SimulatedWorkSettings(long workNs, int parallelism, double speed, int refuseAbove, Mode mode) {
    /** How the time of a task passes. */
    public enum Mode {
        /** A timer: the worker's thread is free meanwhile, as with work that is done elsewhere. */
        SLEEP,
        /** Burns the worker's thread, one task after the other ({@code parallelism} does not apply). */
        SPIN
    }

    /** 1 ms of work, one task at a time, a queue of 1,024. */
    public static final SimulatedWorkSettings DEFAULTS = new SimulatedWorkSettings(1_000_000L, 1, 1.0, 1024, Mode.SLEEP);

    private static final String KEYS = "mode, parallelism, refuse-above, speed, workNs";

    /** Checks the ranges. */
    public SimulatedWorkSettings {
        check(workNs >= 0, "workNs", workNs, "0 or more");
        check(parallelism >= 1 && parallelism <= 1024, "parallelism", parallelism, "1 to 1024");
        check(speed > 0 && speed <= 1e9, "speed", speed, "above 0, at most 1e9");
        check(refuseAbove >= 0 && refuseAbove <= 1 << 20, "refuse-above", refuseAbove, "0 to " + (1 << 20));
    }

    /**
     * Reads the settings block of an agent: {@code workNs}, {@code parallelism}, {@code speed}, {@code refuse-above} and
     * {@code mode} ({@code sleep} or {@code spin}).
     *
     * @param settings keys and values as text; what is missing has its default.
     * @return the settings.
     * @throws IllegalArgumentException for an unknown key or a value out of its bounds; the message names the key.
     */
    public static SimulatedWorkSettings of(final Map<String, String> settings) {
        final TreeSet<String> unknown = new TreeSet<>(settings.keySet());
        final String workNs = take(settings, unknown, "workNs", Long.toString(DEFAULTS.workNs));
        final String parallelism = take(settings, unknown, "parallelism", Integer.toString(DEFAULTS.parallelism));
        final String speed = take(settings, unknown, "speed", Double.toString(DEFAULTS.speed));
        final String refuseAbove = take(settings, unknown, "refuse-above", Integer.toString(DEFAULTS.refuseAbove));
        final String mode = take(settings, unknown, "mode", "sleep");
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("simulated-work: unknown settings " + unknown + "; known: " + KEYS);
        }
        final Mode parsedMode = switch (mode) {
            case "sleep" -> Mode.SLEEP;
            case "spin" -> Mode.SPIN;
            default -> throw new IllegalArgumentException("simulated-work: mode = " + mode + " is not sleep or spin");
        };
        return new SimulatedWorkSettings(
            number("workNs", workNs), integer("parallelism", parallelism), real("speed", speed),
            integer("refuse-above", refuseAbove), parsedMode);
    }

    private static String take(
        final Map<String, String> settings, final TreeSet<String> unknown, final String key, final String missing) {
        unknown.remove(key);
        return settings.getOrDefault(key, missing).trim();
    }

    private static long number(final String key, final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException ex) {
            throw new IllegalArgumentException("simulated-work: " + key + " = " + text + " is not a whole number", ex);
        }
    }

    private static int integer(final String key, final String text) {
        final long value = number(key, text);
        check(value == (int) value, key, value, "a 32-bit number");
        return (int) value;
    }

    private static double real(final String key, final String text) {
        try {
            return Double.parseDouble(text);
        } catch (final NumberFormatException ex) {
            throw new IllegalArgumentException("simulated-work: " + key + " = " + text + " is not a number", ex);
        }
    }

    private static void check(final boolean ok, final String key, final Object value, final String bounds) {
        if (!ok) {
            throw new IllegalArgumentException("simulated-work: " + key + " = " + value + " is not " + bounds);
        }
    }
}
