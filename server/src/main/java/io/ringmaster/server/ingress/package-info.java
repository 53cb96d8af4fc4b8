/**
 * The way in: Aeron images are polled, frames are put together, checked and decoded in place; lookups and queries are
 * answered at once, everything else becomes a command in a partition's ring or in the coordinator's. Owned by the network
 * thread, which also runs egress.
 */
package io.ringmaster.server.ingress;
