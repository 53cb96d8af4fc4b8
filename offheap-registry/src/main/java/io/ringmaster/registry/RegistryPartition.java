package io.ringmaster.registry;

import static io.ringmaster.registry.RegistryResult.ALREADY_REGISTERED;
import static io.ringmaster.registry.RegistryResult.FULL;
import static io.ringmaster.registry.RegistryResult.INVALID_NAMESPACE;
import static io.ringmaster.registry.RegistryResult.NAMESPACES_FULL;
import static io.ringmaster.registry.RegistryResult.NOT_FOUND;
import static io.ringmaster.registry.RegistryResult.NOT_OWNER;
import static io.ringmaster.registry.RegistryResult.OK;
import static io.ringmaster.registry.RegistryResult.SLAB_FULL;
import static io.ringmaster.registry.RegistryResult.VERSION_CONFLICT;
import static io.ringmaster.registry.RegistryResult.WRONG_PARTITION;

import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.SlabCompactor;
import io.ringmaster.registry.layout.SlotDescriptor;
import org.agrona.DirectBuffer;

/**
 * One partition of the registry: a pure state machine. Time comes in with each command; there is no clock, random number, I/O or
 * thread inside, and the same commands at the same times give the same results and effects.
 * <p>
 * <b>Who is dead.</b> A record is dead from the moment that its lease deadline is reached or its owner's session was
 * released, not from the moment that it is taken out of the table. {@link #releaseSession(long)} ends a session in constant
 * time by a new generation of its owner entry, which every record of it names ({@link OwnerTable}); the deadline stands in
 * the record. Both are looked at by readers and by commands, so a dead record is never found, cannot be renewed or
 * unregistered, and does not hold its name: a registration takes it out (with its {@code onDown}) and goes on as for a new
 * name. The removal itself is spread by {@link #doWork(long)} over duty cycles, at most
 * {@link RegistrySettings#maxRemovalsPerCycle()} at a time. Until then the record counts against
 * {@link RegistrySettings#partitionEntries()}; a registration that finds the partition full does one such step first.
 * <p>
 * The incarnation of a record is {@code partition << 48 | counter}. It stays the same when the owner replaces or updates the
 * record, and is another one whenever the name was free in between.
 * <p>
 * <b>Orphans.</b> {@link #restore} brings back what a durable store has kept. No session of before lives, so such a record has no
 * owner: it is found, as {@link #STALE}, until its grace is over, but anyone may register its name at once. A registration that is
 * refused leaves it as it is.
 * <p>
 * Threading: single writer = registry (asserted for every mutator); readers any thread through {@link RegistryReader}.
 */
public final class RegistryPartition {
    /** Readiness of a record until its first renewal: ready. */
    public static final byte INITIAL_READINESS = 1;
    /** Readiness of an agent whose namespace was dropped, until its grace is over. */
    public static final byte DRAINING = 3;
    /** Readiness of an orphan. */
    public static final byte STALE = 4;

    /** Kind of agents: the one that a drop of their namespace gives time. */
    public static final byte KIND_AGENT = 1;

    static final long COUNTER_MASK = (1L << RegistrySettings.INCARNATION_COUNTER_BITS) - 1;

    private final int partitionIndex;
    private final RegistrySettings settings;
    private final RegistryEffects effects;
    private final RegistryCounters counters;
    private final RegistryTables tables;
    private final PartitionRouter router;
    private final RecordChecks checks;
    private final RecordReaper reaper;
    private final RegistryQuota quota;
    private final RecordView view;
    private final Registration merged = new Registration();
    private final CapabilitySet previousCapabilities = new CapabilitySet();
    private byte previousKind;
    private boolean hasPrevious;
    private long incarnationCounter;
    private long lastIncarnation;
    private long lastVersion;
    private long lastOwnerSession;
    private Thread ownerThread;

