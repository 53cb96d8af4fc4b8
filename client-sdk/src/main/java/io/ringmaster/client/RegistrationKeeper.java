package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import org.agrona.collections.Long2ObjectHashMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Renews the leases of what a {@link RingmasterClient} registered, by heartbeats at a third of the shortest lease, and says
 * what has to be registered again, in its last content: some at a time, and after a pause where that failed.
 * <p>
 * What is kept of a record is the last write of it that the server acknowledged. While a write of the user is open for a record
 * it is not registered again: the kept content would arrive behind the write and replace it.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class RegistrationKeeper {
    private static final int LEASE_PARTS = 3;
    private static final int ASKED_AT_A_TIME = 256;
    private static final long RETRY_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final HeartbeatWriter heartbeat;
    private final Map<Call.Key, Kept> byKey = new HashMap<>();
    private final Long2ObjectHashMap<Kept> byAgentId = new Long2ObjectHashMap<>();
    private final List<Kept> kept = new ArrayList<>();
    /** To be registered again. */
    private final ArrayDeque<Kept> missing = new ArrayDeque<>();
    /** To be registered again after a pause. */
    private final ArrayDeque<Kept> failed = new ArrayDeque<>();
    /** How many registrations and unregistrations of the user have not ended yet. */
    private final Map<Call.Key, Integer> openWrites = new HashMap<>();
    private int asked;
    private long intervalNs = Long.MAX_VALUE;
    private long nextNs;
    private long nextRetryNs;
    /** The entry that the sweep of heartbeats under way has come to; -1: there is none. */
    private int cursor = -1;
    private boolean sweepAgain;

    RegistrationKeeper(final HeartbeatWriter heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** Between heartbeats: a third of the shortest lease. */
    long intervalNs() {
        return intervalNs;
    }

    /** The user registered a record. It is kept instead of what was kept for its name; nothing is where it is not to be renewed. */
    void add(final RegistrationRequest request, final long agentId, final int leaseMs, final long nowNs) {
        final Call.Key key = key(request.namespace(), request.name());
        if (!request.renew()) {
            remove(key);
            return;
        }
        Kept entry = byKey.get(key);
        if (entry == null) {
            entry = new Kept(key);
            entry.index = kept.size();
            byKey.put(key, entry);
            kept.add(entry);
        }
        entry.request = request;
        registered(entry, agentId, leaseMs, nowNs);
    }

    /** A record was registered again: void if it is not kept any more, or if a registration of the user has come meanwhile. */
    void addAgain(final RegistrationRequest request, final long agentId, final int leaseMs, final long nowNs) {
        final Kept entry = byKey.get(key(request.namespace(), request.name()));
        if (entry == null) {
            return;
        }
        if (entry.request == request) {
            registered(entry, agentId, leaseMs, nowNs);
        } else if (entry.isAsked) {
            // It was updated meanwhile, and the server may have the content before the update.
            answered(entry);
            missing.add(entry);
        }
    }

    private void registered(final Kept entry, final long agentId, final int leaseMs, final long nowNs) {
        answered(entry);
        byAgentId.remove(entry.agentId);
        byAgentId.put(agentId, entry);
        entry.agentId = agentId;
        if (leaseMs > 0) {
            intervalNs = Math.min(intervalNs, TimeUnit.MILLISECONDS.toNanos(leaseMs) / LEASE_PARTS);
            nextNs = Math.min(nextNs == 0 ? Long.MAX_VALUE : nextNs, nowNs + intervalNs);
        }
    }

    /** A registration or an unregistration of the user begins: it may wait, be sent, and be sent again. */
    void writeOpened(final String namespace, final String name) {
        openWrites.merge(key(namespace, name), 1, Integer::sum);
    }

    /**
     * A write of the user has ended; what was acknowledged is kept already. After a refusal, a time-out or a loss of the connection
     * the last acknowledged content stays, and goes out again if the record is missing. The server may have carried the write
     * out; then it is undone, but never one that was acknowledged.
     */
    void writeEnded(final String namespace, final String name) {
        final Call.Key key = key(namespace, name);
        if (openWrites.merge(key, -1, (count, change) -> count + change == 0 ? null : count + change) == null) {
            final Kept entry = byKey.get(key);
            if (entry != null && entry.isHeldBack) {
                entry.isHeldBack = false;
                missing.add(entry);
            }
        }
    }

    private void answered(final Kept entry) {
        if (entry.isAsked) {
            entry.isAsked = false;
            asked--;
        }
    }

    /** An update was carried out: it is part of what is registered again. */
    void update(final UpdateRequest update) {
        final Kept entry = byKey.get(key(update.namespace(), update.name()));
        if (entry != null) {
            entry.request = update.applyTo(entry.request);
        }
    }

    private static Call.Key key(final String namespace, final String name) {
        return new Call.Key(namespace.isEmpty() ? Protocol.DEFAULT_NAMESPACE : namespace, name);
    }

    void remove(final Call.Key recordKey) {
        final Kept entry = byKey.remove(key(recordKey.namespace(), recordKey.name()));
        if (entry != null) {
            answered(entry);
            byAgentId.remove(entry.agentId);
            final Kept last = kept.remove(kept.size() - 1);
            if (last != entry) {
                kept.set(entry.index, last);
                last.index = entry.index;
            }
            entry.index = Kept.REMOVED;
        }
    }

    /** An administrator took a record away: it is not registered again. Null: it was none of these. */
    RegistrationRequest dropped(final long agentId) {
        final Kept entry = byAgentId.get(agentId);
        if (entry == null) {
            return null;
        }
        remove(key(entry.request.namespace(), entry.request.name()));
        return entry.request;
    }

    /** A lease ran out. */
    void lost(final long agentId) {
        final Kept entry = byAgentId.remove(agentId);
        if (entry != null) {
            entry.agentId = 0;
            missing.add(entry);
        }
    }

    /** Leases ran out, and it is not said which: the answers to heartbeats for all of them will say it. */
    void lostSome() {
        if (cursor >= 0) {
            // To start it anew would leave the last entries without heartbeats as long as it is said again and again.
            sweepAgain = true;
        } else if (intervalNs != Long.MAX_VALUE) {
            cursor = 0;
        }
    }

    /** Everything has to be registered again. What was asked for before has a call that will be sent again, or fails. */
    void lostAll() {
        byAgentId.clear();
        missing.clear();
        failed.clear();
        for (final Kept entry : kept) {
            entry.agentId = 0;
            entry.isHeldBack = false;
            if (!entry.isAsked) {
                missing.add(entry);
            }
        }
    }

    /** A repeated registration failed: it is due again after a pause. The name may still belong to the session before. */
    void failed(final RegistrationRequest request, final long nowNs) {
        final Kept entry = byKey.get(key(request.namespace(), request.name()));
        if (entry != null && entry.isAsked) {
            answered(entry);
            if (failed.isEmpty()) {
                nextRetryNs = nowNs + RETRY_PAUSE_NS;
            }
            failed.add(entry);
        }
    }

    /** What has to be registered again now, some at a time. */
    List<RegistrationRequest> due(final long nowNs) {
        if (!failed.isEmpty() && nowNs - nextRetryNs >= 0) {
            missing.addAll(failed);
            failed.clear();
        }
        if (missing.isEmpty() || asked >= ASKED_AT_A_TIME) {
            return List.of();
        }
        final List<RegistrationRequest> due = new ArrayList<>();
        while (asked < ASKED_AT_A_TIME && !missing.isEmpty()) {
            final Kept entry = missing.poll();
            if (entry.index == Kept.REMOVED || entry.agentId != 0 || entry.isAsked) {
                continue;
            }
            if (openWrites.containsKey(entry.key)) {
                entry.isHeldBack = true;
            } else {
                entry.isAsked = true;
                asked++;
                due.add(entry.request);
            }
        }
        return due;
    }

    /** Sends heartbeats that are due. Returns frames sent. */
    int tick(final long nowNs) {
        if (kept.isEmpty() || intervalNs == Long.MAX_VALUE) {
            return 0;
        }
        if (cursor < 0 && nowNs - nextNs >= 0) {
            cursor = 0;
            nextNs = nowNs + intervalNs;
        }
        int frames = 0;
        while (cursor >= 0) {
            final int next = writeFrom(cursor);
            if (!heartbeat.send()) {
                break;
            }
            frames++;
            cursor = next < kept.size() ? next : sweepAgain ? 0 : -1;
            sweepAgain &= cursor != 0;
        }
        return frames;
    }

    private int writeFrom(final int first) {
        heartbeat.beginAgents();
        int index = first;
        while (index < kept.size() && !heartbeat.isFull()) {
            final Kept entry = kept.get(index++);
            if (entry.agentId != 0) {
                heartbeat.agent(entry.agentId, Protocol.READY, 0, 0);
            }
        }
        return index;
    }

    private static final class Kept {
        static final int REMOVED = -1;

        final Call.Key key;
        RegistrationRequest request;
        long agentId;
        boolean isAsked;
        /** Missing, but a write of the user is open: its end makes it due. */
        boolean isHeldBack;
        int index;

        Kept(final Call.Key key) {
            this.key = key;
        }
    }
}
