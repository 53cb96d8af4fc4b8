/** Tests of {@code io.ringmaster.tuning.bench}. */
package io.ringmaster.tuning.bench;
