package io.ringmaster.registry;

/**
 * Takes records out of a partition's tables, with the effects that this has: those of ended sessions, those whose lease ran out,
 * and those of dropped namespaces, spread over duty cycles by {@link RemovalPace}.
 * <p>
 * Threading: confined to the partition's writer.
 */
final class RecordReaper {
    private static final int TICKS_PER_CYCLE = 512;
    /** Leases of a duty cycle that come due, of which most have been renewed: to see that costs a fraction of a removal. */
    private static final int DUE_PER_CYCLE = 256;
    /** The same for a command that needs room and would be refused without. */
    private static final int DUE_PER_COMMAND = 1024;

    private final RegistryPartition partition;
    private final RegistryTables tables;
    private final RegistryEffects effects;
    private final RegistryCounters counters;
    private final RemovalPace pace;
    private final RecordView view;
    private boolean isDrainedNow;
    private int renewed;

    RecordReaper(
        final RegistryPartition partition, final RegistryTables tables, final RegistryEffects effects, final RegistryCounters counters,
        final RecordView view) {
        this.partition = partition;
        this.tables = tables;
        this.effects = effects;
        this.counters = counters;
        this.view = view;
        pace = new RemovalPace(partition.settings().maxRemovalsPerCycle());
    }

    /** Starts a duty cycle with one step of each kind of removal, as long as the pace says; returns the number of records looked at. */
    int doWork(final long nowNs) {
        pace.startCycle(nowNs);
        renewed = 0;
        final int removed = removeDead(pace.limit(), DUE_PER_CYCLE, nowNs);
        if (removed > 0) {
            pace.onRemoved();
        }
        return removed + renewed;
    }

    /** One step of each kind of removal for a command that needs room. */
    void makeRoom(final long nowNs) {
        removeDead(partition.settings().maxRemovalsPerCycle(), DUE_PER_COMMAND, nowNs);
    }

    private int removeDead(final int limit, final int maxDue, final long nowNs) {
        return removeReleased(limit) + removeExpired(limit, maxDue, nowNs) + removeDropped(limit, nowNs);
    }

    private int removeReleased(final int limit) {
        int work = 0;
        int slot = tables.owners.nextReleasedSlot();
        while (slot >= 0 && work < limit && effects.canAccept()) {
            remove(slot, RegistryEffects.SESSION_ENDED);
            work++;
            slot = tables.owners.nextReleasedSlot();
        }
        return work;
    }

    private int removeExpired(final int limit, final int maxDue, final long nowNs) {
        tables.leases.advance(nowNs, TICKS_PER_CYCLE);
        int removed = 0;
        int slot = tables.leases.pollDue();
        for (int due = 0; slot >= 0 && removed < limit && due < maxDue; due++) {
            final long deadlineNs = tables.table.leaseDeadlineNs(slot);
            if (nowNs < deadlineNs) {
                tables.leases.schedule(slot, deadlineNs, nowNs);
                renewed++;
            } else if (effects.canAccept()) {
                remove(slot, deathOf(slot));
                removed++;
            } else {
                break;
            }
            slot = tables.leases.pollDue();
        }
        return removed;
    }

    private int removeDropped(final int limit, final long nowNs) {
        final NamespaceDirectory namespaces = tables.namespaces;
        int work = 0;
        while (namespaces.dropping() >= 0 && work < limit && effects.canAccept()) {
            final int slot = namespaces.nextToDrop();
            if (slot < 0 || !isBelowMark(slot)) {
                namespaces.endDrop();
            } else if (isCovered(slot)) {
                drop(slot, nowNs);
            } else {
                namespaces.skipToDrop();
            }
            work++;
        }
        return work;
    }

    private boolean isBelowMark(final int slot) {
        final int entry = tables.namespaces.entryOf(slot);
        return (tables.table.incarnation(slot) & RegistryPartition.COUNTER_MASK) <= tables.namespaces.dropMark(entry);
    }

