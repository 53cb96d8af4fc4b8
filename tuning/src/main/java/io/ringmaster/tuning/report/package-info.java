/**
 * Turns stored results of benchmarks and load runs into a page with tables and plots. Reads JSON only; needs no network and no
 * other program.
 */
package io.ringmaster.tuning.report;
