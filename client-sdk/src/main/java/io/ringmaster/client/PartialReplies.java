package io.ringmaster.client;

import org.agrona.collections.Long2ObjectHashMap;

import java.util.ArrayDeque;

/**
 * Which parts of an answer in several messages have come: one bit for each part, so that a part that comes twice counts
 * once. Entries are reused.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class PartialReplies {
    private static final int MAX_PARTS = 65_535;
    private static final int MAX_SPARE = 64;

    private final Long2ObjectHashMap<Parts> byCorrelationId = new Long2ObjectHashMap<>();
    private final ArrayDeque<Parts> spare = new ArrayDeque<>();

    /**
     * Notes a part.
     *
     * @param total of parts, the same each time.
     * @param index of this part; one outside of 0 to total counts for nothing.
     * @return true: every part has come.
     */
    boolean mark(final long correlationId, final int total, final int index) {
        Parts parts = byCorrelationId.get(correlationId);
        if (parts == null) {
            parts = spare.isEmpty() ? new Parts() : spare.pollLast();
            parts.reset(Math.max(1, Math.min(MAX_PARTS, total)));
            byCorrelationId.put(correlationId, parts);
        }
        return parts.mark(index);
    }

    /** Forgets a request. */
    void remove(final long correlationId) {
        if (!byCorrelationId.isEmpty()) {
            final Parts parts = byCorrelationId.remove(correlationId);
            if (parts != null && spare.size() < MAX_SPARE) {
                spare.addLast(parts);
            }
        }
    }

    /** Forgets all. */
    void clear() {
        byCorrelationId.clear();
    }

    private static final class Parts {
        private long[] bits = new long[8];
        private int total;
        private int missing;

        void reset(final int parts) {
            total = parts;
            missing = parts;
            final int words = (parts + Long.SIZE - 1) / Long.SIZE;
            if (words > bits.length) {
                bits = new long[words];
            }
            for (int i = 0; i < words; i++) {
                bits[i] = 0;
            }
        }

        boolean mark(final int index) {
            if (index >= 0 && index < total) {
                final long bit = 1L << index;
                missing -= (bits[index >> 6] & bit) == 0 ? 1 : 0;
                bits[index >> 6] |= bit;
            }
            return missing == 0;
        }
    }
}