    /**
     * Allocates an empty partition.
     *
     * @param partitionIndex 0 to {@link RegistrySettings#partitions()} - 1.
     * @param settings       of the registry.
     * @param effects        called for each change.
     * @param counters       written with each change.
     * @param quota          of all partitions of the registry together.
     */
    public RegistryPartition(
        final int partitionIndex, final RegistrySettings settings, final RegistryEffects effects,
        final RegistryCounters counters, final RegistryQuota quota) {
        if (partitionIndex < 0 || partitionIndex >= settings.partitions()) {
            throw new IllegalArgumentException(
                "partitionIndex=" + partitionIndex + " must be from 0 to partitions - 1 = " + (settings.partitions() - 1));
        }
        this.partitionIndex = partitionIndex;
        this.settings = settings;
        this.effects = effects;
        this.counters = counters;
        this.quota = quota;
        this.router = new PartitionRouter(settings.partitions());
        this.checks = new RecordChecks(settings);
        this.tables = new RegistryTables(settings);
        this.view = new RecordView(settings);
        this.reaper = new RecordReaper(this, tables, effects, counters, view);
        this.incarnationCounter = settings.incarnationSeed();
    }

    /**
     * Allocates an empty partition with a quota of its own, {@link RegistrySettings#partitionEntries()}.
     *
     * @param partitionIndex 0 to {@link RegistrySettings#partitions()} - 1.
     * @param settings       of the registry.
     * @param effects        called for each change.
     * @param counters       written with each change.
     */
    public RegistryPartition(
        final int partitionIndex, final RegistrySettings settings, final RegistryEffects effects,
        final RegistryCounters counters) {
        this(partitionIndex, settings, effects, counters, new RegistryQuota(settings.partitionEntries()));
    }

    /**
     * Allocates an empty partition with a quota of its own, whose counters are on the heap.
     *
     * @param partitionIndex 0 to {@link RegistrySettings#partitions()} - 1.
     * @param settings       of the registry.
     * @param effects        called for each change.
     */
    public RegistryPartition(final int partitionIndex, final RegistrySettings settings, final RegistryEffects effects) {
        this(partitionIndex, settings, effects, RegistryCounters.onHeap());
    }

    /**
     * Registers a record, or replaces the one that the same session has under this name. A replacement keeps the
     * incarnation, counts the version up, starts the lease again and resets readiness and load to those of a new record.
     *
     * @param registration the record.
     * @param nowNs        time now.
     * @return {@link RegistryResult#OK} ({@link #lastIncarnation()} and {@link #lastVersion()} tell more),
     *     {@link RegistryResult#ALREADY_REGISTERED} ({@link #lastOwnerSession()}, {@link #lastIncarnation()} and
     *     {@link #lastVersion()} are those of the record that is there), {@link RegistryResult#FULL},
     *     {@link RegistryResult#SLAB_FULL}, {@link RegistryResult#NAMESPACES_FULL}, {@link RegistryResult#WRONG_PARTITION}, or
     *     a code that names the argument out of its bounds.
     */
    public int register(final Registration registration, final long nowNs) {
        assert sameThread();
        final int invalid = checks.check(registration);
        if (invalid != OK) {
            return invalid;
        }
        final long keyHash = registration.keyHash();
        if (router.partitionOf(keyHash) != partitionIndex) {
            return WRONG_PARTITION;
        }
        if (tables.size() >= settings.partitionEntries() || quota.isUsedUp()) {
            reaper.makeRoom(nowNs);
        }
        final int result = register(registration, keyHash, nowNs);
        if (result == FULL || result == SLAB_FULL || result == NAMESPACES_FULL) {
            counters.increment(RegistryCounters.REFUSED_FULL_TYPE_ID);
        }
        publishSizes();
        if (result == OK) {
            try {
                effects.onUp(this, view);
            } finally {
                hasPrevious = false;
            }
        }
        return result;
    }

