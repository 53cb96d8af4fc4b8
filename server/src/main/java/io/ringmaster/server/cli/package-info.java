/**
 * The commands of {@code ringmaster.jar}. Results go to standard output (with {@code --format json} one JSON object and nothing
 * else), diagnostics to standard error; exit codes are 0, 1 (failed) and 2 (usage). Commands use the public client SDK, or read
 * the server's files; only {@link io.ringmaster.server.cli.Main} ends the process.
 */
package io.ringmaster.server.cli;
