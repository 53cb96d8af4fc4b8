/** Tests of {@code io.ringmaster.tuning.report}. */
package io.ringmaster.tuning.report;
