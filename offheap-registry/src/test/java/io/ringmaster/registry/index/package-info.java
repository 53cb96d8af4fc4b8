/** Tests of the indexes and dictionaries. */
package io.ringmaster.registry.index;
