/**
 * What a user of Ringmaster programs against: {@link io.ringmaster.client.RingmasterClient} to find agents and submit
 * batches, {@link io.ringmaster.client.AgentHost} to run agents in the user's process, and
 * {@link io.ringmaster.client.TaskHandler}, which is the same for agents in the server and in other processes.
 */
package io.ringmaster.client;