    /**
     * Whether a drop of the record's namespace, which goes on, has still to come to it. Each drop comes to a record once: what its owner
     * does afterwards, such as make a service of it, is no business of that drop any more, but of the next one.
     */
    private boolean isCovered(final int slot) {
        return tables.namespaces.isDropping(tables.namespaces.entryOf(slot))
            && isBelowMark(slot)
            && !tables.namespaces.isReached(slot);
    }

    /**
     * Does to a record what a drop that goes on will do to it, so that a command finds it as if the drop had been done at once. Causes at
     * most one effect. Returns false when the record is gone.
     */
    boolean settle(final int slot, final long nowNs) {
        return !isCovered(slot) || drop(slot, nowNs);
    }

    private boolean drop(final int slot, final long nowNs) {
        final long dropDeadlineNs = tables.namespaces.dropDeadlineNs(tables.namespaces.entryOf(slot));
        if (!isLive(slot, nowNs)) {
            remove(slot, deathOf(slot));
            return false;
        }
        if (tables.kind(slot) != RegistryPartition.KIND_AGENT || tables.isOrphan(slot) || dropDeadlineNs <= nowNs) {
            remove(slot, RegistryEffects.NAMESPACE_DROPPED);
            return false;
        }
        if (tables.namespaces.isDropped(slot) && tables.namespaces.droppedDeadlineNs(slot) <= dropDeadlineNs) {
            // An earlier drop lets it go sooner.
            tables.namespaces.setDropped(slot, tables.namespaces.droppedDeadlineNs(slot));
            return true;
        }
        tables.namespaces.setDropped(slot, dropDeadlineNs);
        tables.drain(slot, Math.min(dropDeadlineNs, tables.table.leaseDeadlineNs(slot)), nowNs);
        copy(slot);
        isDrainedNow = true;
        try {
            effects.onChanged(partition, view);
        } finally {
            isDrainedNow = false;
        }
        return true;
    }

    /** Whether the change that the effects are told of now is that a drop drains the record. */
    boolean isDrainedNow() {
        return isDrainedNow;
    }

    /** Until when a record may live that was given a lease. */
    long cappedDeadlineNs(final int slot, final long deadlineNs) {
        return tables.namespaces.isDropped(slot) ? Math.min(deadlineNs, tables.namespaces.droppedDeadlineNs(slot)) : deadlineNs;
    }

    void remove(final int slot, final int reason) {
        partition.quota().giveBack();
        makeWay(slot, reason);
    }

    /** Removes a record whose place in the quota goes to the one that comes for it. */
    void makeWay(final int slot, final int reason) {
        copy(slot);
        tables.remove(slot);
        counters.increment(switch (reason) {
            case RegistryEffects.UNREGISTERED -> RegistryCounters.UNREGISTERED_TYPE_ID;
            case RegistryEffects.LEASE_EXPIRED -> RegistryCounters.LEASE_EXPIRED_TYPE_ID;
            case RegistryEffects.SESSION_ENDED -> RegistryCounters.SESSION_ENDED_TYPE_ID;
            default -> RegistryCounters.NAMESPACE_DROPPED_TYPE_ID;
        });
        effects.onDown(partition, view, reason);
    }

    void copy(final int slot) {
        view.copy(tables, slot);
    }

    boolean isLive(final int slot, final long nowNs) {
        return nowNs < tables.table.leaseDeadlineNs(slot) && tables.isOwnerLive(slot);
    }

    /** Why a dead record is dead. One that a drop told to drain goes by that drop, even if its lease ends before the grace. */
    int deathOf(final int slot) {
        if (!tables.isOwnerLive(slot)) {
            return RegistryEffects.SESSION_ENDED;
        }
        return tables.namespaces.isDropped(slot) ? RegistryEffects.NAMESPACE_DROPPED : RegistryEffects.LEASE_EXPIRED;
    }
}
