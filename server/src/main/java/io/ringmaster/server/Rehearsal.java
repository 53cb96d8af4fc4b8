package io.ringmaster.server;

import com.typesafe.config.ConfigFactory;
import io.ringmaster.server.config.AeronSettings;
import io.ringmaster.server.config.AgentsSettings;
import io.ringmaster.server.config.RegistryConfig;
import io.ringmaster.server.config.RehearsalSettings;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.config.UdpSettings;
import org.agrona.IoUtil;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Plays the registry's work before a server serves, so that the JVM has compiled it by then. Code that runs for the first time is
 * interpreted, then compiled by threads that take a core; on a machine of few cores that is what the first lookups and the first mass
 * expiry of a server wait for.
 * <p>
 * Each act launches a server of its own, small and with a data directory that is deleted afterwards, and drives it and its clients on one
 * thread, which leaves the other cores to the compilers. The real server's tables, counters and ids know nothing of it. What is played
 * must be as varied as what is to come: the compiler leaves out branches that were not taken while it took the profile, and a method in
 * which one of them is taken later is compiled again. Hence several acts: what happens once in the life of a server or of a thread is in
 * the profile, too; and every other server is small and full. Tasks, heartbeats and UDP are not played.
 * <p>
 * It ends with two acts in which the compilers had nearly nothing to do, or with its limit. One that fails, for example for want of shared
 * memory, is reported and does no harm.
 * <p>
 * Threading: confined to the thread that launches the server; each act has a thread of its own, which that one waits for.
 */
final class Rehearsal {
    private static final long ACT_NS = TimeUnit.SECONDS.toNanos(1);
    /** The compilers are idle if they take less than this part of an act ... */
    private static final int BUSY_SHARE = 10;
    /** ... and of the next one, in which what they compiled last meets what happens once in the life of a server. */
    private static final int QUIET_ACTS = 2;
    private static final int SESSIONS = 4;
    private static final int FEW_RECORDS = 320;
    private static final int MANY_RECORDS = 5_120;
    private static final int ROOM_FOR_MANY = 2 * MANY_RECORDS;
    /** Of each partition, at least. */
    private static final long SLAB_BYTES = 1L << 16;
    private static final long LARGE_SLAB_BYTES = 16L << 20;
    private static final int LONGEST_METADATA = 4;
    private static final long LEASE_MIN_NS = 1_000_000L;

    private final ServerSettings settings;
    private final BooleanSupplier pulse;
    private final long startNs = System.nanoTime();
    private int acts;
    private long requests;
    private long leasesLost;
    private int quietActs;
    private boolean isEnded;
    private volatile boolean isInterrupted;

    private Rehearsal(final ServerSettings settings, final BooleanSupplier pulse) {
        this.settings = settings;
        this.pulse = pulse;
    }

    /**
     * Rehearses, if the settings say so.
     *
     * @param settings of the server that is to serve.
     * @param report   gets a line for the user.
     * @param pulse    called a few times a second, on the thread of an act; false: it ends.
     */
    static void run(final ServerSettings settings, final Consumer<String> report, final BooleanSupplier pulse) {
        if (!settings.rehearsal().isEnabled()) {
            return;
        }
        final Rehearsal rehearsal = new Rehearsal(settings, pulse);
        try {
            rehearsal.run();
            report.accept(rehearsal.summary());
        } catch (final RuntimeException ex) {
            report.accept(
                "rehearsal: broken off after " + rehearsal.elapsedMs() + " ms, the server starts without it: " + ex.getMessage());
        }
    }

    private void run() {
        final long endNs = startNs + settings.rehearsal().limitNs();
        while (quietActs < QUIET_ACTS && !isEnded && System.nanoTime() - endNs < 0) {
            final long actStartNs = System.nanoTime();
            final long compilationMs = compilationMs();
            act(Math.min(endNs - actStartNs, ACT_NS));
            // What a server had outside of the heap goes with the next collection, which is better now than in service.
            System.gc();
            final long compiledNs = TimeUnit.MILLISECONDS.toNanos(compilationMs() - compilationMs);
            quietActs = compiledNs * BUSY_SHARE < System.nanoTime() - actStartNs ? quietActs + 1 : 0;
            acts++;
        }
    }

    /** Of all compilers together. A JVM that does not tell seems to compile all the time. */
    private static long compilationMs() {
        final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return compilers != null && compilers.isCompilationTimeMonitoringSupported()
            ? compilers.getTotalCompilationTime() : System.currentTimeMillis();
    }

