/** Tests of the simulated-work sample, by a hand-moved clock. */
package io.ringmaster.client.sample;