    private int register(final Registration registration, final long keyHash, final long nowNs) {
        final long deadlineNs = deadlineNs(registration.leaseNs(), nowNs);
        final int found = tables.find(keyHash,
            registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength(),
            registration.nameBuffer(), registration.nameOffset(), registration.nameLength());
        if (found >= 0) {
            if (!reaper.isLive(found, nowNs)) {
                remove(found, reaper.deathOf(found));
            } else if (tables.isOrphan(found)) {
                return takeOver(found, registration, keyHash, deadlineNs, nowNs);
            } else if (settle(found, nowNs)) {
                return replace(found, registration, deadlineNs, nowNs);
            }
        }
        if (tables.size() >= settings.partitionEntries() || !quota.tryTake()) {
            return FULL;
        }
        return insert(registration, keyHash, deadlineNs, nowNs);
    }

    /** The name of an orphan is free, but the orphan goes only when the new record is sure to come. */
    private int takeOver(
        final int orphan, final Registration registration, final long keyHash, final long deadlineNs, final long nowNs) {
        if (!tables.hasRoomInsteadOf(orphan, registration)) {
            return SLAB_FULL;
        }
        reaper.makeWay(orphan, RegistryEffects.SESSION_ENDED);
        return insert(registration, keyHash, deadlineNs, nowNs);
    }

    /** Enters a new record for which the quota has given a place. */
    private int insert(final Registration registration, final long keyHash, final long deadlineNs, final long nowNs) {
        final long incarnation = nextIncarnation();
        final int slot = tables.insert(keyHash, incarnation, registration, deadlineNs, nowNs);
        if (slot < 0) {
            quota.giveBack();
            return slot == RegistryTables.NO_NAMESPACE ? NAMESPACES_FULL : SLAB_FULL;
        }
        incarnationCounter = incarnation & COUNTER_MASK;
        counters.increment(RegistryCounters.REGISTERED_TYPE_ID);
        remember(slot);
        return OK;
    }

    private int replace(final int slot, final Registration registration, final long deadlineNs, final long nowNs) {
        if (tables.table.ownerSession(slot) != registration.ownerSession()) {
            remember(slot);
            return ALREADY_REGISTERED;
        }
        keepPrevious(slot);
        if (!tables.replace(slot, registration, deadlineNs, nowNs)) {
            return SLAB_FULL;
        }
        hasPrevious = true;
        if (tables.namespaces.isDropped(slot)) {
            tables.drain(slot, reaper.cappedDeadlineNs(slot, deadlineNs), nowNs);
        }
        counters.increment(RegistryCounters.REPLACED_TYPE_ID);
        remember(slot);
        return OK;
    }

    private void remove(final int slot, final int reason) {
        reaper.remove(slot, reason);
    }

    private boolean settle(final int slot, final long nowNs) {
        return reaper.settle(slot, nowNs);
    }

    /**
     * Changes metadata, capabilities or attributes of a record. Its version counts up by one, its lease, readiness and load stay as
     * they are.
     *
     * @param update what to change.
     * @param nowNs  time now.
     * @return {@link RegistryResult#OK} ({@link #lastRecord()} is the record), {@link RegistryResult#NOT_FOUND},
     *     {@link RegistryResult#NOT_OWNER} ({@link #lastOwnerSession()}), {@link RegistryResult#VERSION_CONFLICT}
     *     ({@link #lastVersion()} and {@link #lastIncarnation()} are those of the record), {@link RegistryResult#SLAB_FULL},
     *     {@link RegistryResult#METADATA_TOO_LONG}, or {@link RegistryResult#INVALID_ATTRIBUTES}. Nothing has changed
     *     unless it is OK.
     */
    public int update(final RecordUpdate update, final long nowNs) {
        assert sameThread();
        final int invalid = checks.check(update);
        if (invalid != OK) {
            return invalid;
        }
        final int slot = tables.find(update.keyHash(),
            update.namespaceBuffer(), update.namespaceOffset(), update.namespaceLength(),
            update.nameBuffer(), update.nameOffset(), update.nameLength());
        if (slot < 0 || !isThere(slot, nowNs)) {
            return NOT_FOUND;
        }
        remember(slot);
        if (!mayChange(slot, update.sessionId(), update.administrator())) {
            return NOT_OWNER;
        }
        if (!update.expects(lastIncarnation, lastVersion)) {
            return VERSION_CONFLICT;
        }
        keepPrevious(slot);
        if (!tables.update(slot, merge(update))) {
            counters.increment(RegistryCounters.REFUSED_FULL_TYPE_ID);
            return SLAB_FULL;
        }
        hasPrevious = true;
        counters.increment(RegistryCounters.UPDATED_TYPE_ID);
        remember(slot);
        publishSizes();
        try {
            effects.onChanged(this, view);
        } finally {
            hasPrevious = false;
        }
        return OK;
    }

