package io.ringmaster.tuning.load;

import org.agrona.concurrent.status.CountersReader;

import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of one type whose labels begin alike: what each of them grew by in some stretches.
 * <p>
 * Threading: confined to the generator.
 */
final class LabelledCounters {
    private final CountersReader reader;
    private final Map<String, Integer> ids = new TreeMap<>();
    private final Map<String, Long> before = new TreeMap<>();
    private final Map<String, Long> grown = new TreeMap<>();

    LabelledCounters(final CountersReader reader, final int wantedTypeId, final String prefix) {
        this.reader = reader;
        reader.forEach((counterId, typeId, key, label) -> {
            if (typeId == wantedTypeId && label.startsWith(prefix)) {
                ids.put(label.substring(prefix.length()), counterId);
            }
        });
    }

    void begin() {
        ids.forEach((name, id) -> before.put(name, reader.getCounterValue(id)));
    }

    void end() {
        ids.forEach((name, id) -> grown.merge(name, reader.getCounterValue(id) - before.get(name), Long::sum));
    }

    Map<String, Long> values() {
        return grown;
    }

    Map<String, Double> shares(final long of) {
        final Map<String, Double> shares = new TreeMap<>();
        grown.forEach((name, value) -> shares.put(name, (double) value / of));
        return shares;
    }

    long sum() {
        return grown.values().stream().mapToLong(Long::longValue).sum();
    }

    double maxToMean() {
        final long max = grown.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return max == 0 ? 0 : (double) max * grown.size() / sum();
    }

    /** Name of the one that grew most; empty if none did. */
    String greatest() {
        String name = "";
        long most = 0;
        for (final Map.Entry<String, Long> entry : grown.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                name = entry.getKey();
            }
        }
        return name;
    }
}