    private void act(final long durationNs) {
        final ServerSettings stage = stage();
        if (Files.isSymbolicLink(stage.dir())) {
            throw new IllegalStateException(stage.dir() + " is a symbolic link; it must be a directory of the server's own");
        }
        // What a rehearsal that was killed left behind.
        IoUtil.delete(stage.dir().toFile(), true);
        try (RingmasterServer server = RingmasterServer.launch(new RingmasterServer.Context().settings(stage).report(line -> { }))) {
            final long endNs = System.nanoTime() + durationNs;
            runOnNewThread(() -> {
                final int records = isTight() ? FEW_RECORDS : MANY_RECORDS;
                try (RehearsalAct act = new RehearsalAct(server, records, () -> pulse.getAsBoolean() && !isInterrupted, endNs)) {
                    act.play();
                    requests += act.requests();
                    leasesLost += act.leasesLost();
                    isEnded = act.isEnded();
                }
            });
        } finally {
            IoUtil.delete(stage.dir().toFile(), true);
        }
    }

    /**
     * A server is launched and closed by one thread and runs on others; here it is the same. With all of it on the new thread the memory
     * of each act would stay in the arena of the C library that this thread had.
     */
    private void runOnNewThread(final Runnable work) {
        final FutureTask<Void> task = new FutureTask<>(work, null);
        final Thread thread = new Thread(task, "ringmaster-rehearsal");
        thread.setDaemon(true);
        thread.start();
        try {
            await(task);
        } catch (final ExecutionException ex) {
            throw new IllegalStateException(ex.getCause().getMessage(), ex.getCause());
        }
    }

    /** An interrupt ends the act; it is waited for all the same, because it uses the server. */
    private void await(final FutureTask<Void> task) throws ExecutionException {
        while (true) {
            try {
                task.get();
                break;
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every other act has few records, in tables with just room enough for them: there what is rare in large tables is frequent. */
    private boolean isTight() {
        return acts % 2 == 0;
    }

    /** The real server's settings, as far as they decide which code runs, at the size of a stage. */
    private ServerSettings stage() {
        final Path dir = settings.dir().resolve("rehearsal");
        final AeronSettings aeron = settings.aeron();
        final RegistryConfig registry = settings.registry();
        final long leastSlab = registry.partitions() * Math.max(SLAB_BYTES, (long) LONGEST_METADATA * registry.maxMetadataLength());
        final long slabLength = isTight() ? leastSlab : Math.max(LARGE_SLAB_BYTES, leastSlab);
        return new ServerSettings(dir, settings.name(),
            new AeronSettings(aeron.directory(), aeron.threading(), termLength(), aeron.udpTermLength(), aeron.udpMtu(),
                aeron.clientLivenessTimeoutNs(), aeron.imageLivenessTimeoutNs(), aeron.countersBufferLength(), aeron.sparseTerms()),
            new UdpSettings("localhost", 0), settings.session().withMaxSessions(SESSIONS),
            new RegistryConfig(registry.partitions(), isTight() ? FEW_RECORDS : ROOM_FOR_MANY, registry.maxMetadataLength(),
                registry.inlineLength(), slabLength, registry.durability(), registry.store().withoutWriteBack(),
                registry.attributes(),
                registry.leaseDefaultNs(), Math.min(LEASE_MIN_NS, registry.leaseMinNs()), registry.leaseMaxNs(),
                registry.ringSlots(), registry.ringReservedSlots()),
            settings.coordination(), settings.egress(),
            new AgentsSettings(dir.resolve("plugins"), settings.agents().mailboxSlots(), List.of()),
            ConfigFactory.parseString("threads.mode = invoker").withFallback(settings.threads()), settings.metrics(), settings.watch(),
            settings.load(), RehearsalSettings.NONE);
    }

    /** So long that the longest message is that of the real server. */
    private int termLength() {
        final AeronSettings aeron = settings.aeron();
        return settings.udp().isEnabled() ? Math.min(aeron.ipcTermLength(), aeron.udpTermLength()) : aeron.ipcTermLength();
    }

    private long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    private String summary() {
        final String end = quietActs == QUIET_ACTS ? "the compilers are idle" : isEnded ? "ended before its time"
            : "the compilers are not idle yet, " + RehearsalSettings.KEY + ".limit was too short for that";
        return String.format(Locale.ROOT, "rehearsal: %d requests, %d leases ran out, %d acts, took %d ms; %s",
            requests, leasesLost, acts, elapsedMs(), end);
    }
}
