package io.ringmaster.server.session;

import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * Ids and tokens of new sessions. Ids count up from a seed, so they are unique for the server's life; a token is random.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionIds {
    private final LongSupplier tokens;
    private long nextId;

    /**
     * Ids from a seed, and tokens from the platform's secure random.
     *
     * @param firstId the first id, above 0; above all ids of an earlier life of the server, so that none comes twice.
     */
    public SessionIds(final long firstId) {
        this(firstId, new SecureRandom()::nextLong);
    }

    /**
     * Ids from a seed, and tokens from a source.
     *
     * @param firstId the first id, above 0.
     * @param tokens  the source; a 0 is skipped.
     */
    public SessionIds(final long firstId, final LongSupplier tokens) {
        if (firstId <= 0) {
            throw new IllegalArgumentException("firstId=" + firstId + " must be above 0");
        }
        this.nextId = firstId;
        this.tokens = tokens;
    }

    long nextId() {
        return nextId++;
    }

    long nextToken() {
        long token = tokens.getAsLong();
        while (token == 0) {
            token = tokens.getAsLong();
        }
        return token;
    }
}
