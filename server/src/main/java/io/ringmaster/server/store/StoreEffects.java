package io.ringmaster.server.store;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.store.StoredRecord;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts the changes of the registry into the store ring, each as the record's bytes in the store. Records of the server itself
 * (session 0) are not stored: it registers its agents at every start. Nor is what a heartbeat changes.
 * <p>
 * An agent that drains since its namespace was dropped is taken out of the store when that begins: after a restart it is not there.
 * <p>
 * A record that went with its session or its lease is removed one effect later, since the next one may be the registration of the
 * same name: then the new record is stored before the old one is removed, and whenever the process dies one of them is there. Of two
 * records of a name the one with the later count counts. Before a record of another name the removal goes first: the store never holds
 * more names than the registry, so that all of them can be restored.
 * <p>
 * Threading: confined to the registry's role.
 */
public final class StoreEffects implements RegistryEffects {
    private static final long NONE = Long.MIN_VALUE;

    private final StoreRing ring;
    private final CapabilityDictionary capabilities;
    private final AttributeDictionary attributes;
    private final StoreState state;
    private final StoreCounters counters;
    private final ErrorHandler errorHandler;
    private final StoredRecord record = new StoredRecord();
    private final UnsafeBuffer scratch;
    private long removal = NONE;
    /** Hash of the key of the record that waits for its removal. */
    private long removalHash;

    /**
     * Effects of all partitions of one registry role.
     *
     * @param ring            where changes go.
     * @param maxRecordLength longest stored record.
     * @param capabilities    names of capabilities.
     * @param attributes      names and values of attributes.
     * @param state           to be told when a change found no room, which is a defect.
     * @param counters        to update.
     * @param errorHandler    told of such a defect.
     */
    StoreEffects(
        final StoreRing ring, final int maxRecordLength, final CapabilityDictionary capabilities,
        final AttributeDictionary attributes, final StoreState state, final StoreCounters counters,
        final ErrorHandler errorHandler) {
        this.ring = ring;
        this.capabilities = capabilities;
        this.attributes = attributes;
        this.state = state;
        this.counters = counters;
        this.errorHandler = errorHandler;
        scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(maxRecordLength, BitUtil.CACHE_LINE_LENGTH));
    }

    @Override
    public boolean canAccept() {
        return ring.hasRoom(0);
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView view) {
        if (removal != NONE && keyHash(view) != removalHash) {
            flush();
        }
        if (view.ownerSession() != 0 && !partition.isDropped(view)) {
            put(view);
        }
        flush();
    }

    /** A heartbeat that changes readiness comes here too, but is not what the partition was last asked about. */
    @Override
    public void onChanged(final RegistryPartition partition, final RecordView view) {
        if (view.ownerSession() == 0) {
            return;
        }
        if (partition.isDrainedByDrop()) {
            remove(view.incarnation());
        } else if (partition.lastIncarnation() == view.incarnation() && partition.lastVersion() == view.version() &&
            !partition.isDropped(view)) {
            put(view);
        }
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView view, final int reason) {
        flush();
        if (view.ownerSession() == 0) {
            return;
        }
        if (reason == SESSION_ENDED || reason == LEASE_EXPIRED) {
            removal = view.incarnation();
            removalHash = keyHash(view);
        } else {
            remove(view.incarnation());
        }
    }

    /** Ends a duty cycle: removes what waits for the next effect. */
    void flush() {
        if (removal != NONE) {
            final long incarnation = removal;
            removal = NONE;
            remove(incarnation);
        }
    }

    private static long keyHash(final RecordView view) {
        return KeyHash.hash(view.buffer(), view.namespaceOffset(), view.namespaceLength(),
            view.buffer(), view.nameOffset(), view.nameLength());
    }

    private void put(final RecordView view) {
        if (!state.isWritable()) {
            return;
        }
        final int length = encode(view);
        final int index = ring.tryClaimPut(view.incarnation(), length);
        if (index < 0) {
            onNoRoom(view.incarnation());
            return;
        }
        ring.buffer().putBytes(index, scratch, 0, length);
        ring.commit(index);
    }

    private void remove(final long incarnation) {
        if (state.isWritable() && !ring.remove(incarnation)) {
            onNoRoom(incarnation);
        }
    }

    private int encode(final RecordView view) {
        record.wrapForEncode(scratch, 0)
            .kind(view.kind())
            .capacity(view.capacity())
            .parallelism(view.parallelism())
            .version(view.version())
            .ownerSession(view.ownerSession())
            .leaseNs(view.leaseNs())
            .namespace(view.buffer(), view.namespaceOffset(), view.namespaceLength())
            .name(view.buffer(), view.nameOffset(), view.nameLength());
        record.capabilitiesWritten(capabilities.encode(view.capabilities(), scratch, record.limit()));
        record.attributesWritten(attributes.encode(view.attributes(), scratch, record.limit()));
        return record.metadata(view.buffer(), view.metadataOffset(), view.metadataLength()).finish();
    }

    private void onNoRoom(final long incarnation) {
        counters.failures.increment();
        if (state.fail()) {
            errorHandler.onError(new StoreFailedException("the change of record " + incarnation +
                " found no room in the store ring; from now on the registry refuses writes, start the server again", null));
        }
    }
}
