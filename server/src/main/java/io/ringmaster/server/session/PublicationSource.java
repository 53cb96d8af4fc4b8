package io.ringmaster.server.session;

/**
 * Makes the streams to clients, without waiting for them.
 * <p>
 * Threading: confined to the network thread.
 */
public interface PublicationSource {
    /**
     * Asks for a stream.
     *
     * @param channel  where the client listens.
     * @param streamId on which.
     * @return id to {@link #poll} with.
     */
    long add(ResponseChannel channel, int streamId);

    /**
     * Looks whether a stream is there.
     *
     * @param id from {@link #add}.
     * @return the stream; null: not yet.
     * @throws io.aeron.exceptions.RegistrationException if the driver refused it.
     */
    SessionPublication poll(long id);

    /**
     * Gives up a stream that {@link #poll} has not returned.
     *
     * @param id from {@link #add}.
     */
    void abandon(long id);
}
