/**
 * The coordinator: one single-writer, pure state machine of batches, tasks, agent loads and learned service times.
 * {@link io.ringmaster.server.coordination.CoordinatorRole} feeds it commands from the coordination ring; what it wants
 * done leaves through {@link io.ringmaster.server.coordination.CoordinatorEffects}. Nothing here reads a clock, draws a
 * random number or knows a thread; all of it belongs to the role that runs it.
 */
package io.ringmaster.server.coordination;
