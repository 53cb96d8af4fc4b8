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
 * Each act launches a server of its own, small and with directories of its own that are deleted afterwards, and drives it and its clients
 * on one thread, which leaves the other cores to the compilers. The real server's tables, counters and ids know nothing of it. What is
 * played must be as varied as what is to come: the compiler leaves out branches that were not taken while it took the profile, and a
 * method in which one of them is taken later is compiled again. Hence several acts: what happens once in the life of a server or of a
 * thread is in the profile, too; and every other server has just room enough for its records. Tasks, heartbeats and UDP are not played.
 * <p>
 * It ends with an act in which the compilers had nearly nothing to do, or with its limit. One that fails, for example for want of shared
 * memory, is reported and does no harm.
 * <p>
 * Threading: confined to the thread that launches the server; each act has a thread of its own, which that one waits for.
 */
final class Rehearsal {
    private static final long ACT_NS = TimeUnit.SECONDS.toNanos(1);
    /** The compilers are idle if they take less than this part of an act. */
    private static final int BUSY_SHARE = 10;
    private static final int SESSIONS = 4;
    private static final long SLAB_BYTES = 16L << 20;
    private static final long SMALL_SLAB_BYTES = 1L << 19;
    private static final int LONGEST_METADATA = 4;
    private static final long LEASE_MIN_NS = 1_000_000L;

    private final ServerSettings settings;
    private final BooleanSupplier pulse;
    private final long startNs = System.nanoTime();
    private int acts;
    private long requests;
    private long leasesLost;
    private boolean isQuiet;
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
        while (!isQuiet && !isEnded && System.nanoTime() - endNs < 0) {
            final long actStartNs = System.nanoTime();
            final long compilationMs = compilationMs();
            actOnThread(Math.min(endNs - actStartNs, ACT_NS));
            // What a server had outside of the heap goes with the next collection, which is better now than in service.
            System.gc();
            final long compiledNs = TimeUnit.MILLISECONDS.toNanos(compilationMs() - compilationMs);
            isQuiet = compiledNs * BUSY_SHARE < System.nanoTime() - actStartNs;
            acts++;
        }
    }

    /** Of all compilers together. A JVM that does not tell seems to compile all the time. */
    private static long compilationMs() {
        final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return compilers != null && compilers.isCompilationTimeMonitoringSupported()
            ? compilers.getTotalCompilationTime() : System.currentTimeMillis();
    }

    /** On a thread of its own, as the real server's roles will run on new threads. */
    private void actOnThread(final long durationNs) {
        final FutureTask<Void> task = new FutureTask<>(() -> act(durationNs), null);
        final Thread thread = new Thread(task, "ringmaster-rehearsal");
        thread.setDaemon(true);
        thread.start();
        try {
            await(task);
        } catch (final ExecutionException ex) {
            throw new IllegalStateException(ex.getCause().getMessage(), ex.getCause());
        }
    }

    /** An interrupt ends the act; it is waited for all the same, because it has files open. */
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

    private void act(final long durationNs) {
        final ServerSettings stage = stage();
        try (RingmasterServer server = RingmasterServer.launch(new RingmasterServer.Context().settings(stage).report(line -> { }));
            RehearsalAct act = new RehearsalAct(server, () -> pulse.getAsBoolean() && !isInterrupted, System.nanoTime() + durationNs)) {
            act.play();
            requests += act.requests();
            leasesLost += act.leasesLost();
            isEnded = act.isEnded();
        } finally {
            IoUtil.delete(stage.dir().toFile(), true);
            IoUtil.delete(stage.aeron().directory().toFile(), true);
        }
    }

    /** The real server's settings, as far as they decide which code runs, at the size of a stage. */
    private ServerSettings stage() {
        final Path dir = settings.dir().resolve("rehearsal");
        final AeronSettings aeron = settings.aeron();
        final RegistryConfig registry = settings.registry();
        final boolean isTight = acts % 2 == 0;
        final int entries = isTight ? RehearsalAct.RECORDS : 2 * RehearsalAct.RECORDS;
        final long slabLength = registry.partitions()
            * Math.max(isTight ? SMALL_SLAB_BYTES : SLAB_BYTES, (long) LONGEST_METADATA * registry.maxMetadataLength());
        return new ServerSettings(dir, settings.name(),
            new AeronSettings(aeron.directory().resolveSibling(aeron.directory().getFileName() + "-rehearsal"), aeron.threading(),
                termLength(), aeron.udpTermLength(), aeron.udpMtu(), aeron.clientLivenessTimeoutNs(),
                aeron.imageLivenessTimeoutNs(), aeron.countersBufferLength(), aeron.sparseTerms()),
            new UdpSettings("localhost", 0), settings.session().withMaxSessions(SESSIONS),
            new RegistryConfig(registry.partitions(), entries, registry.maxMetadataLength(), registry.inlineLength(), slabLength,
                registry.durability(), registry.store(), registry.attributes(),
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
        final String end = isQuiet ? "the compilers are idle" : isEnded ? "ended before its time"
            : "the compilers are not idle yet, " + RehearsalSettings.KEY + ".limit was too short for that";
        return String.format(Locale.ROOT, "rehearsal: %d requests, %d leases ran out, %d acts, took %d ms; %s",
            requests, leasesLost, acts, elapsedMs(), end);
    }
}
