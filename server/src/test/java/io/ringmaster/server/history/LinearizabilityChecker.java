package io.ringmaster.server.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a history of one name is linearizable: whether each operation can be given a moment between its call and its return
 * so that, done one after the other in the order of these moments, all of them get the answers that they got. Search with
 * backtracking over the events of the history, and a memory of configurations seen (J. M. Wing and C. Gong, "Testing and
 * verifying concurrent objects", 1993; G. Lowe, "Testing for linearizability", 2017).
 */
public final class LinearizabilityChecker {
    private LinearizabilityChecker() {
    }

    /** A call or a return, in a doubly linked list that the search takes pairs out of and puts them back into. */
    private static final class Event {
        private final Operation operation;
        private final int index;
        private final boolean isCall;
        private Event match;
        private Event next;
        private Event previous;

        private Event(final Operation operation, final int index, final boolean isCall) {
            this.operation = operation;
            this.index = index;
            this.isCall = isCall;
        }

        private long timeNs() {
            return isCall ? operation.callNs() : operation.returnNs();
        }

        private void lift() {
            previous.next = next;
            next.previous = previous;
            match.previous.next = match.next;
            if (match.next != null) {
                match.next.previous = match.previous;
            }
        }

        private void unlift() {
            match.previous.next = match;
            if (match.next != null) {
                match.next.previous = match;
            }
            previous.next = this;
            next.previous = this;
        }
    }

    private record Configuration(BitSet done, RecordState state) {
    }

    private record Step(Event call, RecordState before) {
    }

    /**
     * Checks a history.
     *
     * @param operations of one name, which starts absent; in any order.
     * @return whether it is linearizable.
     */
    public static boolean isLinearizable(final List<Operation> operations) {
        final Event head = events(operations);
        final Deque<Step> steps = new ArrayDeque<>();
        final Set<Configuration> seen = new HashSet<>();
        final BitSet done = new BitSet(operations.size());
        RecordState state = RecordState.ABSENT;
        Event event = head.next;
        while (head.next != null) {
            if (event.isCall) {
                final RecordState after = state.after(event.operation);
                if (after != null) {
                    done.set(event.index);
                    if (seen.add(new Configuration((BitSet) done.clone(), after))) {
                        steps.push(new Step(event, state));
                        state = after;
                        event.lift();
                        event = head.next;
                        continue;
                    }
                    done.clear(event.index);
                }
                event = event.next;
            } else if (event.operation.returnNs() == Long.MAX_VALUE) {
                // What is left got no answer: it need not have happened.
                return true;
            } else {
                if (steps.isEmpty()) {
                    return false;
                }
                final Step undone = steps.pop();
                state = undone.before;
                done.clear(undone.call.index);
                undone.call.unlift();
                event = undone.call.next;
            }
        }
        return true;
    }

    private static Event events(final List<Operation> operations) {
        final List<Event> events = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            final Event call = new Event(operations.get(i), i, true);
            final Event end = new Event(operations.get(i), i, false);
            call.match = end;
            end.match = call;
            events.add(call);
            events.add(end);
        }
        // At the same time a call goes first: that allows more orders, never fewer.
        events.sort(Comparator.comparingLong(Event::timeNs).thenComparing(e -> e.isCall ? 0 : 1));
        final Event head = new Event(null, -1, true);
        Event last = head;
        for (final Event event : events) {
            last.next = event;
            event.previous = last;
            last = event;
        }
        return head;
    }
}
