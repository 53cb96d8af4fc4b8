/**
 * How loaded the server is: {@link io.ringmaster.server.load.LoadMonitor} looks at the rings on the network thread and keeps one
 * of four states, which clients get with every keep-alive and everybody else from a counter.
 */
package io.ringmaster.server.load;
