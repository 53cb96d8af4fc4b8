package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Renews the leases of what a {@link RingmasterClient} registered, by heartbeats at a third of the shortest lease.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class RegistrationKeeper {
    private static final int LEASE_PARTS = 3;
    private static final int ASKED_AT_A_TIME = 256;
    private static final long ASK_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final HeartbeatWriter heartbeat;
    private final Map<Call.Key, Kept> byKey = new HashMap<>();
    private final List<Kept> kept = new ArrayList<>();
    private long intervalNs = Long.MAX_VALUE;
    private long nextNs;
    /** 0: at once; MAX_VALUE: nothing is missing. */
    private long nextAskNs = Long.MAX_VALUE;
    private int cursor = -1;

    RegistrationKeeper(final HeartbeatWriter heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** Between heartbeats: a third of the shortest lease. */
    long intervalNs() {
        return intervalNs;
    }

    void add(final RegistrationRequest request, final long agentId, final int leaseMs, final long nowNs) {
        final Call.Key key = new Call.Key(request.namespace(), request.name());
        Kept entry = byKey.get(key);
        if (entry == null) {
            entry = new Kept(request);
            entry.index = kept.size();
            byKey.put(key, entry);
            kept.add(entry);
        }
        entry.agentId = agentId;
        entry.isAsked = false;
        if (leaseMs > 0) {
            intervalNs = Math.min(intervalNs, TimeUnit.MILLISECONDS.toNanos(leaseMs) / LEASE_PARTS);
            nextNs = Math.min(nextNs == 0 ? Long.MAX_VALUE : nextNs, nowNs + intervalNs);
        }
    }

    void remove(final Call.Key key) {
        final Kept entry = byKey.remove(key);
        if (entry != null) {
            final Kept last = kept.remove(kept.size() - 1);
            if (last != entry) {
                kept.set(entry.index, last);
                last.index = entry.index;
            }
        }
    }

    /** A lease ran out. */
    void lost(final long agentId) {
        for (final Kept entry : kept) {
            if (entry.agentId == agentId) {
                entry.agentId = 0;
                nextAskNs = 0;
            }
        }
    }

    /** Everything has to be registered again. */
    void lostAll() {
        for (final Kept entry : kept) {
            entry.agentId = 0;
            entry.isAsked = false;
        }
        nextAskNs = 0;
    }

    /** A repeated registration failed: it is due again after a pause. The name may still belong to the session before. */
    void failed(final RegistrationRequest request) {
        final Kept entry = byKey.get(new Call.Key(request.namespace(), request.name()));
        if (entry != null) {
            entry.isAsked = false;
        }
    }

    /** What has to be registered again now, some at a time. */
    List<RegistrationRequest> due(final long nowNs) {
        if (kept.isEmpty() || nextAskNs == Long.MAX_VALUE || nextAskNs != 0 && nowNs - nextAskNs < 0) {
            return List.of();
        }
        final List<RegistrationRequest> due = new ArrayList<>();
        boolean isComplete = true;
        for (int i = 0; i < kept.size() && due.size() < ASKED_AT_A_TIME; i++) {
            final Kept entry = kept.get(i);
            isComplete &= entry.agentId != 0;
            if (entry.agentId == 0 && !entry.isAsked) {
                entry.isAsked = true;
                due.add(entry.request);
            }
        }
        nextAskNs = isComplete ? Long.MAX_VALUE : nowNs + ASK_PAUSE_NS;
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
            cursor = next >= kept.size() ? -1 : next;
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
        final RegistrationRequest request;
        long agentId;
        boolean isAsked;
        int index;

        Kept(final RegistrationRequest request) {
            this.request = request;
        }
    }
}
