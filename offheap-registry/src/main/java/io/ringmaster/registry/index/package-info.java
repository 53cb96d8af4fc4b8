/**
 * Indexes of a partition, kept by its writer in the same step as the record: capability bitmaps, the lease wheel, the way
 * from an incarnation to its slot, and ordered indexes of attribute values and of names; and the dictionaries that turn names of
 * capabilities and task kinds into small numbers, which are confined to the thread that decodes requests.
 */
package io.ringmaster.registry.index;
