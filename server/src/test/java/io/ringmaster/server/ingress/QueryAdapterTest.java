package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Frames;
import java.util.List;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries by everything that a query can ask for. */
class QueryAdapterTest {
    private final IngressRig rig = IngressRig.connected();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    @BeforeEach
    void register() {
        rig.register("ns", "cam-1", "video", 0, "zone=eu,memory-mb=100");
        rig.register("ns", "cam-2", "video,audio", 0, "zone=us,memory-mb=200");
        rig.register("ns", "mic-1", "audio", 0, "memory-mb=300");
        rig.register("other", "cam-3", "video", 0, "zone=eu");
    }

    private QueryReplyDecoder reply(final UnsafeBuffer frame) {
        rig.on(frame);
        return new QueryReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), QueryReplyDecoder.TEMPLATE_ID), 0, header);
    }

    private void assertFound(
        final String expected, final String namespace, final String anyOf, final String noneOf, final String prefix,
        final String attributes) {
        final QueryReplyDecoder reply = reply(Frames.query(rig.sessionId, 5, namespace, anyOf, noneOf, prefix, attributes, 0));
        assertEquals(0, reply.nextCursor());
        final TreeSet<String> names = new TreeSet<>();
        final long count = reply.count();
        QueryReplyDecoder.RecordsDecoder records = reply.records();
        while (records.hasNext()) {
            records = records.next();
            records.skipNamespaceName();
            names.add(records.name());
            records.skipCapabilities();
        }
        assertEquals(expected, String.join(" ", names));
        assertEquals(names.size(), count);
        assertEquals("", reply.text());
        final QueryReplyDecoder counted = reply(Frames.query(rig.sessionId, 5, namespace, anyOf, noneOf, prefix, attributes, 1));
        assertEquals(names.size(), counted.count());
        assertEquals(0, counted.records().count());
    }

    @Test
    void shouldFindWhatHasOneOfTheNamesWhenAnyOfIsAsked() {
        assertFound("cam-1 cam-2 cam-3 mic-1", "", "video,audio", "", "", "");
        assertFound("cam-2 mic-1", "", "audio,never-registered", "", "", "");
        assertFound("", "", "never-registered", "", "", "");
    }

    @Test
    void shouldLeaveOutWhatHasOneOfTheNamesWhenNoneOfIsAsked() {
        assertFound("cam-1 cam-3", "", "", "audio", "", "");
        assertFound("cam-1 cam-2 cam-3 mic-1", "", "", "never-registered", "", "");
        assertFound("", "", "", "audio,video", "", "");
    }

    @Test
    void shouldFindByPrefixWhenANamespaceIsNamed() {
        assertFound("cam-1 cam-2", "ns", "", "", "cam-", "");
        assertFound("", "ns", "", "", "cam-3", "");
        rig.on(Frames.query(rig.sessionId, 5, "", "", "", "cam-", "", 0));
        assertEquals("INVALID_ARGUMENT 5 namePrefix needs a namespace: namespaceName must not be empty", rig.reply());
        rig.on(Frames.query(rig.sessionId, 5, "ns", "", "", "a b", "", 0));
        assertEquals("INVALID_ARGUMENT 5 namePrefix = 'a b' must be 1 to 128 printable ASCII characters without blanks and commas",
            rig.reply());
        rig.on(Frames.query(rig.sessionId, 5, "ns", "", "", "", "", 2));
        assertEquals("INVALID_ARGUMENT 5 countOnly = 2 must be from 0 to 1", rig.reply());
    }

    @Test
    void shouldFindByAttributesWhenAFilterIsGiven() {
        assertFound("cam-1 cam-3", "", "", "", "", "zone=eu");
        assertFound("cam-2 mic-1", "", "", "", "", "memory-mb>=200");
        assertFound("cam-2", "ns", "", "", "", "memory-mb>100,memory-mb<300");
        assertFound("", "", "", "", "", "zone=never-registered");
        assertFound("cam-1", "ns", "", "", "", "zone=eu,memory-mb<=100");
    }

    @Test
    void shouldShowTheAttributesWhenARecordIsLookedUp() {
        rig.on(Frames.lookup(rig.sessionId, 5, "ns", "cam-2"));
        final LookupReplyDecoder reply = new LookupReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), LookupReplyDecoder.TEMPLATE_ID), 0, header);
        assertEquals("video,audio", reply.capabilities());
        assertEquals(0, reply.skipMetadata());
        assertEquals("zone=us,memory-mb=200", reply.attributes());
        assertEquals(List.of(), rig.errors);
    }
}
