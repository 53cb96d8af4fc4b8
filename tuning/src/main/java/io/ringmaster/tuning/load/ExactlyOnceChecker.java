package io.ringmaster.tuning.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds a run of numbered tasks to its promise: each is accepted once and answered once, rightly. A refusal with a code
 * that says so may come any number of times before the acceptance.
 * <p>
 * Threading: confined to the generator. Noting allocates nothing.
 */
final class ExactlyOnceChecker {
    private final byte[] accepted;
    private final byte[] answered;
    private long acceptedTasks;
    private long answeredTasks;
    private long rejectedAttempts;
    private long duplicateAcceptances;
    private long duplicateAnswers;
    private long wrongAnswers;
    private long answersBeforeAcceptance;
    private long unknownTasks;

    ExactlyOnceChecker(final int tasks) {
        accepted = new byte[tasks];
        answered = new byte[tasks];
    }

    /** @return true if this is the task's first acceptance. */
    boolean onAccepted(final long task) {
        if (isUnknown(task)) {
            return false;
        }
        if (accepted[(int) task] != 0) {
            duplicateAcceptances++;
            return false;
        }
        accepted[(int) task] = 1;
        acceptedTasks++;
        return true;
    }

    void onRejectedAttempt(final long task) {
        if (!isUnknown(task)) {
            rejectedAttempts++;
        }
    }

    /**
     * A task's result is there. Right or wrong, it is the task's answer.
     *
     * @param task  number.
     * @param right whether code and content are right.
     * @return true if this is the task's first answer.
     */
    boolean onAnswered(final long task, final boolean right) {
        if (isUnknown(task)) {
            return false;
        }
        if (answered[(int) task] != 0) {
            duplicateAnswers++;
            return false;
        }
        answered[(int) task] = 1;
        answeredTasks++;
        if (accepted[(int) task] == 0) {
            answersBeforeAcceptance++;
        }
        if (!right) {
            wrongAnswers++;
        }
        return true;
    }

    long acceptedTasks() {
        return acceptedTasks;
    }

    long answeredTasks() {
        return answeredTasks;
    }

    long rejectedAttempts() {
        return rejectedAttempts;
    }

    boolean isComplete() {
        return acceptedTasks == accepted.length && answeredTasks == accepted.length;
    }

    /** Tasks without their one right answer, and answers that nobody is due. */
    long errors() {
        return accepted.length - answeredTasks + wrongAnswers + duplicateAnswers + duplicateAcceptances + unknownTasks;
    }

    /** Everything that is wrong, in words. */
    List<String> faults() {
        final List<String> faults = new ArrayList<>();
        add(faults, accepted.length - acceptedTasks, "tasks were never accepted");
        add(faults, lost(), "tasks were accepted and never answered");
        add(faults, wrongAnswers, "tasks had a wrong answer");
        add(faults, duplicateAnswers, "answers came for tasks that had one");
        add(faults, duplicateAcceptances, "acceptances came for tasks that had one");
        add(faults, answersBeforeAcceptance, "tasks were answered that were not accepted");
        add(faults, unknownTasks, "messages were about tasks that were never sent");
        return faults;
    }

    private long lost() {
        long lost = 0;
        for (int i = 0; i < accepted.length; i++) {
            lost += accepted[i] != 0 && answered[i] == 0 ? 1 : 0;
        }
        return lost;
    }

    private boolean isUnknown(final long task) {
        final boolean unknown = task < 0 || task >= accepted.length;
        unknownTasks += unknown ? 1 : 0;
        return unknown;
    }

    private static void add(final List<String> faults, final long count, final String what) {
        if (count > 0) {
            faults.add(count + " " + what);
        }
    }
}
