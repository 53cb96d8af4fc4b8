/**
 * Tests of roles and thread plans.
 */
package io.ringmaster.thread;
