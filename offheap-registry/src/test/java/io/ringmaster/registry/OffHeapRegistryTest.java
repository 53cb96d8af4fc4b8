package io.ringmaster.registry;

/** The contract, for the registry itself. */
class OffHeapRegistryTest extends RegistryContractTest {
    @Override
    RegistryModel create(final RegistrySettings settings) {
        return new OffHeapRegistry(settings);
    }
}
