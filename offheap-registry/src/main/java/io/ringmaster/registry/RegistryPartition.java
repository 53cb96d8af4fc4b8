package io.ringmaster.registry;

import static io.ringmaster.registry.RegistryResult.ALREADY_REGISTERED;
import static io.ringmaster.registry.RegistryResult.FULL;
import static io.ringmaster.registry.RegistryResult.INVALID_CAPACITY;
import static io.ringmaster.registry.RegistryResult.INVALID_KIND;
import static io.ringmaster.registry.RegistryResult.INVALID_LEASE;
import static io.ringmaster.registry.RegistryResult.INVALID_NAME;
import static io.ringmaster.registry.RegistryResult.INVALID_NAMESPACE;
import static io.ringmaster.registry.RegistryResult.METADATA_TOO_LONG;
import static io.ringmaster.registry.RegistryResult.NOT_FOUND;
import static io.ringmaster.registry.RegistryResult.NOT_OWNER;
import static io.ringmaster.registry.RegistryResult.OK;
import static io.ringmaster.registry.RegistryResult.SLAB_FULL;
import static io.ringmaster.registry.RegistryResult.WRONG_PARTITION;

import io.ringmaster.registry.index.CapabilityBitmaps;
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
 * The incarnation of a record is {@code partition << 48 | counter}. It stays the same when the owner replaces the record, and is
 * another one whenever the name was free in between.
 * <p>
 * Threading: single writer = registry (asserted for every mutator); readers any thread through {@link RegistryReader}.
 */
public final class RegistryPartition {
    /** Readiness of a record until its first renewal: ready. */
    public static final byte INITIAL_READINESS = 1;

    private static final int TICKS_PER_CYCLE = 512;
    private static final long COUNTER_MASK = (1L << RegistrySettings.INCARNATION_COUNTER_BITS) - 1;

    private final int partitionIndex;
    private final RegistrySettings settings;
    private final RegistryEffects effects;
    private final RegistryCounters counters;
    private final RegistryTables tables;
    private final PartitionRouter router;
    private final RecordView view;
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
     */
    public RegistryPartition(
        final int partitionIndex, final RegistrySettings settings, final RegistryEffects effects,
        final RegistryCounters counters) {
        if (partitionIndex < 0 || partitionIndex >= settings.partitions()) {
            throw new IllegalArgumentException(
                "partitionIndex=" + partitionIndex + " must be from 0 to partitions - 1 = " + (settings.partitions() - 1));
        }
        this.partitionIndex = partitionIndex;
        this.settings = settings;
        this.effects = effects;
        this.counters = counters;
        this.router = new PartitionRouter(settings.partitions());
        this.tables = new RegistryTables(settings);
        this.view = new RecordView(settings);
        this.incarnationCounter = settings.incarnationSeed();
    }

    /**
     * Allocates an empty partition whose counters are on the heap.
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
     *     {@link RegistryResult#SLAB_FULL}, {@link RegistryResult#WRONG_PARTITION}, or a code that names the argument out of
     *     its bounds.
     */
    public int register(final Registration registration, final long nowNs) {
        assert sameThread();
        final int invalid = check(registration);
        if (invalid != OK) {
            return invalid;
        }
        final long keyHash = registration.keyHash();
        if (router.partitionOf(keyHash) != partitionIndex) {
            return WRONG_PARTITION;
        }
        if (tables.size() >= settings.partitionEntries()) {
            removeDead(nowNs);
        }
        final int result = register(registration, keyHash, nowNs);
        if (result == FULL || result == SLAB_FULL) {
            counters.increment(RegistryCounters.REFUSED_FULL_TYPE_ID);
        }
        publishSizes();
        if (result == OK) {
            effects.onUp(this, view);
        }
        return result;
    }

