package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Frames;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Statistics of the registry, and the times of lookups. */
class StatsAdapterTest {
    private final IngressRig rig = IngressRig.connected();

    private RegistryStatsReplyDecoder stats(final int first) {
        rig.on(Frames.registryStats(rig.sessionId, 5, first));
        return new RegistryStatsReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), RegistryStatsReplyDecoder.TEMPLATE_ID), 0, new MessageHeaderDecoder());
    }

    private static int readNamespaces(final RegistryStatsReplyDecoder reply, final Map<String, Long> out) {
        final int next = reply.nextNamespace();
        RegistryStatsReplyDecoder.NamespacesDecoder namespaces = reply.namespaces();
        while (namespaces.hasNext()) {
            namespaces = namespaces.next();
            final long entries = namespaces.entries();
            assertEquals(null, out.put(namespaces.namespaceName(), entries), "each namespace once");
        }
        return next;
    }

    @Test
    void shouldTellPartitionsAndNamespacesWhenAsked() {
        for (int i = 0; i < 20; i++) {
            rig.register("ns-" + i % 3, "name-" + i, "x", 10);
        }
        rig.on(Frames.lookup(rig.sessionId, 1, "ns-0", "name-0"));
        rig.on(Frames.lookup(rig.sessionId, 1, "ns-0", "nobody"));
        final RegistryStatsReplyDecoder reply = stats(0);
        assertEquals(5, reply.correlationId());
        assertEquals(1, reply.lookupHits());
        assertEquals(1, reply.lookupMisses());
        RegistryStatsReplyDecoder.PartitionsDecoder partitions = reply.partitions();
        assertEquals(IngressRig.PARTITIONS, partitions.count());
        long entries = 0;
        while (partitions.hasNext()) {
            partitions = partitions.next();
            entries += partitions.entries();
            assertEquals(rig.registry[0].settings().partitionEntries(), partitions.capacity());
            assertTrue(partitions.indexCells() > 512);
            assertTrue(partitions.bytes() > partitions.slabBytes());
            assertEquals(0, partitions.tombstones());
        }
        assertEquals(20, entries);
        final Map<String, Long> namespaces = new TreeMap<>();
        assertEquals(0, readNamespaces(reply, namespaces));
        assertEquals(Map.of("ns-0", 7L, "ns-1", 7L, "ns-2", 6L), namespaces);
    }

    @Test
    void shouldPageWhenTheNamespacesDoNotFitOneMessage() {
        final String longName = "n".repeat(120);
        for (int i = 0; i < 300; i++) {
            rig.register(longName + i, "a", "x", 0);
        }
        final Map<String, Long> namespaces = new TreeMap<>();
        int next = 0;
        int pages = 0;
        do {
            rig.publication.clear();
            final RegistryStatsReplyDecoder reply = stats(next);
            RegistryStatsReplyDecoder.PartitionsDecoder partitions = reply.partitions();
            while (partitions.hasNext()) {
                partitions = partitions.next();
            }
            next = readNamespaces(reply, namespaces);
            pages++;
        } while (next != 0);
        assertEquals(300, namespaces.size());
        assertTrue(pages > 1);
        rig.on(Frames.registryStats(rig.sessionId, 5, -1));
        assertEquals("INVALID_ARGUMENT 5 firstNamespace = -1 must not be negative", rig.reply());
    }

    @Test
    void shouldMeasureHitsAndMissesApartWhenNamesAreLookedUp() {
        rig.register("default", "a", "x", 0);
        for (int i = 0; i < 64; i++) {
            rig.on(Frames.lookupBatch(rig.sessionId, 1, "", "a", "nobody", "a"));
            rig.on(Frames.lookup(rig.sessionId, 1, "", "nobody"));
        }
        assertTrue(rig.times.hits().count() > 0);
        assertTrue(rig.times.misses().count() > 0);
        assertEquals(64 * 4 / 31 + 1, rig.times.hits().count() + rig.times.misses().count());
        assertTrue(rig.times.hits().percentileNs(50) > 0);
        assertTrue(rig.times.misses().percentileNs(99) >= rig.times.misses().percentileNs(50));
    }
}
