package io.ringmaster.server.session;

import io.aeron.ErrorCode;
import io.aeron.exceptions.RegistrationException;
import java.util.HashMap;
import java.util.Map;

/**
 * Streams to clients without Aeron.
 * <p>
 * Threading: confined to the test's thread.
 */
public final class FakePublications implements PublicationSource {
    private final Map<Long, FakePublication> publications = new HashMap<>();
    private final int maxMessageLength;
    private long lastId;
    private boolean available = true;
    private boolean refused;
    private int abandoned;

    /**
     * A source that has every stream at once.
     *
     * @param maxMessageLength longest message of each.
     */
    public FakePublications(final int maxMessageLength) {
        this.maxMessageLength = maxMessageLength;
    }

    @Override
    public long add(final ResponseChannel channel, final int streamId) {
        publications.put(++lastId, new FakePublication(maxMessageLength));
        return lastId;
    }

    @Override
    public SessionPublication poll(final long id) {
        if (refused) {
            throw new RegistrationException(id, ErrorCode.INVALID_CHANNEL.value(), ErrorCode.INVALID_CHANNEL, "refused");
        }
        return available ? publications.get(id) : null;
    }

    @Override
    public void abandon(final long id) {
        abandoned++;
    }

    /**
     * The stream that was asked for last.
     *
     * @return the stream.
     */
    public FakePublication last() {
        return publications.get(lastId);
    }

    /**
     * Number of streams asked for.
     *
     * @return since the start.
     */
    public long added() {
        return lastId;
    }

    /**
     * Number of streams given up before they were there.
     *
     * @return since the start.
     */
    public int abandoned() {
        return abandoned;
    }

    /**
     * Sets whether streams are there.
     *
     * @param value false: not yet.
     */
    public void available(final boolean value) {
        available = value;
    }

    /**
     * Sets whether the driver refuses streams.
     *
     * @param value true: it does.
     */
    public void refused(final boolean value) {
        refused = value;
    }
}
