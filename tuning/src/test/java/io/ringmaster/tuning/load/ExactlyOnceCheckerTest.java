package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ExactlyOnceCheckerTest {
    private final ExactlyOnceChecker checker = new ExactlyOnceChecker(3);

    @Test
    void shouldFindNothingWrongWhenEachTaskIsAcceptedAndAnsweredOnce() {
        complete(0);
        complete(1);
        assertFalse(checker.isComplete());
        checker.onRejectedAttempt(2);
        complete(2);

        assertTrue(checker.isComplete());
        assertEquals(0, checker.errors());
        assertEquals(1, checker.rejectedAttempts());
        assertEquals(List.of(), checker.faults());
    }

    @Test
    void shouldFindLostAnswer() {
        complete(0);
        complete(1);
        checker.onAccepted(2);

        assertEquals(1, checker.errors());
        assertEquals(List.of("1 tasks were accepted and never answered"), checker.faults());
    }

    @Test
    void shouldFindTaskThatWasNeverAccepted() {
        complete(0);
        complete(1);
        checker.onRejectedAttempt(2);

        assertEquals(1, checker.errors());
        assertEquals(List.of("1 tasks were never accepted"), checker.faults());
    }

    @Test
    void shouldFindDuplicateAnswer() {
        complete(0);
        complete(1);
        complete(2);
        assertFalse(checker.onAnswered(1, true));

        assertEquals(1, checker.errors());
        assertEquals(List.of("1 answers came for tasks that had one"), checker.faults());
    }

    @Test
    void shouldFindDuplicateAcceptance() {
        complete(0);
        complete(1);
        complete(2);
        assertFalse(checker.onAccepted(1));

        assertEquals(1, checker.errors());
        assertEquals(List.of("1 acceptances came for tasks that had one"), checker.faults());
    }

    @Test
    void shouldFindWrongAnswer() {
        complete(0);
        complete(1);
        checker.onAccepted(2);
        assertTrue(checker.onAnswered(2, false));

        assertEquals(1, checker.errors());
        assertEquals(List.of("1 tasks had a wrong answer"), checker.faults());
    }

    @Test
    void shouldFindAnswerWithoutAcceptance() {
        complete(0);
        complete(1);
        checker.onAnswered(2, true);

        assertEquals(
            List.of("1 tasks were never accepted", "1 tasks were answered that were not accepted"), checker.faults());
    }

    @Test
    void shouldFindAnswerToUnknownTask() {
        complete(0);
        complete(1);
        complete(2);
        assertFalse(checker.onAnswered(3, true));
        assertFalse(checker.onAccepted(-1));

        assertEquals(2, checker.errors());
        assertEquals(List.of("2 messages were about tasks that were never sent"), checker.faults());
    }

    private void complete(final int task) {
        assertTrue(checker.onAccepted(task));
        assertTrue(checker.onAnswered(task, true));
    }
}
