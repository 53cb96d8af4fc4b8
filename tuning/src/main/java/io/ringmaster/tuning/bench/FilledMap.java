package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A map with records 0 to entries - 1 in it. Before anything is measured, records are read back and compared, so a map that
 * lost or mixed them up cannot look fast.
 * <p>
 * Threading: filled by JMH's set-up thread before the benchmark threads start.
 */
@State(Scope.Benchmark)
public class FilledMap {
    /** Partitions of the registry in all benchmarks that do not say otherwise. */
    static final int PARTITIONS = 4;
    private static final int CHECK_STEP = 97;

    /** Which map. */
    @Param({"RINGMASTER", "CHM", "CHM_READY_KEYS", "CHRONICLE"})
    public MapKind map;
    /** Records in it. */
    @Param({"1000", "100000", "1000000", "10000000"})
    public int entries;

    private RecordMap records;

    /** Fills the map and checks it. */
    @Setup(Level.Trial)
    public void fill() {
        records = map.create(entries, PARTITIONS);
        final RecordMap.Writer writer = records.writer();
        for (int i = 0; i < entries; i++) {
            writer.put(i, content(i));
        }
        final RecordMap.Reader reader = records.reader();
        for (int i = 0; i < entries; i += CHECK_STEP) {
            if (reader.get(i) != 1 + content(i) || reader.get(i + BenchKeys.MISSING) != RecordMap.NONE) {
                throw new IllegalStateException(map + " does not hold record " + i + " as it was put, or one that was not");
            }
        }
    }

    /** Frees what is not on the heap. */
    @TearDown(Level.Trial)
    public void close() {
        records.close();
    }

    RecordMap records() {
        return records;
    }

    /** First word of a record's metadata. */
    static long content(final int number) {
        return 3L * number + 7;
    }
}