    /** The record in the view as it is after an update. */
    private Registration merge(final RecordUpdate update) {
        merged.reset()
            .namespace(view.buffer(), view.namespaceOffset(), view.namespaceLength())
            .name(view.buffer(), view.nameOffset(), view.nameLength())
            .leaseNs(view.leaseNs());
        if (update.has(RecordUpdate.METADATA)) {
            merged.metadata(update.metadataBuffer(), update.metadataOffset(), update.metadataLength());
        } else {
            merged.metadata(view.buffer(), view.metadataOffset(), view.metadataLength());
        }
        merged.capabilities().copyFrom(update.has(RecordUpdate.CAPABILITIES) ? update.capabilities() : view.capabilities());
        if (update.has(RecordUpdate.ATTRIBUTES)) {
            merged.attributes().copyFrom(update.attributes());
        } else {
            merged.attributes().copyFrom(view.attributes());
            if (update.has(RecordUpdate.MERGE_ATTRIBUTES)) {
                merged.attributes().merge(update.attributes(), update.removedAttributes());
            }
        }
        return merged;
    }

    private boolean mayChange(final int slot, final long sessionId, final boolean administrator) {
        return administrator || sessionId == tables.table.ownerSession(slot) && !tables.isOrphan(slot);
    }

    /**
     * Brings back a record that a durable store has kept, as an orphan; before any other command, and without effects. Incarnations
     * of new records count on above its own.
     *
     * @param registration    the record; its owner's session is one of an earlier life of the server.
     * @param incarnation     that it had.
     * @param version         that it had.
     * @param graceDeadlineNs until when it is found; then it goes as {@link RegistryEffects#LEASE_EXPIRED}.
     * @param nowNs           time now.
     * @return {@link RegistryResult#OK}, {@link RegistryResult#ALREADY_REGISTERED} when there is a record of this key,
     *     {@link RegistryResult#FULL}, {@link RegistryResult#SLAB_FULL}, {@link RegistryResult#NAMESPACES_FULL},
     *     {@link RegistryResult#WRONG_PARTITION}, or a code that names the argument out of its bounds.
     */
    public int restore(
        final Registration registration, final long incarnation, final long version, final long graceDeadlineNs, final long nowNs) {
        assert sameThread();
        incarnationCounter = Math.max(incarnationCounter, incarnation & COUNTER_MASK);
        final int invalid = checks.check(registration);
        if (invalid != OK) {
            return invalid;
        }
        final long keyHash = registration.keyHash();
        if (router.partitionOf(keyHash) != partitionIndex) {
            return WRONG_PARTITION;
        }
        final int found = tables.find(keyHash,
            registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength(),
            registration.nameBuffer(), registration.nameOffset(), registration.nameLength());
        if (found >= 0) {
            return ALREADY_REGISTERED;
        }
        if (tables.size() >= settings.partitionEntries() || !quota.tryTake()) {
            return FULL;
        }
        final int slot = tables.restore(keyHash, incarnation, version, registration, graceDeadlineNs, nowNs);
        if (slot < 0) {
            quota.giveBack();
            return slot == RegistryTables.NO_NAMESPACE ? NAMESPACES_FULL : SLAB_FULL;
        }
        counters.increment(RegistryCounters.RESTORED_TYPE_ID);
        publishSizes();
        return OK;
    }

