package io.ringmaster.tuning.load;

/** How one operation ended. Immutable. */
enum Outcome {
    /** Answered, and the answer was checked and right. */
    OK,
    /** Refused with a code that says so: load, not a fault. */
    REJECTED,
    /** A wrong answer, or an error where an answer was due. */
    ERROR
}