    private int register(final Registration registration, final long keyHash, final long nowNs) {
        final long deadlineNs = deadlineNs(registration.leaseNs(), nowNs);
        final int found = tables.find(keyHash,
            registration.namespaceBuffer(), registration.namespaceOffset(), registration.namespaceLength(),
            registration.nameBuffer(), registration.nameOffset(), registration.nameLength());
        if (found >= 0) {
            if (isLive(found, nowNs)) {
                return replace(found, registration, deadlineNs, nowNs);
            }
            remove(found, deathOf(found));
        }
        if (tables.size() >= settings.partitionEntries()) {
            return FULL;
        }
        final long incarnation = nextIncarnation();
        final int slot = tables.insert(keyHash, incarnation, registration, deadlineNs, nowNs);
        if (slot < 0) {
            return SLAB_FULL;
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
        if (!tables.replace(slot, registration, deadlineNs, nowNs)) {
            return SLAB_FULL;
        }
        counters.increment(RegistryCounters.REPLACED_TYPE_ID);
        remember(slot);
        return OK;
    }

    private int check(final Registration registration) {
        if (registration.namespaceLength() < 1 || registration.namespaceLength() > settings.maxNameLength()) {
            return INVALID_NAMESPACE;
        }
        if (registration.nameLength() < 1 || registration.nameLength() > settings.maxNameLength()) {
            return INVALID_NAME;
        }
        if (registration.kind() < 1 || registration.kind() > CapabilityBitmaps.MAX_KIND) {
            return INVALID_KIND;
        }
        if (registration.leaseNs() < 0 || registration.leaseNs() > Registration.MAX_LEASE_NS) {
            return INVALID_LEASE;
        }
        if (registration.metadataLength() > settings.maxMetadataLength()) {
            return METADATA_TOO_LONG;
        }
        return registration.capacity() < 0 || registration.parallelism() < 0 ? INVALID_CAPACITY : OK;
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
     * @param sessionId       that asks; 0: the server or an administrator, who may remove any record.
     * @param nowNs           time now.
     * @return {@link RegistryResult#OK} ({@link #lastIncarnation()} was its incarnation), {@link RegistryResult#NOT_FOUND},
     *     {@link RegistryResult#NOT_OWNER} ({@link #lastOwnerSession()}).
     */
    public int unregister(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength, final long sessionId, final long nowNs) {
        assert sameThread();
        final long keyHash = KeyHash.hash(namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength);
        final int slot = tables.find(keyHash, namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength);
        if (slot < 0 || !isLive(slot, nowNs)) {
            return NOT_FOUND;
        }
        remember(slot);
        if (sessionId != 0 && sessionId != lastOwnerSession) {
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
        if (slot < 0 || !isLive(slot, nowNs)) {
            return NOT_FOUND;
        }
        if (tables.table.ownerSession(slot) != sessionId) {
            return NOT_OWNER;
        }
        tables.renew(slot, readiness, inFlight, estimatedWaitNs, deadlineNs(tables.owners.leaseNs(slot), nowNs));
        counters.increment(RegistryCounters.RENEWED_TYPE_ID);
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
     * Takes dead records out: first those of ended sessions, then those whose lease ran out. Bounded by
     * {@link RegistrySettings#maxRemovalsPerCycle()} for each, and stops when {@link RegistryEffects#canAccept()} says no. A
     * lease is noticed here up to {@link io.ringmaster.registry.index.LeaseWheel#TICK_NS} after its deadline.
     *
     * @param nowNs time now.
     * @return number of records that were taken out or whose lease was looked at; 0 when nothing was to be done.
     */
    public int doWork(final long nowNs) {
        assert sameThread();
        final int work = removeDead(nowNs);
        if (work > 0) {
            publishSizes();
        }
        return work;
    }

    private int removeDead(final long nowNs) {
        return removeReleased() + removeExpired(nowNs);
    }

    private int removeReleased() {
        int work = 0;
        int slot = tables.owners.nextReleasedSlot();
        while (slot >= 0 && work < settings.maxRemovalsPerCycle() && effects.canAccept()) {
            remove(slot, RegistryEffects.SESSION_ENDED);
            work++;
            slot = tables.owners.nextReleasedSlot();
        }
        return work;
    }

    private int removeExpired(final long nowNs) {
        tables.leases.advance(nowNs, TICKS_PER_CYCLE);
        int work = 0;
        int slot = tables.leases.pollDue();
        while (slot >= 0 && work < settings.maxRemovalsPerCycle()) {
            final long deadlineNs = tables.table.leaseDeadlineNs(slot);
            if (nowNs < deadlineNs) {
                tables.leases.schedule(slot, deadlineNs, nowNs);
            } else if (effects.canAccept()) {
                remove(slot, deathOf(slot));
            } else {
                break;
            }
            work++;
            slot = tables.leases.pollDue();
        }
        return work;
    }

    private void remove(final int slot, final int reason) {
        final long incarnation = tables.table.incarnation(slot);
        final long ownerSession = tables.table.ownerSession(slot);
        final byte kind = tables.kind(slot);
        final int localAgent = tables.localAgent(slot);
        tables.remove(slot);
        counters.increment(switch (reason) {
            case RegistryEffects.UNREGISTERED -> RegistryCounters.UNREGISTERED_TYPE_ID;
            case RegistryEffects.LEASE_EXPIRED -> RegistryCounters.LEASE_EXPIRED_TYPE_ID;
            default -> RegistryCounters.SESSION_ENDED_TYPE_ID;
        });
        effects.onDown(incarnation, kind, ownerSession, localAgent, reason);
    }

    private boolean isLive(final int slot, final long nowNs) {
        return nowNs < tables.table.leaseDeadlineNs(slot) && tables.isOwnerLive(slot);
    }

    private int deathOf(final int slot) {
        return tables.isOwnerLive(slot) ? RegistryEffects.LEASE_EXPIRED : RegistryEffects.SESSION_ENDED;
    }

    private void remember(final int slot) {
        view.copySlot(tables.table, slot);
        view.copyBlock(tables.slab.buffer());
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
        counters.set(RegistryCounters.INDEX_SHIFTS_TYPE_ID, tables.indexShifts());
        counters.set(RegistryCounters.MAX_PROBE_LENGTH_TYPE_ID, tables.maxProbeLength());
        counters.set(RegistryCounters.SLAB_USED_TYPE_ID, tables.slab.usedBytes());
        counters.set(RegistryCounters.SLAB_HIGH_WATER_TYPE_ID, tables.slab.highWaterBytes());
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
