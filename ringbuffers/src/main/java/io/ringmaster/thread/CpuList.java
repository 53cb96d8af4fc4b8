package io.ringmaster.thread;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU numbers as the operating system counts them, written {@code none}, {@code 3} or {@code 3-6,8}.
 * <p>
 * Threading: immutable.
 *
 * @param cpus the numbers in the order written, without duplicates; empty for none.
 */
public record CpuList(List<Integer> cpus) {
    /** No CPU: not pinned. */
    public static final CpuList NONE = new CpuList(List.of());
    /** Highest CPU number that a Linux affinity mask of ordinary size can name. */
    public static final int MAX_CPU = 1023;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:\\s*-\\s*(\\d{1,4}))?");

    /**
     * Copies the list.
     */
    public CpuList {
        cpus = List.copyOf(cpus);
    }

    /**
     * Reads the written form.
     *
     * @param key  for messages.
     * @param text to read.
     * @return the list.
     * @throws ThreadPlanException for anything else than the written form, a number above {@link #MAX_CPU} or twice.
     */
    public static CpuList parse(final String key, final String text) {
        if ("none".equals(text.trim())) {
            return NONE;
        }
        final List<Integer> cpus = new ArrayList<>();
        for (final String part : text.split(",", -1)) {
            final Matcher matcher = RANGE.matcher(part.trim());
            if (!matcher.matches()) {
                throw new ThreadPlanException(
                    key + " = \"" + text + "\": must be none, a CPU such as 3, or a list such as 3-6,8");
            }
            final int first = Integer.parseInt(matcher.group(1));
            final int last = null == matcher.group(2) ? first : Integer.parseInt(matcher.group(2));
            if (first > last || last > MAX_CPU) {
                throw new ThreadPlanException(
                    key + " = \"" + text + "\": " + part.trim() + " must go up and end at " + MAX_CPU + " or before");
            }
            for (int cpu = first; cpu <= last; cpu++) {
                if (cpus.contains(cpu)) {
                    throw new ThreadPlanException(key + " = \"" + text + "\": names CPU " + cpu + " twice");
                }
                cpus.add(cpu);
            }
        }
        return new CpuList(cpus);
    }

    /**
     * The CPUs of an affinity mask.
     *
     * @param mask with a bit for each CPU.
     * @return the list, ascending.
     */
    public static CpuList of(final BitSet mask) {
        return new CpuList(mask.stream().boxed().toList());
    }

    /**
     * Number of CPUs.
     *
     * @return the number; 0 for none.
     */
    public int size() {
        return cpus.size();
    }

    /**
     * Whether no CPU is named.
     *
     * @return true for none.
     */
    public boolean isNone() {
        return cpus.isEmpty();
    }

    /** The written form. */
    @Override
    public String toString() {
        if (cpus.isEmpty()) {
            return "none";
        }
        final StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < cpus.size()) {
            int last = i;
            while (last + 1 < cpus.size() && cpus.get(last + 1) == cpus.get(last) + 1) {
                last++;
            }
            text.append(0 == i ? "" : ",").append(cpus.get(i));
            if (last > i) {
                text.append('-').append(cpus.get(last));
            }
            i = last + 1;
        }
        return text.toString();
    }
}
