/** Tests of the client against a small fake server over real Aeron and real SBE frames. */
package io.ringmaster.client;
