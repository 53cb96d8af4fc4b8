package io.ringmaster.server.store;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.registry.store.StoreException;
import io.ringmaster.registry.store.StoreReport;
import io.ringmaster.registry.store.StoreSettings;
import io.ringmaster.server.config.RegistryConfig;
import io.ringmaster.server.config.StoreConfig;
import io.ringmaster.server.egress.ReplySink;
import io.ringmaster.server.metrics.GaugeMirror;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import io.ringmaster.server.registry.WriteGate;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/**
 * The durable side of the registry: the open store and all that stands between it and the registry's role. In the order of a start:
 * {@link #open}, {@link #highestIncarnationCount} for the partitions' settings, {@link #effects} for the partitions, {@link #restore},
 * {@link #role}.
 * <p>
 * Threading: the thread that launches and closes the server; what it hands out belongs to the roles.
 */
public final class RegistryStore implements AutoCloseable {
    private static final double MIB = 1024.0 * 1024.0;
    private static final long MS = 1_000_000L;

    private final RegistryConfig config;
    private final StoreSizes sizes;
    private final DurableStore store;
    private final StoreState state = new StoreState();
    private final ServerCounters serverCounters;
    private final StoreCounters counters;
    private final ErrorHandler errorHandler;
    private final Consumer<String> report;
    private final StoreRing ring;
    private final RegistryRestorer restorer;
    private final long openStartNs;
    private final long highestIncarnationCount;
    private StoreRole role;
    private WriteBack writeBack;
    private boolean closed;

    private RegistryStore(
        final RegistryConfig config, final StoreSizes sizes, final DurableStore store, final ServerCounters serverCounters,
        final ErrorHandler errorHandler, final Consumer<String> report, final StoreRing ring, final StoreCounters counters,
        final long openStartNs) {
        this.config = config;
        this.sizes = sizes;
        this.store = store;
        this.serverCounters = serverCounters;
        this.counters = counters;
        this.errorHandler = errorHandler;
        this.report = report;
        this.ring = ring;
        this.openStartNs = openStartNs;
        restorer = new RegistryRestorer(store);
        highestIncarnationCount = restorer.scan();
    }

    /**
     * Opens the store of a server, or makes one.
     *
     * @param config       of the registry.
     * @param dir          data directory of the server, which this process owns.
     * @param opener       opens a store with these settings.
     * @param counters     of the server.
     * @param errorHandler told of failures later on.
     * @param report       gets lines for the user.
     * @return the open store.
     * @throws io.ringmaster.server.config.ConfigException if the store ring is too short for the longest record.
     * @throws io.ringmaster.registry.store.StoreException if the store cannot be opened; says why and what to do.
     */
    public static RegistryStore open(
        final RegistryConfig config, final Path dir, final Function<StoreSettings, DurableStore> opener,
        final ServerCounters counters, final ErrorHandler errorHandler, final Consumer<String> report) {
        final long startNs = System.nanoTime();
        final StoreSizes sizes = StoreSizes.of(config, StoreLocation.of(dir));
        final StoreCounters storeCounters = new StoreCounters(counters);
        final StoreRing ring = new StoreRing(config.store().ringLength(), sizes.maxRecordLength(), storeCounters);
        final DurableStore store = opener.apply(sizes.settings());
        boolean opened = false;
        try {
            final RegistryStore result = new RegistryStore(
                config, sizes, store, counters, errorHandler, report, ring, storeCounters, startNs);
            opened = true;
            return result;
        } finally {
            if (!opened) {
                store.close();
            }
        }
    }

    /**
     * Incarnations of new records have to count on above this.
     *
     * @return the highest count of a stored record's incarnation; 0: there is none.
     */
    public long highestIncarnationCount() {
        return highestIncarnationCount;
    }

    /**
     * Where the registry's role sends its messages to sessions, behind its changes.
     *
     * @return the store ring.
     */
    public ReplySink sink() {
        return ring;
    }

    /**
     * Makes the effects of the partitions; once.
     *
     * @param capabilities names of capabilities.
     * @param attributes   names and values of attributes.
     * @return effects that come before those that make replies.
     */
    public StoreEffects effects(final CapabilityDictionary capabilities, final AttributeDictionary attributes) {
        return new StoreEffects(ring, sizes.maxRecordLength(), capabilities, attributes, state, counters, errorHandler);
    }

