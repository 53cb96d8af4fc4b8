package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BackupRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.store.BackupDesk;
import io.ringmaster.server.store.BackupRefusal;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Takes an administrator's request for a backup of the registry's store to the desk that makes it. Allocates.
 * <p>
 * Threading: confined to the network thread.
 */
final class BackupAdapter {
    private static final int MAX_PATH_LENGTH = 4096;

    private final IngressContext context;
    private final BackupDesk desk;
    private final BackupRequestDecoder backup = new BackupRequestDecoder();

    BackupAdapter(final IngressContext context, final BackupDesk desk) {
        this.context = context;
        this.desk = desk;
    }

    void onBackup(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader) {
        backup.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = backup.correlationId();
        if (!session.isAdministrator()) {
            context.counters().increment(NetworkCounter.FORBIDDEN_REQUESTS);
            context.sessions().proxy().reply(session, correlationId, ResultCode.FORBIDDEN, 0,
                "only an administrator's session may make a backup: connect with the token of the server's directory");
            return;
        }
        final int length = backup.pathLength();
        if (length > MAX_PATH_LENGTH) {
            context.counters().increment(NetworkCounter.INVALID_REQUESTS);
            context.sessions().proxy().reply(session, correlationId, ResultCode.TOO_LARGE, 0,
                "path = " + length + " bytes is more than " + MAX_PATH_LENGTH + " bytes");
            return;
        }
        final byte[] path = new byte[length];
        backup.getPath(path, 0, length);
        final BackupRefusal refusal =
            desk.start(session.sessionId(), correlationId, new String(path, StandardCharsets.UTF_8));
        if (refusal != null) {
            context.counters().increment(NetworkCounter.INVALID_REQUESTS);
            context.sessions().proxy().reply(session, correlationId, refusal.code(), refusal.retryAfterMs(), refusal.text());
        }
    }
}
