/**
 * Benchmarks of the registry's core inside one process, without server and transport: JMH benchmarks of the registry beside a
 * ConcurrentHashMap and a Chronicle Map that hold the same records, and a check of many readers against one writer. The only
 * package of this module that uses the registry's classes.
 */
package io.ringmaster.tuning.bench;
