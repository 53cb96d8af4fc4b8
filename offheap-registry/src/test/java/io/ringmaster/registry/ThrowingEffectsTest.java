package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** An effect that throws leaves nothing behind for the effects of later commands. */
class ThrowingEffectsTest {
    private static final byte SERVICE = 2;
    private static final long NOW_NS = 5_000_000_000L;

    private final Recorder recorder = new Recorder();
    private final RegistryPartition partition = new RegistryPartition(0, RegistrySettings.of(1, 64, 0), recorder);
    private final Registration registration = new Registration();
    private final UnsafeBuffer namespace = OffHeapRegistry.bytes("ns");

    private int register(final String name, final byte kind, final int capability) {
        registration.reset().kind(kind).ownerSession(7).leaseNs(0).namespace(namespace, 0, namespace.capacity())
            .name(OffHeapRegistry.bytes(name), 0, name.length()).capabilities().add(capability);
        return partition.register(registration, NOW_NS);
    }

    private int update(final String name, final int capability) {
        final RecordUpdate update = new RecordUpdate().reset().sessionId(7).flags(RecordUpdate.CAPABILITIES)
            .namespace(namespace, 0, namespace.capacity()).name(OffHeapRegistry.bytes(name), 0, name.length());
        update.capabilities().add(capability);
        return partition.update(update, NOW_NS);
    }

    @Test
    void shouldForgetThePastOfAReplacedRecordWhenItsEffectThrows() {
        assertEquals(RegistryResult.OK, register("a", RegistryPartition.KIND_AGENT, 1));
        recorder.isThrowing = true;
        assertThrows(IllegalStateException.class, () -> register("a", SERVICE, 2));
        recorder.isThrowing = false;
        assertEquals(RegistryResult.OK, register("b", SERVICE, 3));
        assertEquals(SERVICE, recorder.previousKind);
        assertEquals(new CapabilitySet().add(3), recorder.previousCapabilities);
    }

    @Test
    void shouldForgetThePastOfAnUpdatedRecordWhenItsEffectThrows() {
        assertEquals(RegistryResult.OK, register("a", RegistryPartition.KIND_AGENT, 1));
        recorder.isThrowing = true;
        assertThrows(IllegalStateException.class, () -> update("a", 2));
        recorder.isThrowing = false;
        assertEquals(RegistryResult.OK, register("b", SERVICE, 3));
        assertEquals(SERVICE, recorder.previousKind);
        assertEquals(new CapabilitySet().add(3), recorder.previousCapabilities);
    }

    private static final class Recorder implements RegistryEffects {
        private final CapabilitySet previousCapabilities = new CapabilitySet();
        private byte previousKind;
        private boolean isThrowing;

        @Override
        public boolean canAccept() {
            return true;
        }

        @Override
        public void onUp(final RegistryPartition partition, final RecordView record) {
            onChanged(partition, record);
        }

        @Override
        public void onChanged(final RegistryPartition partition, final RecordView record) {
            if (isThrowing) {
                throw new IllegalStateException("on purpose");
            }
            previousKind = partition.previousKind(record);
            previousCapabilities.copyFrom(partition.previousCapabilities(record));
        }

        @Override
        public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
            throw new AssertionError("nothing goes");
        }
    }
}
