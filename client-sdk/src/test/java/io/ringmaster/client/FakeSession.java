package io.ringmaster.client;

import io.aeron.ExclusivePublication;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;

/** One session of the {@link FakeServer}. Threading: confined to its thread. */
final class FakeSession {
    final long id;
    final long token;
    final ArrayDeque<UnsafeBuffer> outbox = new ArrayDeque<>();
    ExclusivePublication publication;
    int imageSessionId;
    long resultSequence;

    FakeSession(final long id, final long token) {
        this.id = id;
        this.token = token;
    }
}