    /**
     * Drops a namespace: all records that are in it now. Services and orphans go; agents become {@link #DRAINING}, get a lease that
     * ends when the grace does, and go then. The records are taken by {@link #doWork(long)}, some in each cycle; a command that comes to
     * one before finds it as if all had been taken at once. A record that drains stays so, whatever its owner does. A
     * drop while another one of the same namespace goes on covers that one's records too, and the earlier end of grace is that of both.
     *
     * @param namespace buffer with the namespace.
     * @param offset    where it starts.
     * @param length    in bytes.
     * @param graceNs   how long agents may finish what they run, up to {@link Registration#MAX_LEASE_NS}; 0: none.
     * @param nowNs     time now.
     * @return number of records concerned, from 0, those that are dead already among them; or the negative of a result:
     *     {@link RegistryResult#INVALID_NAMESPACE}, {@link RegistryResult#INVALID_LEASE}.
     */
    public int dropNamespace(
        final DirectBuffer namespace, final int offset, final int length, final long graceNs, final long nowNs) {
        assert sameThread();
        if (!checks.isNameLength(length)) {
            return -INVALID_NAMESPACE;
        }
        if (graceNs < 0 || graceNs > Registration.MAX_LEASE_NS) {
            return -RegistryResult.INVALID_LEASE;
        }
        final int entry = tables.namespaces.find(namespace, offset, length);
        if (entry < 0) {
            return 0;
        }
        tables.namespaces.drop(entry, incarnationCounter, nowNs + graceNs);
        return tables.namespaces.records(entry);
    }

    /**
     * Whether a drop of a namespace has still to come to some of its records. What it has come to is gone, or drains.
     *
     * @param namespace buffer with the namespace.
     * @param offset    where it starts.
     * @param length    in bytes.
     * @return false: none goes on.
     */
    public boolean isDropping(final DirectBuffer namespace, final int offset, final int length) {
        assert sameThread();
        final int entry = tables.namespaces.find(namespace, offset, length);
        return entry >= 0 && tables.namespaces.isDropping(entry);
    }

    /**
     * Removes a record.
     *
     * @param namespace       buffer with the namespace.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes.
     * @param name            buffer with the name.
     * @param nameOffset      where it starts.
     * @param nameLength      in bytes.
     * @param sessionId       that asks; 0: the server.
     * @param administrator   whether it may remove any record, and not only its own.
     * @param nowNs           time now.
     * @return {@link RegistryResult#OK} ({@link #lastIncarnation()} was its incarnation), {@link RegistryResult#NOT_FOUND},
     *     {@link RegistryResult#NOT_OWNER} ({@link #lastOwnerSession()}).
     */
    public int unregister(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength, final long sessionId,
        final boolean administrator, final long nowNs) {
        assert sameThread();
        final long keyHash = KeyHash.hash(namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength);
        final int slot = tables.find(keyHash, namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength);
        if (slot < 0 || !isThere(slot, nowNs)) {
            return NOT_FOUND;
        }
        remember(slot);
        if (!mayChange(slot, sessionId, administrator)) {
            return NOT_OWNER;
        }
        remove(slot, RegistryEffects.UNREGISTERED);
        publishSizes();
        return OK;
    }

