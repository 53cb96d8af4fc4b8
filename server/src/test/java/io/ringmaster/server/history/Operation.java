package io.ringmaster.server.history;

/**
 * One request and its answer.
 *
 * @param process  session that asked.
 * @param kind     what it asked for.
 * @param argument of an update: the expected version; otherwise 0.
 * @param result   what came back.
 * @param owner    owner in the answer; 0: none given.
 * @param record   incarnation in the answer; 0: none given.
 * @param version  version in the answer; 0: none given.
 * @param callNs   time before it was sent.
 * @param returnNs time after its answer came; {@link Long#MAX_VALUE}: no answer came, it may or may not have happened.
 */
public record Operation(
    long process, Kind kind, long argument, Result result, long owner, long record, long version, long callNs, long returnNs) {

    /** What is asked for. */
    public enum Kind { REGISTER, UNREGISTER, UPDATE, LOOKUP }

    /** What comes back; NONE: no answer. */
    public enum Result { OK, NOT_FOUND, ALREADY_REGISTERED, NOT_OWNER, VERSION_CONFLICT, NONE }
}
