package io.ringmaster.server.cli;

import io.ringmaster.client.Batch;
import io.ringmaster.client.TaskSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BatchFileTest {
    @TempDir
    private Path dir;

    @Test
    void shouldReadAllFieldsWhenTheyAreThere() throws IOException {
        final Batch batch = read("""
            {"namespace":"n","batchId":7,"tasks":[
              {"capabilities":["a","b"],"kind":"k","payload":"text",
               "cost":"10ms","deadline":"30s","priority":"high","maxAttempts":2},
              {"capabilities":["c"],"payloadBase64":"AAE=","count":2}]}
            """);
        assertEquals("n", batch.namespace());
        assertEquals(7, batch.batchId());
        assertEquals(3, batch.tasks().size());
        final TaskSpec first = batch.tasks().get(0);
        assertEquals(List.of("a", "b"), first.capabilities());
        assertEquals("k", first.kind());
        assertEquals("text", new String(first.payload()));
        assertEquals(10_000_000L, first.costNs());
        assertEquals(30_000_000_000L, first.deadlineNs());
        assertEquals(2, first.priority());
        assertEquals(2, first.maxAttempts());
        assertArrayEquals(new byte[] {0, 1}, batch.tasks().get(2).payload());
        assertEquals(1, batch.tasks().get(2).priority());
    }

    @Test
    void shouldUseTheNamespaceOfTheCommandWhenTheFileHasNone() throws IOException {
        assertEquals("outer", read("{\"tasks\":[{\"capabilities\":[\"a\"]}]}").namespace());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[] | the batch must be an object",
        "{\"tasks\":[]} | at least one task",
        "{\"tasks\":[1]} | task 0 must be an object",
        "{\"task\":[]} | unknown field task; known: [batchId, namespace, tasks]",
        "{\"tasks\":[{\"capabilities\":[]}]} | task 0: capabilities",
        "{\"tasks\":[{\"capabilities\":[\"a\"]},{\"capability\":\"a\"}]} | task 1: unknown field capability",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"deadline\":\"soon\"}]} | task 0: 'soon' is no duration",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"priority\":\"top\"}]} | task 0: 'top'",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"count\":0}]} | count = 0 must be a whole number from 1",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"maxAttempts\":256}]} | maxAttempts = 256",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"payload\":\"x\",\"payloadBase64\":\"AA==\"}]} | exclude each other",
        "{\"tasks\":[{\"capabilities\":[\"a\"],\"payloadBase64\":\"*\"}]} | payloadBase64",
        "{\"batchId\":0,\"tasks\":[{\"capabilities\":[\"a\"]}]} | batchId = 0",
        "{\"tasks\": | line 1",
    })
    void shouldNameFileTaskAndFieldWhenSomethingIsWrong(final String json, final String expected) {
        final IOException ex = assertThrows(IOException.class, () -> read(json));
        assertTrue(ex.getMessage().contains("batch.json"), ex.getMessage());
        assertTrue(ex.getMessage().contains(expected), ex.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "20ns,20", "3us,3000", "500ms,500000000", "1.5s,1500000000", "2m,120000000000", "1h,3600000000000"})
    void shouldReadDurationsWithUnits(final String text, final long expectedNs) {
        assertEquals(Duration.ofNanos(expectedNs), DurationConverter.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"5", "s", "-1s", "1d", "1e3s", "99999999h", "''"})
    void shouldRefuseWhenDurationHasNoUnitOrIsNonsense(final String text) {
        assertThrows(CommandLine.TypeConversionException.class, () -> DurationConverter.parse(text));
    }

    private Batch read(final String json) throws IOException {
        return new BatchFile(Files.writeString(dir.resolve("batch.json"), json)).read("outer");
    }
}
