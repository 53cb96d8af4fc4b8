/**
 * jcstress tests of the mailbox; {@link io.ringmaster.ring.stress.MailboxStressTest} runs them.
 */
package io.ringmaster.ring.stress;
