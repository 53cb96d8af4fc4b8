package io.ringmaster.server.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Set;
import org.agrona.DirectBuffer;

/**
 * The secret that makes a session an administrator's: 32 random bytes as 64 hex digits, new with each start of the server, in the
 * file {@code admin.token} of the server's directory, which only the server's user can read. Who can read the file may
 * administer the server. A client without credentials is an ordinary one; one with others than the token is refused.
 * <p>
 * Threading: immutable.
 */
public final class AdminToken implements Authenticator {
    /** Name of the file in the server's directory. */
    public static final String FILE_NAME = "admin.token";
    private static final int SECRET_LENGTH = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final byte[] digits;

    private AdminToken(final byte[] digits) {
        this.digits = digits;
    }

    /**
     * Makes a token and puts its file in place of the one of an earlier server, in one step: a reader sees the old one or the new
     * one, and nobody else can read either at any time. The caller owns the directory.
     *
     * @param dir of the server.
     * @return the token.
     * @throws IOException if the file cannot be written.
     */
    public static AdminToken create(final Path dir) throws IOException {
        final byte[] secret = new byte[SECRET_LENGTH];
        new SecureRandom().nextBytes(secret);
        final byte[] digits = hex(secret);
        final Path target = dir.resolve(FILE_NAME);
        final Path temporary = dir.resolve(FILE_NAME + ".new");
        Files.deleteIfExists(temporary);
        final FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        try (FileChannel channel = FileChannel.open(
            temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            final ByteBuffer content = ByteBuffer.wrap(digits);
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return new AdminToken(digits);
    }

    /** Takes as long for a wrong guess as for the token. */
    @Override
    public Access authenticate(final String clientName, final DirectBuffer credentials, final int offset, final int length) {
        if (length == 0) {
            return Access.ORDINARY;
        }
        final byte[] presented = new byte[length];
        credentials.getBytes(offset, presented);
        return MessageDigest.isEqual(digits, presented) ? Access.ADMINISTRATOR : Access.REFUSED;
    }

    private static byte[] hex(final byte[] bytes) {
        final StringBuilder builder = new StringBuilder(2 * bytes.length);
        for (final byte value : bytes) {
            builder.append(Character.forDigit(value >>> 4 & 0xF, 16)).append(Character.forDigit(value & 0xF, 16));
        }
        return builder.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "admin token (" + digits.length + " hex digits, not shown)";
    }
}
