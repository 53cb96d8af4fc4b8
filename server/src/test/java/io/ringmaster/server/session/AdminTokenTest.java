package io.ringmaster.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    @TempDir
    private Path dir;

    private static Authenticator.Access access(final AdminToken token, final String credentials) {
        // The credentials lie between other bytes.
        final byte[] bytes = ("xx" + credentials + "yy").getBytes(StandardCharsets.US_ASCII);
        return token.authenticate("client", new UnsafeBuffer(bytes), 2, credentials.length());
    }

    @Test
    void shouldMakeAnAdministratorOnlyWhenTheTokenIsShown() throws IOException {
        final AdminToken token = AdminToken.create(dir);
        final String digits = Files.readString(dir.resolve(AdminToken.FILE_NAME));
        assertEquals(64, digits.length());
        assertTrue(digits.matches("[0-9a-f]+"), digits);
        assertEquals(Authenticator.Access.ADMINISTRATOR, access(token, digits));
        assertEquals(Authenticator.Access.ORDINARY, access(token, ""));
        assertEquals(Authenticator.Access.REFUSED, access(token, digits.substring(1)));
        assertEquals(Authenticator.Access.REFUSED, access(token, digits + "0"));
        assertEquals(Authenticator.Access.REFUSED, access(token, (digits.charAt(0) == '0' ? '1' : '0') + digits.substring(1)));
        assertFalse(token.toString().contains(digits));
    }

    @Test
    void shouldReplaceTheFileOfAnEarlierServerAndKeepItFromOthersWhenCreatedAgain() throws IOException {
        AdminToken.create(dir);
        final Path file = dir.resolve(AdminToken.FILE_NAME);
        final String old = Files.readString(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        final AdminToken token = AdminToken.create(dir);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertNotEquals(old, Files.readString(file));
        assertEquals(Authenticator.Access.REFUSED, access(token, old));
        try (var files = Files.list(dir)) {
            assertEquals(1, files.count(), "nothing else is left");
        }
    }
}
