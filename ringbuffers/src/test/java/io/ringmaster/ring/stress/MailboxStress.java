package io.ringmaster.ring.stress;

import io.ringmaster.ring.OverflowPolicy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What may be seen when two threads use one {@link io.ringmaster.ring.Mailbox} at once. Messages are digits; a result such as 12
 * means 1, then 2; see {@link MailboxProbe}.
 */
public class MailboxStress {
    /** A producer and the consumer; then the rest is polled. */
    @JCStressTest
    @Outcome(id = "0, 12", expect = Expect.ACCEPTABLE, desc = "polled before both")
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "polled between")
    @Outcome(id = "12, 0", expect = Expect.ACCEPTABLE, desc = "polled after both")
    @State
    public static class OfferAndPoll extends MailboxProbe {
        /** Starts with an empty mailbox. */
        public OfferAndPoll() {
            super(OverflowPolicy.REJECT);
        }

        /** The producer. */
        @Actor
        public void producer() {
            offer(1);
            offer(2);
        }

        /**
         * The consumer.
         *
         * @param result first digits.
         */
        @Actor
        public void consumer(final II_Result result) {
            result.r1 = poll(2);
        }

        /**
         * Takes the rest.
         *
         * @param result second digits.
         */
        @Arbiter
        public void rest(final II_Result result) {
            result.r2 = poll(10);
        }
    }

    /** Two producers for one free place under REJECT. */
    @JCStressTest
    @Outcome(id = "0, -1, 12", expect = Expect.ACCEPTABLE, desc = "the first one got it")
    @Outcome(id = "-1, 0, 13", expect = Expect.ACCEPTABLE, desc = "the second one got it")
    @State
    public static class RejectTwoProducers extends MailboxProbe {
        /** Starts with one message in two slots. */
        public RejectTwoProducers() {
            super(OverflowPolicy.REJECT);
            offer(1);
        }

        /**
         * A producer.
         *
         * @param result its answer.
         */
        @Actor
        public void producer(final III_Result result) {
            result.r1 = offer(2);
        }

        /**
         * Another.
         *
         * @param result its answer.
         */
        @Actor
        public void otherProducer(final III_Result result) {
            result.r2 = offer(3);
        }

        /**
         * Takes the rest.
         *
         * @param result the digits.
         */
        @Arbiter
        public void rest(final III_Result result) {
            result.r3 = poll(10);
        }
    }

    /** A full mailbox under DROP_OLDEST: the producer drops the head while the consumer takes it. */
    @JCStressTest
    @Outcome(id = "1, 0, 23", expect = Expect.ACCEPTABLE, desc = "the consumer took the head")
    @Outcome(id = "2, 1, 3", expect = Expect.ACCEPTABLE, desc = "the producer dropped the head")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "refused: the head was held during all tries")
    @State
    public static class DropOldestAndPoll extends MailboxProbe {
        /** Starts with a full mailbox. */
        public DropOldestAndPoll() {
            super(OverflowPolicy.DROP_OLDEST);
            offer(1);
            offer(2);
        }

        /** The producer. */
        @Actor
        public void producer() {
            offer(3);
        }

        /**
         * The consumer.
         *
         * @param result the digit.
         */
        @Actor
        public void consumer(final III_Result result) {
            result.r1 = poll(1);
        }

        /**
         * Takes the rest.
         *
         * @param result digits dropped and digits left.
         */
        @Arbiter
        public void rest(final III_Result result) {
            result.r2 = droppedDigits();
            result.r3 = poll(10);
        }
    }
}
