package io.ringmaster.server.history;

import io.ringmaster.server.history.Operation.Result;

/**
 * What one name of the registry holds, and which answers each request may have then: the sequential specification.
 *
 * @param owner   session, 0: no record.
 * @param record  incarnation of the record.
 * @param version of the record.
 */
record RecordState(long owner, long record, long version) {
    static final RecordState ABSENT = new RecordState(0, 0, 0);

    /** The state after an operation with just this answer; null when the answer cannot be given in this state. */
    RecordState after(final Operation op) {
        if (op.result() == Result.NONE) {
            return withoutAnswer(op);
        }
        return switch (op.kind()) {
            case REGISTER -> afterRegister(op);
            case UNREGISTER -> afterUnregister(op);
            case UPDATE -> afterUpdate(op);
            case LOOKUP -> afterLookup(op);
        };
    }

    private boolean isAbsent() {
        return owner == 0;
    }

    private RecordState afterRegister(final Operation op) {
        if (op.result() == Result.ALREADY_REGISTERED) {
            return !isAbsent() && owner != op.process() ? this : null;
        }
        if (op.result() != Result.OK) {
            return null;
        }
        if (isAbsent()) {
            return op.version() == 1 && op.record() != record ? new RecordState(op.process(), op.record(), 1) : null;
        }
        return owner == op.process() && op.record() == record && op.version() == version + 1
            ? new RecordState(owner, record, op.version()) : null;
    }

    private RecordState afterUnregister(final Operation op) {
        return switch (op.result()) {
            case OK -> owner == op.process() ? ABSENT : null;
            case NOT_FOUND -> isAbsent() ? this : null;
            case NOT_OWNER -> !isAbsent() && owner != op.process() ? this : null;
            default -> null;
        };
    }

    private RecordState afterUpdate(final Operation op) {
        return switch (op.result()) {
            case OK -> owner == op.process() && version == op.argument() && op.version() == version + 1
                ? new RecordState(owner, record, op.version()) : null;
            case VERSION_CONFLICT ->
                owner == op.process() && version != op.argument() && version == op.version() ? this : null;
            case NOT_FOUND -> isAbsent() ? this : null;
            case NOT_OWNER -> !isAbsent() && owner != op.process() ? this : null;
            default -> null;
        };
    }

    private RecordState afterLookup(final Operation op) {
        if (op.result() == Result.NOT_FOUND) {
            return isAbsent() ? this : null;
        }
        return op.result() == Result.OK && owner == op.owner() && record == op.record() && version == op.version() ? this : null;
    }

    /** Taken as done at this point; a history in which it never happened is tried by leaving it to the end. */
    private RecordState withoutAnswer(final Operation op) {
        return switch (op.kind()) {
            case UNREGISTER -> owner == op.process() ? ABSENT : this;
            case UPDATE -> owner == op.process() && version == op.argument() ? new RecordState(owner, record, version + 1) : this;
            default -> this;
        };
    }
}
