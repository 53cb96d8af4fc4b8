/**
 * A sample agent whose work is <em>simulated</em>: it holds each task for a stated time instead of computing anything.
 * Demos, load tools and tests use it, in the server and in an agent host alike; a report of such a run must say that the
 * work was simulated. Nothing else in Ringmaster depends on this package.
 */
package io.ringmaster.client.sample;
