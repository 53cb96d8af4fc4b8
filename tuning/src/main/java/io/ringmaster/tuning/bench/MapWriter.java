package io.ringmaster.tuning.bench;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The thread that writes random records; there is never more than one in a benchmark that uses this.
 * <p>
 * Threading: confined to its thread.
 */
@State(Scope.Thread)
public class MapWriter {
    private RecordMap.Writer writer;
    private RandomIndex random;
    private long content;

    /**
     * A writer of the map.
     *
     * @param map to write.
     */
    @Setup(Level.Trial)
    public void open(final FilledMap map) {
        writer = map.records().writer();
        random = new RandomIndex(map.entries, 4711);
    }

    long replace() {
        writer.put(random.next(), ++content);
        return content;
    }

    void removeAndPut() {
        final int number = random.next();
        writer.remove(number);
        writer.put(number, ++content);
    }
}
