/**
 * The wire protocol: stream ids, version, result codes; the generated SBE codecs are in {@code codec}. The schema with
 * the dialogue is {@code ringmaster-protocol.xml}. Both ends depend on this package; it depends on nothing of theirs.
 */
package io.ringmaster.protocol;
