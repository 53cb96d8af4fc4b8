package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JvmFlagsTest {
    @Test
    void shouldBeTheFlagsOfTheParentPom() throws IOException {
        final String pom = Files.readString(Path.of("..", "pom.xml"));

        assertEquals(element(pom, "ringmaster.add.opens"), JvmFlags.ADD_OPENS);
        assertEquals(element(pom, "ringmaster.add.exports"), JvmFlags.ADD_EXPORTS);
    }

    @Test
    void shouldPutUserFlagsBeforeTheClassPath() {
        final List<String> command = JvmFlags.javaCommand(List.of("-Xmx64m"));

        assertTrue(command.get(0).endsWith("java"));
        assertTrue(command.contains("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
        assertEquals(List.of("-Xmx64m", "-cp"), command.subList(command.size() - 3, command.size() - 1));
    }

    private static String element(final String pom, final String name) {
        final int start = pom.indexOf('<' + name + '>') + name.length() + 2;
        return pom.substring(start, pom.indexOf("</" + name + '>'));
    }
}
