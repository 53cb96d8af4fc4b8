package io.ringmaster.client;

/**
 * What a channel counts.
 * <p>
 * Threading: single writer = the thread that polls the channel; a snapshot from another thread may be a little old.
 */
final class ChannelCounts {
    long requests;
    long replies;
    long timeouts;
    long lateReplies;
    long results;
    long duplicateResults;
    long resultGaps;
    long malformed;
    long backPressured;
    long disconnects;
    long resumes;
    long watchEvents;

    ClientStats snapshot(final long errors) {
        return new ClientStats(requests, replies, timeouts, lateReplies, results, duplicateResults, resultGaps, malformed,
            backPressured, disconnects, resumes, errors, watchEvents);
    }
}
