/** Tests of the session dialogue, and the fakes that the tests of ingress and egress share. */
package io.ringmaster.server.session;
