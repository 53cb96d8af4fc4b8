package io.ringmaster.server.history;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.server.history.Operation.Kind;
import io.ringmaster.server.history.Operation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {
    private static Operation register(final long process, final long callNs, final long returnNs, final long record, final long version) {
        return new Operation(process, Kind.REGISTER, 0, Result.OK, 0, record, version, callNs, returnNs);
    }

    private static Operation refused(final long process, final Kind kind, final Result result, final long callNs, final long returnNs) {
        return new Operation(process, kind, 0, result, 0, 0, 0, callNs, returnNs);
    }

    private static Operation found(final long callNs, final long returnNs, final long owner, final long record, final long version) {
        return new Operation(9, Kind.LOOKUP, 0, Result.OK, owner, record, version, callNs, returnNs);
    }

    private static Operation update(
        final long callNs, final long returnNs, final long expected, final Result result, final long version) {
        return new Operation(1, Kind.UPDATE, expected, result, 0, 7, version, callNs, returnNs);
    }

    @Test
    void shouldAcceptWhenAnOrderExists() {
        assertTrue(LinearizabilityChecker.isLinearizable(List.of()));
        assertTrue(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), found(5, 6, 1, 7, 1))));
        assertTrue(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), refused(9, Kind.LOOKUP, Result.NOT_FOUND, 5, 6))));
        assertTrue(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), refused(2, Kind.REGISTER, Result.ALREADY_REGISTERED, 5, 6))));
    }

    @Test
    void shouldRejectTwoWinners() {
        assertFalse(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), register(2, 0, 10, 8, 1))));
    }

    @Test
    void shouldRejectAStaleRead() {
        final Operation gone = new Operation(1, Kind.UNREGISTER, 0, Result.OK, 0, 7, 0, 20, 30);
        assertTrue(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), gone, found(25, 40, 1, 7, 1))));
        assertFalse(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), gone, found(31, 40, 1, 7, 1))));
        assertFalse(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), refused(9, Kind.LOOKUP, Result.NOT_FOUND, 11, 12))));
    }

    @Test
    void shouldRejectTwoUpdatesOfTheSameVersion() {
        final Operation won = update(20, 30, 1, Result.OK, 2);
        assertTrue(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), won, update(20, 30, 1, Result.VERSION_CONFLICT, 2))));
        assertFalse(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), won, update(20, 30, 1, Result.OK, 2))));
        assertFalse(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), won, update(20, 30, 1, Result.VERSION_CONFLICT, 3))));
        assertFalse(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), update(20, 30, 1, Result.VERSION_CONFLICT, 1))));
    }

    @Test
    void shouldAllowWhatGotNoAnswerToHaveHappenedOrNot() {
        final Operation lost = new Operation(1, Kind.UNREGISTER, 0, Result.NONE, 0, 0, 0, 20, Long.MAX_VALUE);
        assertTrue(LinearizabilityChecker.isLinearizable(
            List.of(register(1, 0, 10, 7, 1), lost, refused(9, Kind.LOOKUP, Result.NOT_FOUND, 30, 40))));
        assertTrue(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), lost, found(30, 40, 1, 7, 1))));
        assertFalse(LinearizabilityChecker.isLinearizable(List.of(register(1, 0, 10, 7, 1), lost, found(30, 40, 1, 7, 1),
            refused(9, Kind.LOOKUP, Result.NOT_FOUND, 50, 60), found(70, 80, 1, 7, 1))));
    }

    @Test
    void shouldAcceptHistoriesMadeFromAnOrderAndRejectThemWithOneAnswerChanged() {
        final Random random = new Random(5);
        int rejected = 0;
        for (int round = 0; round < 200; round++) {
            final List<Operation> history = history(random, 60);
            assertTrue(LinearizabilityChecker.isLinearizable(history), () -> "made from an order: " + history);
            final List<Operation> broken = new ArrayList<>(history);
            final int at = random.nextInt(broken.size());
            final Operation op = broken.get(at);
            broken.set(at, new Operation(op.process(), op.kind(), op.argument(), op.result(), op.owner() + 100, op.record() + 100,
                op.version() + 1, op.callNs(), op.returnNs()));
            rejected += LinearizabilityChecker.isLinearizable(broken) ? 0 : 1;
        }
        assertTrue(rejected > 80, "of 200 broken histories " + rejected + " were rejected; refusals carry nothing to break");
    }

    /** Operations done one after the other, whose calls and returns are then spread so that up to four overlap. */
    private static List<Operation> history(final Random random, final int length) {
        final List<Operation> history = new ArrayList<>();
        long owner = 0;
        long record = 0;
        long version = 0;
        for (int i = 0; i < length; i++) {
            final long process = 1 + random.nextInt(3);
            final long callNs = i * 10L - random.nextInt(20);
            final long returnNs = i * 10L + random.nextInt(20);
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (owner == 0 || owner == process) {
                        record = owner == 0 ? 1000 + i : record;
                        version = owner == 0 ? 1 : version + 1;
                        owner = process;
                        history.add(register(process, callNs, returnNs, record, version));
                    } else {
                        history.add(refused(process, Kind.REGISTER, Result.ALREADY_REGISTERED, callNs, returnNs));
                    }
                }
                case 1 -> {
                    if (owner == process) {
                        history.add(new Operation(process, Kind.UNREGISTER, 0, Result.OK, 0, record, 0, callNs, returnNs));
                        owner = 0;
                        version = 0;
                    } else {
                        history.add(refused(process, Kind.UNREGISTER, owner == 0 ? Result.NOT_FOUND : Result.NOT_OWNER, callNs, returnNs));
                    }
                }
                default -> history.add(owner == 0
                    ? refused(9, Kind.LOOKUP, Result.NOT_FOUND, callNs, returnNs) : found(callNs, returnNs, owner, record, version));
            }
        }
        return history;
    }
}
