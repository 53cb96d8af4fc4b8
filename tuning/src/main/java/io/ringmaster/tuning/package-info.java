/**
 * The command line of {@code ringmaster-tune.jar}: it only wires the subcommands together. Nothing depends on this module.
 */
package io.ringmaster.tuning;
