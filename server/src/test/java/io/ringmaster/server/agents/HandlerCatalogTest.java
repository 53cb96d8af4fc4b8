package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HandlerCatalogTest {
    private final List<String> reports = new ArrayList<>();
    @TempDir
    private Path pluginsDir;
    @TempDir
    private Path workDir;

    @Test
    void shouldFindTheBuiltInHandlersWhenThereAreNoPlugins() {
        for (final Path dir : new Path[] {null, pluginsDir, pluginsDir.resolve("missing")}) {
            try (HandlerCatalog catalog = HandlerCatalog.load(dir, reports::add)) {
                assertTrue(catalog.names().containsAll(Set.of("echo", "simulated-work")), catalog.names().toString());
            }
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldRunAHandlerOfAPluginJarWhenItIsInThePluginsDirectory() throws Exception {
        PluginJar.write(
            pluginsDir.resolve("shout.jar"), workDir, "Shout", PluginJar.source("Shout", "\"shout\"", "shouted at"));
        try (HandlerCatalog catalog = HandlerCatalog.load(pluginsDir, reports::add)) {
            final TaskHandler handler = catalog.create("shout", "bob", Map.of());
            final WorkerRig rig = new WorkerRig(2, 4, handler);
            rig.offer(1, 1, "x");
            rig.work();
            assertEquals(List.of("1/1 TASK_FAILED 0ns shouted at bob"), rig.answers());
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldSkipAndReportWithTheFileNameWhenAJarIsBroken() throws IOException {
        Files.writeString(pluginsDir.resolve("a-broken.jar"), "not a zip", StandardCharsets.US_ASCII);
        PluginJar.writeServiceOnly(pluginsDir.resolve("b-missing-class.jar"), "NoSuchProvider");
        PluginJar.writeServiceOnly(pluginsDir.resolve("c-no-provider.jar"), "java.lang.String");
        PluginJar.write(pluginsDir.resolve("d-throws.jar"), workDir, "Throws",
            PluginJar.source("Throws", "String.valueOf(1 / (2 - 2))", ""));
        PluginJar.write(pluginsDir.resolve("e-nameless.jar"), workDir, "Nameless", PluginJar.source("Nameless", "\" \"", ""));
        PluginJar.write(pluginsDir.resolve("f-second-echo.jar"), workDir, "Echo2", PluginJar.source("Echo2", "\"echo\"", ""));
        PluginJar.write(pluginsDir.resolve("g-good.jar"), workDir, "Good", PluginJar.source("Good", "\"good\"", "fine"));

        try (HandlerCatalog catalog = HandlerCatalog.load(pluginsDir, reports::add)) {
            assertTrue(catalog.names().containsAll(Set.of("echo", "simulated-work", "good")), catalog.names().toString());
            assertEquals(6, reports.size(), reports.toString());
            final String[] files = {"a-broken.jar", "b-missing-class.jar", "c-no-provider.jar", "d-throws.jar",
                "e-nameless.jar", "f-second-echo.jar"};
            for (final String file : files) {
                assertEquals(1, reports.stream().filter(report -> report.contains(file)).count(), file + ": " + reports);
            }
            assertEquals(EchoHandlerProvider.class.getName(),
                catalog.create("echo", "a", Map.of()).getClass().getName().replaceAll("\\$\\$.*", ""));
        }
    }

    @Test
    void shouldListTheKnownHandlersWhenAConfiguredOneIsMissing() {
        try (HandlerCatalog catalog = HandlerCatalog.load(null, reports::add)) {
            final AgentConfigurationException ex = assertThrows(
                AgentConfigurationException.class, () -> catalog.create("ehco", "bob", Map.of()));
            assertTrue(ex.getMessage().contains("'ehco'"), ex.getMessage());
            assertTrue(ex.getMessage().contains("echo"), ex.getMessage());
            assertTrue(ex.getMessage().contains("simulated-work"), ex.getMessage());
        }
    }

    @Test
    void shouldNameAgentAndHandlerWhenAProviderCannotCreate() {
        try (HandlerCatalog catalog = HandlerCatalog.load(null, reports::add)) {
            final AgentConfigurationException ex = assertThrows(
                AgentConfigurationException.class, () -> catalog.create("simulated-work", "bob", Map.of("sped", "2")));
            assertTrue(ex.getMessage().contains("bob"), ex.getMessage());
            assertTrue(ex.getMessage().contains("sped"), ex.getMessage());
            assertThrows(AgentConfigurationException.class, () -> catalog.create("failing", "bob", Map.of()));
        }
    }
}
