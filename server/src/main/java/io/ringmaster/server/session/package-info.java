/**
 * Client sessions: the connect dialogue, who is bound to which Aeron image, what waits for a slow client, time-outs,
 * re-attachment and the end of a session. Owned by the network thread (ingress and egress, which always share one); the
 * registry and the coordinator hear of sessions through their command rings only.
 */
package io.ringmaster.server.session;
