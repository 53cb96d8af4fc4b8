package io.ringmaster.server.load;

import io.ringmaster.server.config.LoadSettings;

/**
 * The server's load state. The worst queue decides, by its occupancy or by its wait. The state goes up with the first sample
 * that says so; it goes down when all samples of a while were lower, to the highest of these.
 * <p>
 * It knows no clock: the duty cycle brings the time, and a sample is taken every {@link #SAMPLE_INTERVAL_NS}. It is not counted
 * as work, so it does not keep an idle thread awake.
 * <p>
 * Threading: confined to the network thread; other threads and processes read the counter.
 */
public final class LoadMonitor {
    /** There is room everywhere. */
    public static final int NORMAL = 1;
    /** Some queue fills. */
    public static final int DEGRADED = 2;
    /** Some queue is half full. */
    public static final int OVERLOADED = 3;
    /** New work is about to be refused, or is refused. */
    public static final int CRITICAL = 4;
    /** Time between two samples, while the thread works. */
    public static final long SAMPLE_INTERVAL_NS = 5_000_000L;

    private static final int PERMILLE_PER_PERCENT = 10;

    private final LoadSettings settings;
    private final LoadSource[] sources;
    private final LoadCounters counters;
    private int state = NORMAL;
    private boolean started;
    private boolean lower;
    private long lowerSinceNs;
    private int highestSince;
    private long nextSampleNs;

    /**
     * A monitor in the state {@link #NORMAL}.
     *
     * @param settings of the states.
     * @param counters to update.
     * @param sources  the queues; this monitor alone samples them.
     */
    public LoadMonitor(final LoadSettings settings, final LoadCounters counters, final LoadSource... sources) {
        this.settings = settings;
        this.counters = counters;
        this.sources = sources.clone();
        counters.state(NORMAL);
    }

    /**
     * Takes a sample if it is time.
     *
     * @param nowNs the clock of the duty cycle.
     * @return the state.
     */
    public int onCycle(final long nowNs) {
        if (!started || nowNs - nextSampleNs >= 0) {
            started = true;
            nextSampleNs = nowNs + SAMPLE_INTERVAL_NS;
            onLevel(level(nowNs), nowNs);
        }
        return state;
    }

    /**
     * The state that the last sample led to.
     *
     * @return {@link #NORMAL} to {@link #CRITICAL}.
     */
    public int state() {
        return state;
    }

    private void onLevel(final int level, final long nowNs) {
        if (level >= state) {
            lower = false;
            if (level > state) {
                enter(level);
            }
            return;
        }
        if (!lower) {
            lower = true;
            lowerSinceNs = nowNs;
            highestSince = level;
        }
        highestSince = Math.max(highestSince, level);
        if (nowNs - lowerSinceNs >= settings.holdNs()) {
            lower = false;
            enter(highestSince);
        }
    }

    private void enter(final int level) {
        state = level;
        counters.onEntered(level);
    }

    private int level(final long nowNs) {
        int level = NORMAL;
        for (final LoadSource source : sources) {
            source.sample(nowNs);
            level = Math.max(level, Math.max(levelOfOccupancy(source.occupancyPermille()), levelOfWait(source.waitNs())));
        }
        return level;
    }

    private int levelOfOccupancy(final int permille) {
        return level(permille,
            settings.degradedPercent() * PERMILLE_PER_PERCENT,
            settings.overloadedPercent() * PERMILLE_PER_PERCENT,
            settings.criticalPercent() * PERMILLE_PER_PERCENT);
    }

    private int levelOfWait(final long waitNs) {
        return level(waitNs, settings.degradedWaitNs(), settings.overloadedWaitNs(), settings.criticalWaitNs());
    }

    private static int level(final long value, final long degraded, final long overloaded, final long critical) {
        if (value >= critical) {
            return CRITICAL;
        }
        if (value >= overloaded) {
            return OVERLOADED;
        }
        return value >= degraded ? DEGRADED : NORMAL;
    }
}
