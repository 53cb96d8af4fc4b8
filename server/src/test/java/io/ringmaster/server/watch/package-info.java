/** Tests of watches. */
package io.ringmaster.server.watch;
