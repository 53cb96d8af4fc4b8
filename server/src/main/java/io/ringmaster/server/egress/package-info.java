/**
 * The way out: registry and coordinator put messages into the egress ring through {@link EgressProxy}; {@link EgressRole}, on
 * the network thread, hands them to their sessions' streams.
 */
package io.ringmaster.server.egress;
