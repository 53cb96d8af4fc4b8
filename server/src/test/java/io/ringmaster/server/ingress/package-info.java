/** Tests of decoding, checks and answers, without Aeron. */
package io.ringmaster.server.ingress;
