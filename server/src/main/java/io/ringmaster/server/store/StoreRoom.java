package io.ringmaster.server.store;

import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.registry.store.StoredRecordDescriptor;
import io.ringmaster.server.registry.WriteGate;

/**
 * Refuses writes of the registry when the store has failed, and before it is full: what is under way in the store ring has room.
 * <p>
 * Threading: confined to the registry's role.
 */
final class StoreRoom implements WriteGate {
    /** What a record takes in the ring at least; so the ring holds at most its bytes by this of pieces. */
    private static final int MIN_RING_RECORD = StoredRecordDescriptor.HEADER_LENGTH + StoreRing.KEY_LENGTH;

    private final DurableStore store;
    private final StoreRing ring;
    private final StoreState state;
    private final long maxPieces;

    /**
     * The gate.
     *
     * @param store to be written.
     * @param ring  in front of it.
     * @param state of it.
     * @param sizes of it.
     */
    StoreRoom(final DurableStore store, final StoreRing ring, final StoreState state, final StoreSizes sizes) {
        this.store = store;
        this.ring = ring;
        this.state = state;
        maxPieces = sizes.isAmple() ? Long.MAX_VALUE : store.pieceCapacity() - sizes.maxRecordLength() / StoreSizes.PIECE;
    }

    @Override
    public int check() {
        if (!state.isWritable()) {
            return STORE_FAILED;
        }
        // The ring first: what the store's thread takes out of it in between is then counted twice, and not missed.
        final long waiting = ring.size() / MIN_RING_RECORD;
        return waiting + store.pieces() > maxPieces ? RegistryResult.SLAB_FULL : RegistryResult.OK;
    }
}
