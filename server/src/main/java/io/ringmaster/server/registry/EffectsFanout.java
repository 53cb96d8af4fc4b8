package io.ringmaster.server.registry;

import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;

/**
 * Hands each effect of the registry to several, in their order. There is room when each of them has it.
 * <p>
 * Threading: confined to the registry's role.
 */
public final class EffectsFanout implements RegistryEffects {
    private final RegistryEffects[] targets;

    /**
     * A fan-out.
     *
     * @param targets in the order in which they are called.
     */
    public EffectsFanout(final RegistryEffects... targets) {
        this.targets = targets.clone();
    }

    @Override
    public boolean canAccept() {
        for (final RegistryEffects target : targets) {
            if (!target.canAccept()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onUp(final RegistryPartition partition, final RecordView record) {
        for (final RegistryEffects target : targets) {
            target.onUp(partition, record);
        }
    }

    @Override
    public void onChanged(final RegistryPartition partition, final RecordView record) {
        for (final RegistryEffects target : targets) {
            target.onChanged(partition, record);
        }
    }

    @Override
    public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
        for (final RegistryEffects target : targets) {
            target.onDown(partition, record, reason);
        }
    }
}
