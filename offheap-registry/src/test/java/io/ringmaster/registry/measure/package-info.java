/** Measurements by hand: mains, no tests. The figures that are published come from the JMH benchmarks. */
package io.ringmaster.registry.measure;
