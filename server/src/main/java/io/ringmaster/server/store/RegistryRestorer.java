package io.ringmaster.server.store;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.registry.store.StoredRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings the stored records back into the partitions, as orphans, before the roles start. What is damaged, or the predecessor of another
 * record of its name, is dropped; what does not fit the configuration any more is only dropped by who calls {@link #removeDropped}
 * although there are {@link #unfit} ones.
 * <p>
 * The process may have died between storing a record and removing its predecessor of the same name ({@link StoreEffects}). The
 * successor is then the last new record of its partition, so {@link #scan} keeps the newest record of each partition, and
 * {@link #restore} begins with these, the later ones first: the predecessor can be the newest of a partition to which its name no longer
 * belongs.
 * <p>
 * Threading: confined to the thread that launches the server.
 */
final class RegistryRestorer {
    /** Most dropped records that are named. */
    static final int MAX_NOTES = 20;
    private static final long COUNTER_MASK = (1L << RegistrySettings.INCARNATION_COUNTER_BITS) - 1;
    private static final int MAX_PARTITIONS = 256;

    private final DurableStore store;
    private final UnsafeBuffer[] newest = new UnsafeBuffer[MAX_PARTITIONS];
    private final long[] newestIncarnations = new long[MAX_PARTITIONS];
    private final LongArrayList dropped = new LongArrayList();
    private final List<String> notes = new ArrayList<>();
    private final StoredRecord record = new StoredRecord();
    private final Registration registration = new Registration();
    private long highestCounter;
    private long restored;
    private long unfit;
    private String firstUnfit = "";
    private int warmUpLeft;
    private int warmUpLookups;
    private CapabilityDictionary capabilities;
    private AttributeDictionary attributes;
    private RegistryPartition[] partitions;
    private PartitionRouter router;
    private RegistryReader reader;
    private RecordView view;
    private long graceDeadlineNs;
    private long nowNs;

    RegistryRestorer(final DurableStore store) {
        this.store = store;
    }

    /** Looks at all records; to be called first. Returns the highest count of an incarnation, 0 if there are no records. */
    long scan() {
        store.forEach((incarnation, buffer, offset, length) -> {
            highestCounter = Math.max(highestCounter, incarnation & COUNTER_MASK);
            final int partition = partitionOf(incarnation);
            if (newest[partition] == null || incarnation > newestIncarnations[partition]) {
                newestIncarnations[partition] = incarnation;
                newest[partition] = new UnsafeBuffer(new byte[length]);
                newest[partition].putBytes(0, buffer, offset, length);
            }
        });
        return highestCounter;
    }

    /**
     * Restores all records.
     *
     * @param targets          the partitions, empty.
     * @param capabilityNames  gets the names of capabilities.
     * @param attributeNames   gets the keywords of attributes.
     * @param graceNs          how long the records wait for their owners.
     * @param now              time now.
     * @param maxWarmUpLookups most records that are looked up once.
     */
    @SuppressWarnings("checkstyle:ParameterNumber")
    void restore(
        final RegistryPartition[] targets, final CapabilityDictionary capabilityNames, final AttributeDictionary attributeNames,
        final long graceNs, final long now, final int maxWarmUpLookups) {
        partitions = targets;
        capabilities = capabilityNames;
        attributes = attributeNames;
        router = new PartitionRouter(targets.length);
        reader = RegistryReader.of(targets);
        view = new RecordView(targets[0].settings());
        graceDeadlineNs = now + graceNs;
        nowNs = now;
        warmUpLeft = maxWarmUpLookups;
        IntStream.range(0, newest.length).filter(i -> newest[i] != null).boxed()
            .sorted(Comparator.comparingLong((Integer i) -> newestIncarnations[i] & COUNTER_MASK).reversed())
            .forEach(i -> restore(newestIncarnations[i], newest[i], 0, newest[i].capacity()));
        store.forEach((incarnation, buffer, offset, length) -> {
            if (incarnation != newestIncarnations[partitionOf(incarnation)]) {
                restore(incarnation, buffer, offset, length);
            }
        });
        for (final RegistryPartition partition : targets) {
            partition.releaseWriter();
        }
    }

    /** Takes out of the store what has not been restored. */
    void removeDropped() {
        for (int i = 0; i < dropped.size(); i++) {
            store.remove(dropped.getLong(i));
        }
    }

    private static int partitionOf(final long incarnation) {
        return (int) (incarnation >>> RegistrySettings.INCARNATION_COUNTER_BITS) & (MAX_PARTITIONS - 1);
    }

    private void restore(final long incarnation, final DirectBuffer buffer, final int offset, final int length) {
        final int validity = record.wrapForDecode(buffer, offset, length);
        if (validity != StoredRecord.VALID) {
            drop(incarnation, "", "it is damaged, code " + validity);
            return;
        }
        final DirectBuffer bytes = record.buffer();
        registration.reset()
            .kind(record.kind())
            .capacity(record.capacity())
            .parallelism(record.parallelism())
            .ownerSession(record.ownerSession())
            .leaseNs(record.leaseNs())
            .namespace(bytes, record.namespaceOffset(), record.namespaceLength())
            .name(bytes, record.nameOffset(), record.nameLength())
            .metadata(bytes, record.metadataOffset(), record.metadataLength());
        if (capabilities.parse(
            bytes, record.capabilitiesOffset(), record.capabilitiesLength(), registration.capabilities(), true) < 0) {
            dropUnfit(incarnation, "capability " + capabilities.lastOffender() + " does not fit");
            return;
        }
        final int attributeCode = attributes.parse(
            bytes, record.attributesOffset(), record.attributesLength(), registration.attributes(), null, true);
        if (attributeCode < 0) {
            dropUnfit(incarnation, "attribute " + attributes.lastOffender() + switch (attributeCode) {
                case AttributeDictionary.UNKNOWN_KEY -> " is not declared";
                case AttributeDictionary.NOT_INTEGER -> " is no integer";
                case AttributeDictionary.FULL -> " is one keyword too many";
                default -> " is invalid";
            });
            return;
        }
        final RegistryPartition partition = partitions[router.partitionOf(registration.keyHash())];
        final int result = partition.restore(registration, incarnation, record.version(), graceDeadlineNs, nowNs);
        if (result == RegistryResult.OK) {
            restored++;
            warmUp();
        } else if (result == RegistryResult.ALREADY_REGISTERED) {
            drop(incarnation, nameOf(), RegistryResult.name(result));
        } else {
            dropUnfit(incarnation, RegistryResult.name(result));
        }
    }

    private void warmUp() {
        if (warmUpLeft > 0) {
            warmUpLeft--;
            if (reader.lookup(record.buffer(), record.namespaceOffset(), record.namespaceLength(), record.buffer(),
                record.nameOffset(), record.nameLength(), nowNs, view)) {
                warmUpLookups++;
            }
        }
    }

    private void dropUnfit(final long incarnation, final String reason) {
        if (unfit == 0) {
            firstUnfit = nameOf().strip() + ": " + reason;
        }
        unfit++;
        drop(incarnation, nameOf(), reason);
    }

    private String nameOf() {
        final DirectBuffer bytes = record.buffer();
        return " " + bytes.getStringWithoutLengthAscii(record.namespaceOffset(), record.namespaceLength()) + "/" +
            bytes.getStringWithoutLengthAscii(record.nameOffset(), record.nameLength());
    }

    private void drop(final long incarnation, final String name, final String reason) {
        dropped.addLong(incarnation);
        if (notes.size() < MAX_NOTES) {
            notes.add("registry: dropped record " + incarnation + name + ": " + reason);
        }
    }

    long restored() {
        return restored;
    }

    long dropped() {
        return dropped.size();
    }

    /** How many of the dropped records the configuration has no place for. */
    long unfit() {
        return unfit;
    }

    /** Name of the first of these, and why. */
    String firstUnfit() {
        return firstUnfit;
    }

    int warmUpLookups() {
        return warmUpLookups;
    }

    /** A line for each of the first dropped records. */
    List<String> notes() {
        return notes;
    }
}
