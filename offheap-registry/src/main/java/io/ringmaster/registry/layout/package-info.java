/**
 * Layouts of the off-heap structures of a partition: descriptors (offsets and sizes, pinned by tests), the seq-locked slot
 * table and the slab for the variable parts of records. Written by the partition's writer only, read by any thread under the
 * slot's version.
 */
package io.ringmaster.registry.layout;
