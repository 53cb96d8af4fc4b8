/** jcstress tests of the lock-free structures; run by {@link io.ringmaster.registry.stress.StressTest}. */
package io.ringmaster.registry.stress;
