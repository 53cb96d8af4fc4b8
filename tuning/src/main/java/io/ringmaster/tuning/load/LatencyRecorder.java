package io.ringmaster.tuning.load;

import org.HdrHistogram.Histogram;

/**
 * The histograms of a run: all operations, those of each tag, those of each kind, and those of each kind in each tag.
 * <p>
 * Threading: confined to the generator. Recording allocates nothing.
 */
final class LatencyRecorder {
    private final Histogram all = Latencies.histogram();
    private final Histogram[] byTag;
    private final Histogram[] byKind;
    private final Histogram[] byTagAndKind;
    private final int kinds;

    LatencyRecorder(final int tags, final int kinds) {
        byTag = histograms(tags);
        byKind = histograms(kinds);
        byTagAndKind = histograms(tags > 1 && kinds > 1 ? tags * kinds : 0);
        this.kinds = kinds;
    }

    void record(final int tag, final int kind, final long latencyNs) {
        Latencies.record(all, latencyNs);
        if (byTag.length > 0) {
            Latencies.record(byTag[tag], latencyNs);
        }
        if (byKind.length > 0) {
            Latencies.record(byKind[kind], latencyNs);
        }
        if (byTagAndKind.length > 0) {
            Latencies.record(byTagAndKind[tag * kinds + kind], latencyNs);
        }
    }

    void add(final LatencyRecorder other) {
        all.add(other.all);
        for (int i = 0; i < byTag.length; i++) {
            byTag[i].add(other.byTag[i]);
        }
        for (int i = 0; i < byKind.length; i++) {
            byKind[i].add(other.byKind[i]);
        }
        for (int i = 0; i < byTagAndKind.length; i++) {
            byTagAndKind[i].add(other.byTagAndKind[i]);
        }
    }

    Histogram all() {
        return all;
    }

    Histogram ofTag(final int tag) {
        return byTag[tag];
    }

    Histogram ofKind(final int kind) {
        return byKind[kind];
    }

    /** Of one kind in one tag, where there are several of both. */
    Histogram of(final int tag, final int kind) {
        return byTagAndKind[tag * kinds + kind];
    }

    /** One class needs no histogram of its own. */
    private static Histogram[] histograms(final int classes) {
        final Histogram[] histograms = new Histogram[classes > 1 ? classes : 0];
        for (int i = 0; i < histograms.length; i++) {
            histograms[i] = Latencies.histogram();
        }
        return histograms;
    }
}
