/**
 * Watches: clients that follow a part of the registry. {@link io.ringmaster.server.watch.WatchDesk} hears of every change as one
 * of the registry's effects, keeps it in a bounded {@link io.ringmaster.server.watch.ChangeLog} that all watches share, and sends
 * each watch a snapshot and then what its filter lets through, within its window. A watcher that falls so far behind that the log
 * needs the room loses changes, is told so, and gets a new snapshot; the registry never waits for it.
 * <p>
 * {@link io.ringmaster.server.watch.WatchAdapter} is the part on the network thread: it turns requests into commands. Everything
 * else is confined to the registry's role.
 */
package io.ringmaster.server.watch;
