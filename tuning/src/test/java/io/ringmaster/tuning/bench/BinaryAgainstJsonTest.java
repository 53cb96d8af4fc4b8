package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.protocol.codec.ConnectedEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.SubmitBatchEncoder;
import io.ringmaster.registry.store.StoredRecord;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Requirement R57: bytes of a stored record, of a batch and of a session as we write them and as JSON of the same content, written by
 * Jackson without blanks, with our names of the fields and binary data in base64. Batch and session must be 60 % smaller; a stored record
 * is mostly text and is not. The figures stand in docs/formats.md.
 */
class BinaryAgainstJsonTest {
    private static final int TASKS = 10;
    private static final long SESSION = 1_763_950_000_123L << 16;
    private static final long CORRELATION = 123_456;
    private static final long LEASE_NS = 5_000_000_000L;
    private static final double GOAL = 0.4;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8192]);
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private int jsonBytes() throws JsonProcessingException {
        return new ObjectMapper().writeValueAsBytes(json).length;
    }

    @ParameterizedTest
    @CsvSource({"0, 119, 245", "104, 223, 385"})
    void shouldTakeTheBytesThatAreDocumentedWhenARecordIsStored(
        final int metadataLength, final int binaryBytes, final int jsonBytes) throws JsonProcessingException {
        final byte[] metadata = new byte[metadataLength];
        final StoredRecord record = new StoredRecord().wrapForEncode(buffer, 0)
            .kind((byte) 1).capacity(8).parallelism(2).version(17).ownerSession(SESSION).leaseNs(LEASE_NS)
            .namespace(ascii("default"), 0, 7).name(ascii("agent-0000000017"), 0, 16)
            .capabilities(ascii("translate,summarise"), 0, 19).attributes(ascii("zone=a,mem=64"), 0, 13)
            .metadata(new UnsafeBuffer(metadata), 0, metadataLength);
        json.put("kind", 1).put("capacity", 8).put("parallelism", 2).put("version", 17).put("ownerSession", SESSION)
            .put("leaseNs", LEASE_NS).put("namespace", "default").put("name", "agent-0000000017");
        json.putArray("capabilities").add("translate").add("summarise");
        json.putObject("attributes").put("zone", "a").put("mem", 64);
        json.put("metadata", metadata);

        assertEquals(binaryBytes, record.finish(), "binary");
        assertEquals(jsonBytes, jsonBytes(), "JSON");
    }

    @Test
    void shouldTakeTheBytesThatAreDocumentedWhenABatchIsSubmitted() throws JsonProcessingException {
        final SubmitBatchEncoder batch = new SubmitBatchEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .sessionId(SESSION).correlationId(CORRELATION).batchId(42);
        final SubmitBatchEncoder.TasksEncoder tasks = batch.tasksCount(TASKS);
        json.put("sessionId", SESSION).put("correlationId", CORRELATION).put("batchId", 42);
        for (int i = 0; i < TASKS; i++) {
            tasks.next().costNs(1_200_000_000L + i).deadlineNs(30_000_000_000L).priority((short) 1).maxAttempts((short) 3)
                .capabilities("translate").taskKind("").putPayload(new byte[0], 0, 0);
            json.withArray("/tasks").addObject().put("costNs", 1_200_000_000L + i).put("deadlineNs", 30_000_000_000L)
                .put("priority", 1).put("maxAttempts", 3).put("capabilities", "translate").put("taskKind", "")
                .put("payload", new byte[0]);
        }
        batch.namespaceName("default");
        json.put("namespaceName", "default");

        final int binary = MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength();

        assertEquals(395, binary, "binary");
        assertEquals(1404, jsonBytes(), "JSON");
        assertTrue(binary <= GOAL * jsonBytes(), binary + " bytes");
    }

    @Test
    void shouldTakeTheBytesThatAreDocumentedWhenASessionIsDescribed() throws JsonProcessingException {
        final ConnectedEncoder connected = new ConnectedEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(CORRELATION).sessionId(SESSION).token(-7_046_029_254_386_353_131L).protocolVersion(2).resumed((short) 0)
            .keepAliveIntervalMs(500).sessionTimeoutMs(10_000).maxMessageLength(65_536).maxPayloadLength(16_384)
            .maxMetadataLength(1_024).maxBatchTasks(256).maxKeys(256).serverName("ringmaster");
        json.put("correlationId", CORRELATION).put("sessionId", SESSION).put("token", -7_046_029_254_386_353_131L)
            .put("protocolVersion", 2).put("resumed", 0).put("keepAliveIntervalMs", 500).put("sessionTimeoutMs", 10_000)
            .put("maxMessageLength", 65_536).put("maxPayloadLength", 16_384).put("maxMetadataLength", 1_024).put("maxBatchTasks", 256)
            .put("maxKeys", 256).put("serverName", "ringmaster");
        final int binary = MessageHeaderEncoder.ENCODED_LENGTH + connected.encodedLength();

        assertEquals(77, binary, "binary");
        assertEquals(302, jsonBytes(), "JSON");
        assertTrue(binary <= GOAL * jsonBytes(), binary + " bytes");
    }
}
