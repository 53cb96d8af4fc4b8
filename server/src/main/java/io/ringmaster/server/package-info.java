/**
 * Launches a server: {@link io.ringmaster.server.RingmasterServer} builds the rings, the roles and the thread plan from
 * {@link io.ringmaster.server.config.ServerSettings} and takes them down again. The rooms: {@code session}, {@code ingress} and
 * {@code egress} talk to clients, {@code registry} writes the tables, {@code coordination} places tasks, {@code agents} runs
 * in-server agents, {@code metrics} counts, {@code config} reads, {@code cli} is what a user types.
 */
package io.ringmaster.server;
