package io.ringmaster.registry.measure;

import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lookups of records with 128 bytes of key and metadata, one thread, each key once in random order, beside a
 * {@link ConcurrentHashMap} of the same records.
 * CPU time of the thread, so that other processes disturb less. Argument: entries, default 1,000,000.
 */
public final class LookupMeasurement {
    private static final int KEY_LENGTH = 16;
    private static final int NAMESPACE_LENGTH = 7;
    private static final int METADATA_LENGTH = 128 - NAMESPACE_LENGTH - KEY_LENGTH;
    private static final int ROUNDS = 8;
    private static final long NOW_NS = 1_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private record HeapRecord(long incarnation, long version, long owner, byte kind, byte readiness, byte[] metadata) {
    }

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

    private LookupMeasurement() {
    }

    /**
     * Measures.
     *
     * @param args entries.
     */
    public static void main(final String[] args) {
        final int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        final RegistrySettings settings = RegistrySettings.of(1, entries, 0);
        final RegistryPartition partition = new RegistryPartition(0, settings, new NoEffects());
        final ConcurrentHashMap<String, HeapRecord> map = new ConcurrentHashMap<>(2 * entries);
        final UnsafeBuffer namespace = new UnsafeBuffer("default".getBytes(StandardCharsets.US_ASCII));
        final int[] order = shuffled(entries);
        final UnsafeBuffer keys = new UnsafeBuffer(new byte[entries * KEY_LENGTH]);
        final Registration registration = new Registration();
        final UnsafeBuffer metadata = new UnsafeBuffer(new byte[METADATA_LENGTH]);
        final String[] strings = new String[entries];
        for (int i = 0; i < entries; i++) {
            final String name = String.format("agent-%010d", i);
            keys.putStringWithoutLengthAscii(i * KEY_LENGTH, name);
            registration.reset().namespace(namespace, 0, NAMESPACE_LENGTH).name(keys, i * KEY_LENGTH, KEY_LENGTH)
                .metadata(metadata, 0, METADATA_LENGTH).kind((byte) 1).ownerSession(i & 1023).leaseNs(NOW_NS);
            if (partition.register(registration, NOW_NS) != RegistryResult.OK) {
                throw new IllegalStateException("registration " + i);
            }
            map.put("default/" + name, new HeapRecord(i, 1, i & 1023, (byte) 1, (byte) 1, new byte[METADATA_LENGTH]));
        }
        for (int i = 0; i < entries; i++) {
            final String name = String.format("agent-%010d", order[i]);
            keys.putStringWithoutLengthAscii(i * KEY_LENGTH, name);
            strings[i] = "default/" + name;
        }
        final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
        final RecordView view = new RecordView(settings);
        final int passes = Math.max(1, 2_000_000 / entries);
        for (int round = 0; round < ROUNDS; round++) {
            final double registryNs = lookups(passes, entries, reader, namespace, keys, view);
            final double mapNs = gets(passes, entries, map, strings);
            System.out.printf("%,d entries: registry %.1f ns, ConcurrentHashMap %.1f ns, speed %.2f x%n",
                entries, registryNs, mapNs, mapNs / registryNs);
        }
    }

    private static double lookups(
        final int passes, final int entries, final RegistryReader reader, final UnsafeBuffer namespace, final UnsafeBuffer keys,
        final RecordView view) {
        final long start = cpuNs();
        for (int pass = 0; pass < passes; pass++) {
            check(lookupAll(entries, reader, namespace, keys, view), entries);
        }
        return (double) (cpuNs() - start) / entries / passes;
    }

    private static long lookupAll(
        final int entries, final RegistryReader reader, final UnsafeBuffer namespace, final UnsafeBuffer keys, final RecordView view) {
        long sum = 0;
        for (int i = 0; i < entries; i++) {
            if (reader.lookup(namespace, 0, NAMESPACE_LENGTH, keys, i * KEY_LENGTH, KEY_LENGTH, NOW_NS, view)) {
                sum += view.version() + view.metadataLength() + view.readiness();
            }
        }
        return sum;
    }

    private static double gets(
        final int passes, final int entries, final ConcurrentHashMap<String, HeapRecord> map, final String[] strings) {
        final long start = cpuNs();
        for (int pass = 0; pass < passes; pass++) {
            check(getAll(entries, map, strings), entries);
        }
        return (double) (cpuNs() - start) / entries / passes;
    }

    private static long getAll(final int entries, final ConcurrentHashMap<String, HeapRecord> map, final String[] strings) {
        long sum = 0;
        for (int i = 0; i < entries; i++) {
            final HeapRecord found = map.get(strings[i]);
            sum += found.version() + found.metadata().length + found.readiness();
        }
        return sum;
    }

    private static void check(final long sum, final int entries) {
        if (sum != (long) entries * (METADATA_LENGTH + 2)) {
            throw new IllegalStateException("wrong records: " + sum);
        }
    }

    private static long cpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static int[] shuffled(final int entries) {
        final int[] order = new int[entries];
        final Random random = new Random(1);
        for (int i = 0; i < entries; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
