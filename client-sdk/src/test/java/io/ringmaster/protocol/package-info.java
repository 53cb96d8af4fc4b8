/** Tests of the mark file. */
package io.ringmaster.protocol;