    /**
     * Restores the records, as orphans.
     *
     * @param partitions   of the registry, empty.
     * @param capabilities gets the names of capabilities.
     * @param attributes   gets the keywords.
     * @param clock        of the server.
     * @throws StoreException OTHER_CONFIGURATION if there are records that the configuration has no place for, unless they are to be
     *                        discarded; then nothing in the store is changed.
     */
    public void restore(
        final RegistryPartition[] partitions, final CapabilityDictionary capabilities, final AttributeDictionary attributes,
        final NanoClock clock) {
        restorer.restore(partitions, capabilities, attributes, config.store().restartGraceNs(), clock.nanoTime(),
            config.store().warmUpLookups());
        if (restorer.unfit() > 0 && !config.store().discardUnfit()) {
            throw new StoreException(StoreException.Reason.OTHER_CONFIGURATION, "the configuration has no place for " + restorer.unfit()
                + " of " + store.size() + " records in " + sizes.settings().directory() + ", the first is " + restorer.firstUnfit()
                + "; nothing was changed. Set back what was changed (ringmaster.registry.slab-bytes, inline-bytes, max-metadata, "
                + "attributes, max-keywords, partitions), or set " + StoreConfig.DISCARD_UNFIT_KEY + " = true to start without them");
        }
        restorer.removeDropped();
        final long durationNs = System.nanoTime() - openStartNs;
        final StoreReport opening = store.report();
        final long dropped = opening.dropped() + restorer.dropped();
        opening.notes().forEach(note -> report.accept("registry: " + note));
        restorer.notes().forEach(report);
        report.accept(String.format(Locale.ROOT,
            "registry: opened %s, %s, %d records restored, %d dropped, took %d ms; %.1f MiB, %d looked up to warm up",
            sizes.settings().directory(), opening.opening().name().toLowerCase(Locale.ROOT), restorer.restored(), dropped,
            durationNs / MS, store.bytes() / MIB, restorer.warmUpLookups()));
        set(ServerCounter.STORE_RESTORED, restorer.restored());
        set(ServerCounter.STORE_DROPPED, dropped);
        set(ServerCounter.STORE_RECOVERED, opening.clean() ? 0 : 1);
        set(ServerCounter.STORE_OPEN_NS, durationNs);
    }

    private void set(final ServerCounter counter, final long value) {
        serverCounters.of(counter).setRelease(value);
    }

    /**
     * Makes the role; once.
     *
     * @param egress where messages to sessions go.
     * @return the role.
     */
    public StoreRole role(final ReplySink egress) {
        role = new StoreRole(ring, store, egress, state, counters, errorHandler);
        return role;
    }

    /** Starts to write changed pages to the disk, if the configuration says so; once. Where that fails the kernel does it alone. */
    public void startWriteBack() {
        if (config.store().isWrittenBack() && store.writeBackLength() > 0) {
            try {
                // Maps the file.
                store.writeBack(0, 0);
            } catch (final RuntimeException ex) {
                errorHandler.onError(ex);
                return;
            }
            // Recovery has copied the whole file.
            final boolean isWritten = store.report().clean() && restorer.dropped() == 0;
            writeBack = new WriteBack(isWritten, store, config.store().writeBackNs(), () -> counters.puts.get() + counters.removes.get(),
                serverCounters.of(ServerCounter.STORE_WRITE_BACKS), serverCounters.of(ServerCounter.STORE_WRITE_BACK_NS), errorHandler)
                .start();
        }
    }

    /**
     * Says when the registry must refuse writes.
     *
     * @return for the registry's role.
     */
    public WriteGate gate() {
        return new StoreRoom(store, ring, state, sizes);
    }

    /**
     * The store, to make backups of.
     *
     * @return open until {@link #close()}.
     */
    public DurableStore store() {
        return store;
    }

    /**
     * Bytes that wait in the store ring. Any thread.
     *
     * @return with headers.
     */
    public int ringSize() {
        return ring.size();
    }

    /**
     * Adds the store's figures.
     *
     * @param gauges that housekeeping samples.
     */
    public void mirror(final GaugeMirror gauges) {
        gauges.add(serverCounters.of(ServerCounter.STORE_RING_BYTES), ring::size);
        gauges.add(serverCounters.of(ServerCounter.STORE_RECORDS), store::size);
        gauges.add(serverCounters.of(ServerCounter.STORE_BYTES), store::bytes);
    }

    /** After the threads have ended: takes the changes that are still in the ring, and closes the store as clean. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CloseHelper.close(writeBack);
            try {
                if (role != null) {
                    role.drainChanges();
                }
            } finally {
                store.close();
            }
        }
    }
}
