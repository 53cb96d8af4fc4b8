package io.ringmaster.client;

/**
 * Counts since a channel was opened, over all of its sessions.
 * <p>
 * Threading: immutable snapshot.
 *
 * @param requests         sent.
 * @param replies          delivered.
 * @param timeouts         requests without a reply within their deadline.
 * @param lateReplies      replies to requests that were no longer waited for; ignored.
 * @param results          task results delivered.
 * @param duplicateResults task results that came again; ignored.
 * @param resultGaps       times that a result sequence was skipped; each causes a re-attach.
 * @param malformed        frames from the server whose header or root block could not be decoded, or that broke a bound; dropped.
 * @param backPressured    sends that Aeron or a bound refused for the moment.
 * @param disconnects      losses of the connection.
 * @param resumes          re-attaches that took up the session.
 * @param errors           exceptions from Aeron and from listeners, and frames that could not be read behind their root block; the
 *                         first of a kind is logged.
 * @param watchEvents      events of watches delivered.
 */
public record ClientStats(long requests, long replies, long timeouts, long lateReplies, long results,
                          long duplicateResults, long resultGaps, long malformed, long backPressured, long disconnects,
                          long resumes, long errors, long watchEvents) {
}
