package io.ringmaster.protocol;

import io.ringmaster.protocol.MarkFileException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who owns a directory, and what a reader is told. */
@Timeout(60)
class ServerMarkFileTest {
    @TempDir
    File dir;

    @Test
    void shouldReadWhatWasWrittenWhenServerIsReady() {
        final File below = new File(dir, "a/b");
        try (ServerMarkFile markFile = ServerMarkFile.create(below, "name", "/aeron", "", 3_000)) {
            assertEquals(ServerInfo.State.STARTING, ServerMarkFile.read(below).state());
            markFile.udpEndpoint("localhost:9000");
            markFile.signalReady();
            markFile.timestamp(123_456);
            final ServerInfo info = ServerMarkFile.read(below);
            assertEquals(ServerInfo.State.READY, info.state());
            assertEquals(ProcessHandle.current().pid(), info.pid());
            assertEquals("name", info.serverName());
            assertEquals("/aeron", info.aeronDir());
            assertEquals("localhost:9000", info.udpEndpoint());
            assertEquals(123_456, info.activityEpochMs());
            assertEquals(3_000, info.livenessTimeoutMs());
            assertEquals(44, info.ageMs(123_500));
            assertTrue(info.isLive(126_456));
            assertFalse(info.isLive(126_457));
        }
        assertEquals(ServerInfo.State.CLOSED, ServerMarkFile.read(below).state());
    }

    @Test
    void shouldRefuseSecondOwnerInThisProcessWhenFirstIsOpen() {
        try (ServerMarkFile markFile = ServerMarkFile.create(dir, "one", "/a", "", 3_000)) {
            markFile.timestamp(System.currentTimeMillis() - 60_000);
            final ServerAlreadyRunningException refused = assertThrows(ServerAlreadyRunningException.class,
                () -> ServerMarkFile.create(dir, "two", "/b", "", 3_000));
            assertEquals(ProcessHandle.current().pid(), refused.pid());
            assertTrue(refused.heartbeatAgeMs() >= 60_000);
            assertTrue(refused.getMessage().contains(dir.getAbsolutePath()), refused.getMessage());
            assertTrue(refused.getMessage().contains("pid " + refused.pid()), refused.getMessage());
            assertEquals("one", ServerMarkFile.read(dir).serverName());
        }
        ServerMarkFile.create(dir, "two", "/b", "", 3_000).close();
        assertEquals("two", ServerMarkFile.read(dir).serverName());
    }

    @Test
    void shouldRefuseSecondOwnerAndTakeOverAtOnceWhenOtherProcessIsKilled() throws Exception {
        final Process owner = new ProcessBuilder(List.of(new File(System.getProperty("java.home"), "bin/java").getPath(),
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
            Owner.class.getName(), dir.getPath())).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(owner.getInputStream()))) {
            assertEquals("owned", out.readLine());
            final ServerAlreadyRunningException refused = assertThrows(ServerAlreadyRunningException.class,
                () -> ServerMarkFile.create(dir, "two", "/b", "", 3_000));
            assertEquals(owner.pid(), refused.pid());
        } finally {
            owner.destroyForcibly().waitFor();
        }
        assertEquals("other", ServerMarkFile.read(dir).serverName());
        ServerMarkFile.create(dir, "two", "/b", "", 3_000).close();
        assertEquals("two", ServerMarkFile.read(dir).serverName());
    }

    /** Another process that owns a directory until it is killed. */
    static final class Owner {
        private Owner() {
        }

        public static void main(final String[] args) throws IOException {
            final ServerMarkFile markFile = ServerMarkFile.create(new File(args[0]), "other", "/a", "", 3_600_000);
            markFile.signalReady();
            System.out.println("owned");
            System.in.read();
        }
    }

    @Test
    void shouldSayWhatIsWrongWhenFileCannotBeRead() throws IOException {
        assertEquals(Reason.NO_DIRECTORY, reason(new File(dir, "none")));
        assertEquals(Reason.NO_FILE, reason(dir));
        final File file = new File(dir, ServerMarkFile.FILE_NAME);
        Files.write(file.toPath(), new byte[10]);
        assertEquals(Reason.INCOMPLETE, reason(dir));
        Files.write(file.toPath(), new byte[MarkFileDescriptor.LENGTH]);
        assertEquals(Reason.INCOMPLETE, reason(dir));
        final ByteBuffer bytes = ByteBuffer.allocate(MarkFileDescriptor.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, 42);
        Files.write(file.toPath(), bytes.array());
        assertEquals(Reason.INCOMPATIBLE, reason(dir));
        bytes.putLong(0, MarkFileDescriptor.MAGIC).putInt(8, 99);
        Files.write(file.toPath(), bytes.array());
        assertEquals(Reason.INCOMPATIBLE, reason(dir));
    }

    private static Reason reason(final File dir) {
        return assertThrows(MarkFileException.class, () -> ServerMarkFile.read(dir)).reason();
    }

    @Test
    void shouldNotTakeDirectoryWhenNameIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> ServerMarkFile.create(dir, "n".repeat(400), "/a", "", 1));
        ServerMarkFile.create(dir, "short", "/a", "", 1).close();
    }

    @Test
    void shouldPinLayout() {
        assertEquals("RINGMARK", new String(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
            .putLong(MarkFileDescriptor.MAGIC).array()));
        assertEquals(8, MarkFileDescriptor.VERSION_OFFSET);
        assertEquals(12, MarkFileDescriptor.STATE_OFFSET);
        assertEquals(16, MarkFileDescriptor.PID_OFFSET);
        assertEquals(24, MarkFileDescriptor.START_OFFSET);
        assertEquals(32, MarkFileDescriptor.TIMEOUT_OFFSET);
        assertEquals(64, MarkFileDescriptor.ACTIVITY_OFFSET);
    }
}
