package io.ringmaster.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A client that follows one watch: rebuilds the registry from its events and checks each of them. */
final class ModelWatcher {
    final long sessionId;
    final long watchId;
    final int windowLength;
    final Map<Long, String> records = new TreeMap<>();
    final List<String> events = new ArrayList<>();
    long removals;
    long lost;
    long losses;
    long snapshots;
    long sequence;
    long acked;
    int underWayLength;

    private final WatchRig rig;
    private final List<Integer> lengths = new ArrayList<>();
    private final Map<Long, Long> versions = new TreeMap<>();
    private final Set<Long> seen = new HashSet<>();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final WatchEventDecoder event = new WatchEventDecoder();
    private boolean inSnapshot;
    private boolean beginDue = true;

    ModelWatcher(final WatchRig rig, final long sessionId, final long watchId, final int windowLength) {
        this.rig = rig;
        this.sessionId = sessionId;
        this.watchId = watchId;
        this.windowLength = windowLength;
    }

    boolean isLive() {
        return !beginDue && !inSnapshot;
    }

    void onEvent(final DirectBuffer buffer, final int offset, final int length) {
        event.wrapAndApplyHeader(buffer, offset, header);
        assertEquals(watchId, event.watchId());
        assertEquals(sequence + 1, event.sequence(), "no gaps");
        sequence++;
        lengths.add(length);
        underWayLength += length;
        assertTrue(underWayLength <= windowLength || sequence == acked + 1, underWayLength + " bytes in a window of " + windowLength);
        final long id = event.agentId();
        final long version = event.recordVersion();
        final int type = event.eventType();
        final int reason = event.reason();
        final String state = "v" + version + " kind " + event.kind() + " readiness " + event.readiness() + " owner " +
            event.ownerSessionId() + " capacity " + event.capacity() + "/" + event.parallelism() + " ";
        final long lostCount = event.lost();
        final String record = state + event.namespaceName() + "/" + event.name() + " [" + event.capabilities() + "] {" +
            event.attributes() + "} '" + metadata() + "'";
        assertEquals(offset + length, event.limit(), "nothing is left of the frame");
        events.add(type + (reason == 0 ? "" : "." + reason) + " " + record);
        assertTrue(lostCount == 0 || type == WatchEventWriter.LOST);
        assertTrue(type == WatchEventWriter.SNAPSHOT_BEGINS || !beginDue, "a snapshot is due and " + type + " came");
        switch (type) {
            case WatchEventWriter.SNAPSHOT_BEGINS -> {
                assertTrue(beginDue);
                beginDue = false;
                inSnapshot = true;
                seen.clear();
                snapshots++;
            }
            case WatchEventWriter.SNAPSHOT_RECORD -> {
                assertTrue(inSnapshot);
                put(id, version, record);
            }
            case WatchEventWriter.SNAPSHOT_ENDS -> {
                assertTrue(inSnapshot);
                inSnapshot = false;
                records.keySet().retainAll(seen);
                versions.keySet().retainAll(seen);
            }
            case WatchEventWriter.REGISTERED -> {
                assertTrue(inSnapshot || !records.containsKey(id), "known already: " + record);
                put(id, version, record);
            }
            case WatchEventWriter.CHANGED -> {
                assertTrue(inSnapshot || records.containsKey(id), "not known: " + record);
                put(id, version, record);
            }
            case WatchEventWriter.REMOVED -> {
                assertTrue(reason >= 1 && reason <= 5, "reason " + reason);
                assertTrue(inSnapshot || reason != WatchEventWriter.NO_LONGER_MATCHES || records.containsKey(id),
                    "not known: " + record);
                records.remove(id);
                versions.remove(id);
                removals++;
            }
            case WatchEventWriter.LOST -> {
                assertEquals(acked, sequence - 1, "told when all was acknowledged");
                assertTrue(lostCount > 0);
                lost += lostCount;
                losses++;
                inSnapshot = false;
                beginDue = true;
            }
            default -> throw new AssertionError("type " + type);
        }
    }

    private void put(final long id, final long version, final String record) {
        assertTrue(version >= versions.getOrDefault(id, 0L), "older than what is known: " + record);
        versions.put(id, version);
        records.put(id, record);
        seen.add(id);
    }

    private String metadata() {
        final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
        event.wrapMetadata(bytes);
        final byte[] copy = new byte[bytes.capacity()];
        bytes.getBytes(0, copy);
        return new String(copy, StandardCharsets.US_ASCII);
    }

    /** Acknowledges some of what came. */
    void ack(final long upTo) {
        assertTrue(upTo <= sequence);
        while (acked < upTo) {
            underWayLength -= lengths.get((int) acked);
            acked++;
        }
        assertFalse(underWayLength < 0);
        rig.ack(sessionId, watchId, upTo);
    }

    void ackAll() {
        if (acked < sequence) {
            ack(sequence);
        }
    }
}
