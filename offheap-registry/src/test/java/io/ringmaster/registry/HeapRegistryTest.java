package io.ringmaster.registry;

/** The contract, for the twin, so that no test relies on a twin that is wrong. */
class HeapRegistryTest extends RegistryContractTest {
    @Override
    RegistryModel create(final RegistrySettings settings) {
        return new HeapRegistry(settings);
    }
}
