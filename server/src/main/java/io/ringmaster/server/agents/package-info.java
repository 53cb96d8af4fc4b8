/**
 * Agents that live inside the server. {@link io.ringmaster.server.agents.HandlerCatalog} finds their handlers on the class
 * path and in the plugins directory, {@link io.ringmaster.server.agents.LocalAgents} builds the agents of the configuration
 * and takes the coordinator's offers into their mailboxes, and a {@link io.ringmaster.server.agents.WorkerRole} runs a fixed
 * subset of them on one thread. Answers go into the coordination ring as completions, which are never refused for load.
 */
package io.ringmaster.server.agents;
