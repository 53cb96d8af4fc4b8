/**
 * Tests of the rings and mailboxes.
 */
package io.ringmaster.ring;
