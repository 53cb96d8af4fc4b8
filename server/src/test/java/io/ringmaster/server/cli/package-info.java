/** Tests of {@code io.ringmaster.server.cli}. */
package io.ringmaster.server.cli;
