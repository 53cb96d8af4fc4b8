/** Tests of the egress ring and of slow clients. */
package io.ringmaster.server.egress;
