/** Tests of {@code io.ringmaster.server.metrics}. */
package io.ringmaster.server.metrics;
