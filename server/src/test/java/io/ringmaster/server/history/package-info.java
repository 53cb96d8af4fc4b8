/** Recorded histories of concurrent requests, and a check that they are linearizable. */
package io.ringmaster.server.history;
