package io.ringmaster.tuning.bench;

import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;

/**
 * Nobody listens to the registry: its cost alone is measured.
 * <p>
 * Threading: immutable.
 */
final class NoEffects implements RegistryEffects {
    static final NoEffects INSTANCE = new NoEffects();

    private NoEffects() {
    }

    @Override
    public boolean canAccept() {
        return true;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        // Nobody listens.
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        // Nobody listens.
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        // Nobody listens.
    }
}
