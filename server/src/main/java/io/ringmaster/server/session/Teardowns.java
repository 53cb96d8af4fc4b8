package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;
import java.util.ArrayDeque;

/**
 * Closed sessions of which the coordinator or a partition has not heard yet, because its ring was full. Each is kept until
 * all have heard; the caller bounds their number by counting them as sessions.
 * <p>
 * Threading: confined to the network thread.
 */
final class Teardowns {
    private final SessionCommandProxy commands;
    private final ArrayDeque<Teardown> waiting = new ArrayDeque<>();

    Teardowns(final SessionCommandProxy commands) {
        this.commands = commands;
    }

    void add(final long sessionId, final ResultCode reason, final long nowNs) {
        final Teardown teardown = new Teardown(sessionId, reason);
        if (!teardown.advance(commands, nowNs)) {
            waiting.add(teardown);
        }
    }

    int size() {
        return waiting.size();
    }

    /** Tries again, each one once; returns the number of those that are done. */
    int retry(final long nowNs) {
        int done = 0;
        for (int i = waiting.size(); i > 0; i--) {
            final Teardown teardown = waiting.poll();
            if (teardown.advance(commands, nowNs)) {
                done++;
            } else {
                waiting.add(teardown);
            }
        }
        return done;
    }

    private static final class Teardown {
        private final long sessionId;
        private final ResultCode reason;
        private boolean coordinatorTold;
        private int partitionsTold;

        Teardown(final long sessionId, final ResultCode reason) {
            this.sessionId = sessionId;
            this.reason = reason;
        }

        boolean advance(final SessionCommandProxy commands, final long nowNs) {
            if (!coordinatorTold) {
                coordinatorTold = commands.sessionClosed(sessionId, reason, nowNs);
            }
            for (int i = 0; i < commands.partitions(); i++) {
                if ((partitionsTold & 1 << i) == 0 && commands.releaseSession(i, sessionId, nowNs)) {
                    partitionsTold |= 1 << i;
                }
            }
            return coordinatorTold && partitionsTold == (1 << commands.partitions()) - 1;
        }
    }
}
