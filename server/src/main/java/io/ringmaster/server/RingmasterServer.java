package io.ringmaster.server;

import io.aeron.Aeron;
import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.aeron.driver.ThreadingMode;
import io.ringmaster.protocol.ServerMarkFile;
import io.ringmaster.server.config.AeronSettings;
import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.config.ShmBudget;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ErrorLog;
import io.ringmaster.server.metrics.Housekeeping;
import io.ringmaster.server.metrics.JvmSampler;
import io.ringmaster.server.metrics.LoggedErrorHandler;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import io.ringmaster.thread.ThreadDescription;
import io.ringmaster.thread.ThreadMode;
import io.ringmaster.thread.ThreadPlan;
import io.ringmaster.thread.ThreadPlanSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: the media driver, the roles on their threads, and the files of its directory.
 * <p>
 * Threading: {@link #launch} and {@link #close} any thread that is not one of the server's; in the thread mode {@code invoker} the
 * thread that launches also calls {@link #invoke()} and {@link #close()}.
 */
public final class RingmasterServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RingmasterServer.class);
    /** A mark file that was not touched for this long belongs to a dead server, unless its process still holds the lock. */
    private static final long MARK_LIVENESS_MS = 10_000;
    private static final long DRIVER_LIVENESS_MS = 2_000;
    private static final long DRIVER_OBSERVATION_NS = TimeUnit.MILLISECONDS.toNanos(2_500);
    private static final long DRIVER_POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long AGENTS_START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final ServerSettings settings;
    private final NanoClock clock;
    private final ServerMarkFile markFile;
    private final CountersFile countersFile;
    private final ErrorLog errorLog;
    private final ServerRoles roles;
    private final ThreadPlan plan;
    private final JvmSampler sampler;
    private final Housekeeping housekeeping;
    private boolean started;
    private boolean closed;

    /** What a server is launched with. */
    public static final class Context {
        private ServerSettings settings;
        private NanoClock clock = SystemNanoClock.INSTANCE;
        private Consumer<String> report = LOGGER::info;
        private BooleanSupplier endRehearsal = () -> false;

        /**
         * Everything from the configuration.
         *
         * @param value the settings.
         * @return this.
         */
        public Context settings(final ServerSettings value) {
            settings = value;
            return this;
        }

        /**
         * The monotonic clock; tests that drive the server by hand bring their own.
         *
         * @param value the clock; default the system's.
         * @return this.
         */
        public Context clock(final NanoClock value) {
            clock = value;
            return this;
        }

        /**
         * Gets lines for the user about the start, such as what was found in the registry's store.
         *
         * @param value gets them on the launching thread; default the log, level info.
         * @return this.
         */
        public Context report(final Consumer<String> value) {
            report = value;
            return this;
        }

        /**
         * Ends a rehearsal before its time, so that a server that is to stop need not wait for it.
         *
         * @param value asked a few times a second during a rehearsal, on another thread than the launching one; true: it ends soon.
         * @return this.
         */
        public Context endRehearsal(final BooleanSupplier value) {
            endRehearsal = value;
            return this;
        }
    }

    /**
     * Starts a server and returns when it serves: its in-server agents are registered and its mark file says READY. If the settings
     * have a rehearsal, that comes first.
     *
     * @param context with the settings.
     * @return the server.
     * @throws io.ringmaster.protocol.ServerAlreadyRunningException if a live server owns the directory.
     * @throws io.ringmaster.server.config.ConfigException          if shared memory is too small; the message says what it needs.
     * @throws io.ringmaster.server.agents.AgentConfigurationException if an in-server agent cannot be built.
     * @throws io.ringmaster.thread.ThreadPlanException             if the plan does not fit this machine.
     * @throws io.ringmaster.registry.store.StoreException          if the registry's store cannot be opened.
     */
    public static RingmasterServer launch(final Context context) {
        final ThreadPlanSettings threads = ThreadPlanSettings.fromConfig(context.settings.threads());
        try {
            Files.createDirectories(context.settings.dir());
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot create the data directory " + context.settings.dir(), ex);
        }
        final RingmasterServer server = new RingmasterServer(context, threads);
        boolean started = false;
        try {
            server.start();
            started = true;
        } finally {
            if (!started) {
                CloseHelper.quietClose(server);
            }
        }
        return server;
    }

    private RingmasterServer(final Context context, final ThreadPlanSettings threads) {
        clock = context.clock;
        final Launch launch = new Launch();
        try {
            markFile = launch.track(ServerMarkFile.create(context.settings.dir().toFile(), context.settings.name(),
                context.settings.aeron().directory().toString(), udpEndpoint(context.settings), MARK_LIVENESS_MS));
            Rehearsal.run(context.settings, context.report, () -> {
                markFile.timestamp(System.currentTimeMillis());
                return !context.endRehearsal.getAsBoolean();
            });
            settings = fitToSharedMemory(context.settings);
            countersFile = launch.track(
                CountersFile.create(settings.dir(), CountersFile.DEFAULT_MAX_COUNTERS, SystemEpochClock.INSTANCE));
            errorLog = launch.track(ErrorLog.create(settings.dir(), ErrorLog.DEFAULT_LENGTH, SystemEpochClock.INSTANCE));
            final ServerCounters counters = new ServerCounters(countersFile.manager());
            counters.of(ServerCounter.SESSIONS_LIMIT).setRelease(settings.session().maxSessions());
            final LoggedErrorHandler errorHandler = new LoggedErrorHandler(errorLog, counters.of(ServerCounter.ERRORS));
            roles = launch.track(new ServerRoles(settings, threads,
                () -> Media.launch(settings.aeron(), threading(threads), errorHandler), countersFile.manager(),
                counters, errorHandler, clock, context.report, launch));
            plan = launch.track(new ThreadPlan(
                threads, roles.byName(), roles.workers(), clock, errorHandler, countersFile.manager()));
            sampler = launch.track(new JvmSampler(counters, roles.media()::mappedBytes));
            housekeeping = launch.track(new Housekeeping(settings.metrics().sampleIntervalNs(), SystemEpochClock.INSTANCE,
                this::heartbeat, List.of(sampler, roles.gauges()), errorHandler));
            launch.done();
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot create the error log in " + context.settings.dir(), ex);
        } finally {
            launch.closeUnlessDone();
        }
    }

    private void start() {
        final List<ServerRoles.RegistrationCommand> agents = roles.encodeLocalAgents();
        plan.start();
        started = true;
        sampler.roleThreads(plan.javaThreadIds());
        housekeeping.start();
        roles.startWriteBack();
        roles.registerLocalAgents(agents, pause(), clock.nanoTime() + AGENTS_START_TIMEOUT_NS);
        markFile.signalReady();
    }

    /** The server's own Aeron client; in the thread mode {@code invoker} it drives the media driver while it waits for it. */
    Aeron aeron() {
        return roles.media().aeron();
    }

    private Runnable pause() {
        return plan.settings().mode() == ThreadMode.INVOKER ? plan::invoke : Thread::yield;
    }

    /**
     * Runs one duty cycle of every role, in the thread mode {@code invoker} only.
     *
     * @return work done.
     */
    public int invoke() {
        return plan.invoke();
    }

    /**
     * The settings that are in force.
     *
     * @return the settings; the session limit may be lower than configured where shared memory is small.
     */
    public ServerSettings settings() {
        return settings;
    }

    /**
     * The threads, for a report.
     *
     * @return a snapshot.
     */
    public List<ThreadDescription> threads() {
        return plan.threads();
    }

    /**
     * Whether every thread of the server is alive.
     *
     * @return false after a thread died.
     */
    public boolean isAlive() {
        return plan.isAlive();
    }

    /**
     * Answers what was taken from clients, stops the roles, tells the clients, closes and releases all files. Does nothing the second
     * time.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (started && plan.isAlive()) {
            roles.drain(pause(), DRAIN_TIMEOUT_NS);
        }
        CloseHelper.closeAll(housekeeping, plan);
        if (plan.threads().stream().anyMatch(ThreadDescription::alive)) {
            // A handler that never returns keeps its thread; unmapping what that thread may still write would crash the JVM.
            LOGGER.error("a thread did not end; its files stay mapped until the process ends");
            CloseHelper.closeAll(sampler, markFile);
            return;
        }
        CloseHelper.closeAll(roles, roles.media(), sampler, errorLog, countersFile, markFile);
    }

    private static String udpEndpoint(final ServerSettings settings) {
        return settings.udp().isEnabled() ? settings.udp().endpoint() : "";
    }

    private static ServerSettings fitToSharedMemory(final ServerSettings settings) {
        final File directory = settings.aeron().directory().toFile();
        deleteDeadDriver(directory);
        try {
            final ShmBudget budget = ShmBudget.measure(settings);
            budget.warning().ifPresent(LOGGER::warn);
            return settings.withMaxSessions(budget.sessions());
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot measure the space of " + directory, ex);
        }
    }

    /** What a dead predecessor left behind is deleted before space is measured; nothing else ever is. */
    private static void deleteDeadDriver(final File directory) {
        final String[] files = directory.list();
        if (files == null || files.length == 0) {
            return;
        }
        if (!Arrays.stream(files).allMatch(RingmasterServer::isDriverFile)) {
            throw new ConfigException(AeronSettings.KEY + ".dir",
                "= " + directory + " holds files that are not a media driver's; it must be a directory for the driver alone");
        }
        if (isDriverLive(directory)) {
            throw new ConfigException(AeronSettings.KEY + ".dir",
                "= " + directory + " belongs to a live media driver; it must be a directory of this server's own");
        }
        // The driver's own file goes last: whoever is killed in between leaves a directory that is still known for what it is.
        for (final String file : files) {
            if (!file.equals(CncFileDescriptor.CNC_FILE)) {
                IoUtil.delete(new File(directory, file), false);
            }
        }
        IoUtil.delete(directory, false);
    }

    private static boolean isDriverFile(final String name) {
        return name.endsWith(".dat") || name.equals("publications") || name.equals("images");
    }

    /** A driver that was killed looks alive until its last sign of life is old enough; a live one gives one every second. */
    private static boolean isDriverLive(final File directory) {
        final long deadlineNs = System.nanoTime() + DRIVER_OBSERVATION_NS;
        while (CommonContext.isDriverActive(directory, DRIVER_LIVENESS_MS, line -> { })) {
            if (System.nanoTime() - deadlineNs > 0) {
                return true;
            }
            LockSupport.parkNanos(DRIVER_POLL_NS);
        }
        return false;
    }

    private ThreadingMode threading(final ThreadPlanSettings threads) {
        return threads.hasRole("driver") ? ThreadingMode.INVOKER
            : settings.aeron().threading() == AeronSettings.DriverThreading.SHARED ? ThreadingMode.SHARED : ThreadingMode.DEDICATED;
    }

    private void heartbeat(final long epochMs) {
        markFile.timestamp(epochMs);
        countersFile.heartbeat(epochMs);
    }
}