    /**
     * Renews the lease of a record and takes its owner's view of its load.
     *
     * @param incarnation     of the record.
     * @param sessionId       that owns it.
     * @param readiness       opaque here.
     * @param inFlight        tasks in flight.
     * @param estimatedWaitNs of a new task.
     * @param nowNs           time now.
     * @return {@link RegistryResult#OK}, {@link RegistryResult#NOT_FOUND}, also when the lease has run out already, or
     *     {@link RegistryResult#NOT_OWNER}.
     */
    public int renew(
        final long incarnation, final long sessionId, final byte readiness, final int inFlight, final long estimatedWaitNs,
        final long nowNs) {
        assert sameThread();
        final int slot = tables.incarnations.find(incarnation);
        if (slot < 0 || !isThere(slot, nowNs)) {
            return NOT_FOUND;
        }
        if (!mayChange(slot, sessionId, false)) {
            return NOT_OWNER;
        }
        final byte shown = tables.namespaces.isDropped(slot) ? DRAINING : readiness;
        final boolean changed = tables.readiness(slot) != shown;
        tables.renew(slot, shown, inFlight, estimatedWaitNs,
            reaper.cappedDeadlineNs(slot, deadlineNs(tables.leaseNs(slot), nowNs)));
        counters.increment(RegistryCounters.RENEWED_TYPE_ID);
        if (changed) {
            reaper.copy(slot);
            effects.onChanged(this, view);
        }
        return OK;
    }

    /**
     * Ends a session: from now on none of its records is alive, and their names are free. They are taken out, each with its
     * {@code onDown}, by {@link #doWork(long)}. Takes constant time.
     *
     * @param sessionId of the session; one without records here changes nothing.
     */
    public void releaseSession(final long sessionId) {
        assert sameThread();
        tables.owners.release(sessionId);
    }

    /**
     * Takes dead records out: first those of ended sessions, then those whose lease ran out, then those of dropped namespaces.
     * Bounded by {@link RegistrySettings#maxRemovalsPerCycle()} for each, by fewer while cycles are long ({@link RemovalPace}), and
     * stops when {@link RegistryEffects#canAccept()} says no. A lease is noticed here up to
     * {@link io.ringmaster.registry.index.LeaseWheel#TICK_NS} after its deadline. Then does a bounded step of compaction, if the slab
     * needs it ({@link SlabCompactor}).
     *
     * @param nowNs time now.
     * @return number of records that were taken out or whose lease was looked at, and a number above 0 for a step of compaction; 0
     *     when nothing was to be done.
     */
    public int doWork(final long nowNs) {
        assert sameThread();
        final int work = reaper.doWork(nowNs) + tables.compactor.step();
        if (work > 0) {
            publishSizes();
        }
        return work;
    }

    private void keepPrevious(final int slot) {
        previousKind = tables.kind(slot);
        tables.capabilities(slot, previousCapabilities);
    }

    private boolean isThere(final int slot, final long nowNs) {
        return reaper.isLive(slot, nowNs) && settle(slot, nowNs);
    }

    private void remember(final int slot) {
        reaper.copy(slot);
        lastIncarnation = view.incarnation();
        lastVersion = view.version();
        lastOwnerSession = view.ownerSession();
    }

    private long nextIncarnation() {
        return (long) partitionIndex << RegistrySettings.INCARNATION_COUNTER_BITS | incarnationCounter + 1 & COUNTER_MASK;
    }

    private static long deadlineNs(final long leaseNs, final long nowNs) {
        return leaseNs == 0 ? SlotDescriptor.NO_LEASE : nowNs + leaseNs;
    }

    private void publishSizes() {
        counters.set(RegistryCounters.ENTRIES_TYPE_ID, tables.size());
        counters.set(RegistryCounters.DISPLACED_TYPE_ID, tables.keys.displaced());
        counters.set(RegistryCounters.MAX_PROBE_LENGTH_TYPE_ID, tables.keys.maxProbeLength());
        counters.set(RegistryCounters.SLAB_USED_TYPE_ID, tables.slab.usedBytes());
        counters.set(RegistryCounters.SLAB_HIGH_WATER_TYPE_ID, tables.slab.highWaterBytes());
        counters.set(RegistryCounters.BLOCKS_MOVED_TYPE_ID, tables.compactor.blocksMoved());
        counters.set(RegistryCounters.BYTES_MOVED_TYPE_ID, tables.compactor.bytesMoved());
        counters.set(RegistryCounters.PROBE_STEPS_TYPE_ID, tables.keys.displacement());
        counters.set(RegistryCounters.NAMESPACES_TYPE_ID, tables.namespaces.size());
    }

