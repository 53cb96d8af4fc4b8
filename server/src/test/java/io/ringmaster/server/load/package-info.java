/** Tests of the load states. */
package io.ringmaster.server.load;
