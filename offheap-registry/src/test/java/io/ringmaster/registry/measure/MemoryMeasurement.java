package io.ringmaster.registry.measure;

import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryCounters;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryQuota;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory of a registry: configured bytes for each entry, time and resident memory of an empty one, and of a full one. Arguments: entries,
 * partitions, attributes, whether to fill it.
 */
public final class MemoryMeasurement {
    private static final long NOW_NS = 1_000_000_000L;

    private static final class NoEffects implements RegistryEffects {
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

    private MemoryMeasurement() {
    }

    /**
     * Measures.
     *
     * @param args entries, partitions, attributes, fill.
     * @throws IOException when the process's status cannot be read.
     */
    public static void main(final String[] args) throws IOException {
        final int entries = Integer.parseInt(args[0]);
        final int partitionCount = Integer.parseInt(args[1]);
        final java.util.List<AttributeSchema.Attribute> attributes = new java.util.ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            attributes.add(new AttributeSchema.Attribute("a" + i, AttributeSchema.Type.INTEGER));
        }
        final RegistrySettings settings =
            RegistrySettings.of(partitionCount, entries, 0).withAttributes(AttributeSchema.of(attributes));
        final RegistryQuota quota = new RegistryQuota(entries);
        final long before = residentKb();
        final long start = System.nanoTime();
        final RegistryPartition[] partitions = new RegistryPartition[partitionCount];
        long bytes = 0;
        for (int i = 0; i < partitionCount; i++) {
            partitions[i] = new RegistryPartition(i, settings, new NoEffects(), RegistryCounters.onHeap(), quota);
            bytes += partitions[i].offHeapBytes();
        }
        System.out.printf("%,d entries, %d partitions, %d attributes: %.1f bytes for each entry configured, of which slab %.1f;"
                + " empty: made in %.0f ms, %,d kB resident%n",
            entries, partitionCount, attributes.size(), (double) bytes / entries,
            (double) settings.partitionSlabBytes() * partitionCount / entries,
            (System.nanoTime() - start) / 1e6, residentKb() - before);
        if (args.length > 3) {
            fill(entries, settings, partitions, before);
        }
    }

    private static void fill(
        final int entries, final RegistrySettings settings, final RegistryPartition[] partitions, final long before)
        throws IOException {
        final PartitionRouter router = new PartitionRouter(partitions.length);
        final UnsafeBuffer namespace = new UnsafeBuffer("default".getBytes(StandardCharsets.US_ASCII));
        final UnsafeBuffer name = new UnsafeBuffer(new byte[16]);
        final UnsafeBuffer metadata = new UnsafeBuffer(new byte[104]);
        final Registration registration = new Registration();
        final long start = System.nanoTime();
        for (int i = 0; i < entries; i++) {
            name.putStringWithoutLengthAscii(0, "agent-");
            name.putNaturalPaddedIntAscii(6, 10, i);
            registration.reset().namespace(namespace, 0, 7).name(name, 0, 16).metadata(metadata, 0, 104).kind((byte) 1)
                .ownerSession(i & 1023).leaseNs(NOW_NS).capabilities().add(i & 31).add(100 + (i & 7));
            for (int a = 0; a < settings.attributes().size(); a++) {
                registration.attributes().set(a, i * 31L % 1000);
            }
            final int result = partitions[router.partitionOf(registration.keyHash())].register(registration, NOW_NS);
            if (result != RegistryResult.OK) {
                throw new IllegalStateException("entry " + i + ": " + RegistryResult.name(result));
            }
        }
        final long resident = residentKb() - before;
        System.out.printf("full: %.0f ns for each registration, %,d kB resident, %.1f bytes for each entry%n",
            (double) (System.nanoTime() - start) / entries, resident, resident * 1024.0 / entries);
    }

    private static long residentKb() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }
}