    /**
     * The record of the last {@link #register} or {@link #update} that was {@link RegistryResult#OK}.
     *
     * @return the partition's own view, valid until its next command or duty cycle.
     */
    public RecordView lastRecord() {
        return view;
    }

    /**
     * Kind that a record had before it was replaced. For {@link RegistryEffects#onUp} and {@link RegistryEffects#onChanged} alone.
     *
     * @param record of the effect.
     * @return its own where the change left it alone.
     */
    public byte previousKind(final RecordView record) {
        return hasPrevious ? previousKind : record.kind();
    }

    /**
     * Capabilities that a record had before it was replaced or updated. For {@link RegistryEffects#onUp} and
     * {@link RegistryEffects#onChanged} alone.
     *
     * @param record of the effect.
     * @return its own where the change left them alone; not to be changed.
     */
    public CapabilitySet previousCapabilities(final RecordView record) {
        return hasPrevious ? previousCapabilities : record.capabilities();
    }

    /**
     * Whether a record changed because a drop of its namespace drains it, whatever command came to it first. For
     * {@link RegistryEffects#onChanged} alone.
     *
     * @return false for a change that its command makes itself.
     */
    public boolean isDrainedByDrop() {
        return reaper.isDrainedNow();
    }

    /**
     * Whether a drop of its namespace drains a record: it goes when the grace is over, whatever its owner does. For
     * {@link RegistryEffects#onUp} and {@link RegistryEffects#onChanged} alone.
     *
     * @param record of the effect.
     * @return false: no drop has come to it.
     */
    public boolean isDropped(final RecordView record) {
        final int slot = tables.incarnations.find(record.incarnation());
        return slot >= 0 && tables.namespaces.isDropped(slot);
    }

    /**
     * Incarnation of the record that the last command was about.
     *
     * @return see the command.
     */
    public long lastIncarnation() {
        return lastIncarnation;
    }

    /**
     * Version of the record that the last command was about.
     *
     * @return see the command.
     */
    public long lastVersion() {
        return lastVersion;
    }

    /**
     * Owner of the record that the last command was about.
     *
     * @return see the command.
     */
    public long lastOwnerSession() {
        return lastOwnerSession;
    }

    /**
     * Which partition this is.
     *
     * @return from 0.
     */
    public int partitionIndex() {
        return partitionIndex;
    }

    /**
     * Settings of the registry.
     *
     * @return as given to the constructor.
     */
    public RegistrySettings settings() {
        return settings;
    }

    /**
     * Counters of this partition. Any thread may read them.
     *
     * @return as given to the constructor.
     */
    public RegistryCounters counters() {
        return counters;
    }

    /**
     * Off-heap memory of this partition; does not change.
     *
     * @return bytes.
     */
    public long offHeapBytes() {
        return tables.bytes();
    }

    /**
     * Records in the table, with those that are dead and not yet removed. For the writer; others have the counter.
     *
     * @return from 0 to {@link RegistrySettings#partitionEntries()}.
     */
    public int size() {
        return tables.size();
    }

    /** Lets another thread become the writer with its first command; the hand-over itself must order memory. */
    public void releaseWriter() {
        ownerThread = null;
    }

    RegistryQuota quota() {
        return quota;
    }

    RegistryTables tables() {
        return tables;
    }

    private boolean sameThread() {
        final Thread current = Thread.currentThread();
        if (ownerThread == null) {
            ownerThread = current;
        }
        if (ownerThread != current) {
            throw new IllegalStateException(
                "partition " + partitionIndex + " is written by " + ownerThread + " and now by " + current);
        }
        return true;
    }
}
