package io.ringmaster.registry;

import java.util.ArrayList;
import java.util.List;

/** Effects kept in lists. */
final class RecordedEffects implements RegistryEffects {
    /** One onUp. */
    record Up(long incarnation, long version) {
    }

    /** One onChanged. */
    record Change(long incarnation, long version, byte readiness) {
    }

    /** One onDown. */
    record Down(long incarnation, byte kind, long ownerSession, int localAgent, int reason) {
    }

    final List<Up> ups = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    final List<Down> downs = new ArrayList<>();
    boolean accepting = true;
    int acceptLimit = Integer.MAX_VALUE;

    @Override
    public boolean canAccept() {
        return accepting && downs.size() < acceptLimit;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        ups.add(new Up(record.incarnation(), record.version()));
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        changes.add(new Change(record.incarnation(), record.version(), record.readiness()));
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        downs.add(new Down(record.incarnation(), record.kind(), record.ownerSession(), record.localAgent(), reason));
    }
}
