/**
 * Bounded queues between the roles: {@link io.ringmaster.ring.CommandRing} (many producers, one consumer, reserved head-room
 * for completions; LMAX Disruptor) and {@link io.ringmaster.ring.Mailbox} (one per in-server agent, with an overflow policy).
 * <p>
 * The messages live in off-heap slots of a fixed length; nothing here allocates after construction, and a full queue is a
 * return value, never an exception and never a wait. A queue is owned by the role that drains it; any role may produce.
 */
package io.ringmaster.ring;
