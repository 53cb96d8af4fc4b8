package io.ringmaster.server.config;

import org.agrona.BitUtil;

/**
 * Checks that the settings share; each refusal names the key, the value and the bound.
 * <p>
 * Threading: immutable.
 */
final class Bounds {
    /** A day in nanoseconds: longer timeouts are mistakes. */
    static final long DAY_NS = 86_400_000_000_000L;

    private static final long MS = 1_000_000L;

    private Bounds() {
    }

    static void within(final String key, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new ConfigException(key, "= " + value + " must be from " + min + " to " + max);
        }
    }

    static void bytesWithin(final String key, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new ConfigException(
                key, "= " + bytes(value) + " must be from " + bytes(min) + " to " + bytes(max));
        }
    }

    static void durationWithin(final String key, final long valueNs, final long minNs, final long maxNs) {
        if (valueNs < minNs || valueNs > maxNs) {
            throw new ConfigException(
                key, "= " + duration(valueNs) + " must be from " + duration(minNs) + " to " + duration(maxNs));
        }
    }

    static void powerOfTwo(final String key, final long value) {
        if (!BitUtil.isPowerOfTwo(value)) {
            throw new ConfigException(key, "= " + value + " must be a power of two");
        }
    }

    static void reserved(final String block, final int slots, final int reservedSlots) {
        within(block + ".slots", slots, 2, 1 << 20);
        powerOfTwo(block + ".slots", slots);
        within(block + ".reserved", reservedSlots, 0, slots - 1L);
    }

    /** As a person writes it: {@code 128 KiB}; not a whole number of units: the bytes. */
    static String bytes(final long value) {
        final String[] units = {"GiB", "MiB", "KiB"};
        for (int i = 0; i < units.length; i++) {
            final long unit = 1L << (10 * (units.length - i));
            if (value >= unit && value % unit == 0) {
                return value / unit + " " + units[i];
            }
        }
        return value + " bytes";
    }

    /** As a person writes it: {@code 5 s}, {@code 100 ms}, {@code 20 ns}. */
    static String duration(final long valueNs) {
        if (valueNs != 0 && valueNs % (1000 * MS) == 0) {
            return valueNs / (1000 * MS) + " s";
        }
        return valueNs % MS == 0 ? valueNs / MS + " ms" : valueNs + " ns";
    }
}
