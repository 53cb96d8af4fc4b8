package io.ringmaster.server.store;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.server.egress.ReplySink;
import io.ringmaster.thread.Role;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * Drains the store ring: a change goes into the durable store, a message to the egress ring. In that order a reply is never sent
 * before its change is stored.
 * <p>
 * A change that the store does not take fails the store for good ({@link StoreState}). From then on no change is applied, and
 * whatever would acknowledge a write says INTERNAL; other messages go on.
 * <p>
 * Threading: confined to the store's thread; {@link #drainAndClose} to whoever closes the server, after the role's thread has ended.
 */
public final class StoreRole implements Role {
    /** Name in thread plans. */
    public static final String ROLE_NAME = "store";
    /** Records of the ring in one duty cycle. */
    private static final int RECORD_LIMIT = 128;

    private final OneToOneRingBuffer ring;
    private final DurableStore store;
    private final ReplySink egress;
    private final StoreState state;
    private final StoreCounters counters;
    private final ErrorHandler errorHandler;
    private final ControlledMessageHandler handler = this::onRecord;
    private final ControlledMessageHandler lastHandler = this::onLastRecord;
    private final Acknowledgements acknowledgements = new Acknowledgements();

    /**
     * A role that is not started.
     *
     * @param ring         that it drains.
     * @param store        to change; this role becomes its only writer.
     * @param egress       where messages go.
     * @param state        to be told of a failure.
     * @param counters     to update.
     * @param errorHandler told of a failure.
     */
    StoreRole(
        final StoreRing ring, final DurableStore store, final ReplySink egress, final StoreState state,
        final StoreCounters counters, final ErrorHandler errorHandler) {
        this.ring = ring.ring();
        this.store = store;
        this.egress = egress;
        this.state = state;
        this.counters = counters;
        this.errorHandler = errorHandler;
    }

    @Override
    public String roleName() {
        return ROLE_NAME;
    }

    @Override
    public int doWork(final long nowNs) {
        // One read ends where the ring wraps.
        return ring.controlledRead(handler, RECORD_LIMIT) + ring.controlledRead(handler, RECORD_LIMIT);
    }

    /** After the threads have ended: takes the changes that are still in the ring. Their replies have no way out any more. */
    void drainChanges() {
        while (ring.size() > 0 && ring.controlledRead(lastHandler, Integer.MAX_VALUE) > 0) {
            Thread.onSpinWait();
        }
    }

    private ControlledMessageHandler.Action onRecord(
        final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        return type == StoreRing.MESSAGE ? forward(buffer, index, length) : change(type, buffer, index, length);
    }

    private ControlledMessageHandler.Action onLastRecord(
        final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        return type == StoreRing.MESSAGE ?
            ControlledMessageHandler.Action.CONTINUE : change(type, buffer, index, length);
    }

    private ControlledMessageHandler.Action forward(final MutableDirectBuffer buffer, final int index, final int length) {
        final int messageLength = length - StoreRing.KEY_LENGTH;
        final int claimed = egress.tryClaim(buffer.getLong(index), messageLength);
        if (claimed < 0) {
            return ControlledMessageHandler.Action.ABORT;
        }
        final MutableDirectBuffer target = egress.buffer();
        target.putBytes(claimed, buffer, index + StoreRing.KEY_LENGTH, messageLength);
        if (!state.isWritable() && acknowledgements.withdraw(target, claimed, ResultCode.INTERNAL)) {
            counters.withheld.incrementRelease();
        }
        egress.commit(claimed);
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private ControlledMessageHandler.Action change(
        final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        if (state.isWritable()) {
            final long incarnation = buffer.getLong(index);
            try {
                if (type == StoreRing.PUT) {
                    put(incarnation, buffer, index + StoreRing.KEY_LENGTH, length - StoreRing.KEY_LENGTH);
                } else {
                    store.remove(incarnation);
                    counters.removes.incrementRelease();
                }
            } catch (final Throwable ex) {
                // An Error too: the ring goes on behind this change, to the reply that acknowledges it.
                if (fail()) {
                    report("record " + incarnation + " was not " + (type == StoreRing.PUT ? "stored: " : "removed: ") + ex, ex);
                }
            }
        }
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private void put(final long incarnation, final MutableDirectBuffer buffer, final int offset, final int length) {
        final DurableStore.PutResult result = store.put(incarnation, buffer, offset, length);
        if (result == DurableStore.PutResult.STORED) {
            counters.puts.incrementRelease();
        } else if (fail()) {
            report("record " + incarnation + " of " + length + " bytes was not stored: " + result + ", the store holds " +
                store.size() + " of " + store.capacity() + " records", null);
        }
    }

    /** Before anything that may fail itself, such as the text of a report when there is no memory. */
    private boolean fail() {
        counters.failures.increment();
        return state.fail();
    }

    private void report(final String text, final Throwable cause) {
        errorHandler.onError(new StoreFailedException(text +
            "; from now on the registry refuses writes, start the server again", cause));
    }
}
