/**
 * The load rig: open-loop and closed-loop generators that drive a server through the public client, check every answer,
 * and write one JSON result per run; the processes that such a run needs; and the bare Aeron round trip that each run is
 * compared with (its floor). One generator thread per process, by default on the caller's thread.
 */
package io.ringmaster.tuning.load;
