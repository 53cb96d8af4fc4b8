package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the server used during the measured part of a run. Immutable.
 *
 * @param allocatedBytes by the threads that run roles.
 * @param gcCount        collections.
 * @param gcPauseMaxNs   the longest collection since the server started.
 * @param heapUsedBytes  at the end.
 * @param offHeapBytes   at the end.
 * @param cpuNs          of the whole process.
 */
record ServerFigures(
    long allocatedBytes, long gcCount, long gcPauseMaxNs, long heapUsedBytes, long offHeapBytes, long cpuNs) {

    /**
     * As in the result.
     *
     * @param operations that the figures are divided by.
     * @return the object {@code server}.
     */
    ObjectNode json(final long operations) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        final long divisor = Math.max(1, operations);
        json.put("allocatedBytesPerOperation", Math.round(1000.0 * allocatedBytes / divisor) / 1000.0);
        json.put("gcCount", gcCount);
        json.put("gcPauseMaxNs", gcPauseMaxNs);
        json.put("heapUsedBytes", heapUsedBytes);
        json.put("offHeapBytes", offHeapBytes);
        json.put("cpuNsPerOperation", cpuNs / divisor);
        return json;
    }

    /** The same keys where nothing is known of the server. */
    static ObjectNode unknown() {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (final String key : new String[] {
            "allocatedBytesPerOperation", "gcCount", "gcPauseMaxNs", "heapUsedBytes", "offHeapBytes", "cpuNsPerOperation"}) {
            json.putNull(key);
        }
        return json;
    }
}
