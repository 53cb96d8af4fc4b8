/**
 * Counters and errors in mapped files of the data directory, readable while the server is stuck and after it has died:
 * {@link io.ringmaster.server.metrics.CountersFile} and {@link io.ringmaster.server.metrics.ErrorLog}. Counters are
 * written by the
 * role that each belongs to; figures of the JVM are taken by one {@link io.ringmaster.server.metrics.Housekeeping} thread.
 */
package io.ringmaster.server.metrics;
