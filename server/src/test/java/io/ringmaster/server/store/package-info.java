/** Tests of the way from the registry's role through the store to the sessions. */
package io.ringmaster.server.store;
