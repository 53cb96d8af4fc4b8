package io.ringmaster.thread;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads {@link ThreadPlanSettings} from HOCON.
 * <p>
 * Threading: confined to the caller.
 */
final class ThreadPlanConfigReader {
    private static final Set<String> VALUE_KEYS = new TreeSet<>(Set.of("mode", "stall-threshold"));
    private static final Set<String> THREAD_KEYS = new TreeSet<>(Set.of("roles", "cpu", "idle"));
    private static final Set<String> WORKER_KEYS = new TreeSet<>(Set.of("count", "cpu", "idle"));
    private static final Set<String> BACKOFF_KEYS = new TreeSet<>(
        Set.of("spins", "yields", "min-park", "max-park", "rest-after", "rest-park"));
    private static final Set<String> SCHEDULING_KEYS = new TreeSet<>(Set.of("slice", "timer-slack"));
    private static final Pattern THREAD_NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    private final Config ringmaster;

    ThreadPlanConfigReader(final Config ringmasterConfig) {
        this.ringmaster = ringmasterConfig;
    }

    ThreadPlanSettings read() {
        final Config threads = get("ringmaster", "threads", ringmaster::getConfig);
        final Map<String, ThreadSettings> threadByName = new TreeMap<>();
        for (final Map.Entry<String, ConfigValue> entry : threads.root().entrySet()) {
            final String name = entry.getKey();
            if (ConfigValueType.OBJECT != entry.getValue().valueType()) {
                checkKey(ThreadPlanSettings.KEY, name, VALUE_KEYS);
            } else if (!ThreadPlanSettings.NO_THREADS.contains(name)) {
                readThread(name, ((ConfigObject)entry.getValue()).toConfig(), threadByName);
            }
        }
        return new ThreadPlanSettings(
            readEnum(ThreadPlanSettings.KEY, threads, "mode", ThreadMode.class),
            new ArrayList<>(threadByName.values()),
            readWorkers(get(ThreadPlanSettings.KEY, "workers", threads::getConfig)),
            readBackoff(get(ThreadPlanSettings.KEY, "backoff", threads::getConfig)),
            threads.hasPath("scheduling")
                ? readScheduling(get(ThreadPlanSettings.KEY, "scheduling", threads::getConfig)) : SchedulingSettings.KERNEL_DEFAULTS,
            readDurationNs(ThreadPlanSettings.KEY, threads, "stall-threshold"),
            get("ringmaster", "affinity.required", ringmaster::getBoolean));
    }

    private static void readThread(final String name, final Config block, final Map<String, ThreadSettings> threadByName) {
        final String key = ThreadPlanSettings.KEY + "." + name;
        if (!THREAD_NAME.matcher(name).matches() || name.startsWith("worker")) {
            throw new ThreadPlanException(
                key + ": a thread's name must be lower case letters, digits and hyphens, at most 31, and not begin with worker");
        }
        checkKeys(key, block, THREAD_KEYS);
        final List<String> roles = get(key, "roles", block::getStringList);
        final CpuList cpu = block.hasPath("cpu") ? readCpus(key, block) : CpuList.NONE;
        final IdleKind idle = block.hasPath("idle") ? readEnum(key, block, "idle", IdleKind.class) : IdleKind.BACKOFF;
        if (!roles.isEmpty()) {
            threadByName.put(name, new ThreadSettings(name, roles, cpu, idle));
        }
    }

    private static WorkerSettings readWorkers(final Config block) {
        final String key = ThreadPlanSettings.KEY + ".workers";
        checkKeys(key, block, WORKER_KEYS);
        return new WorkerSettings(
            get(key, "count", block::getInt), readCpus(key, block), readEnum(key, block, "idle", IdleKind.class));
    }

    private static BackoffSettings readBackoff(final Config block) {
        final String key = ThreadPlanSettings.KEY + ".backoff";
        checkKeys(key, block, BACKOFF_KEYS);
        return new BackoffSettings(
            get(key, "spins", block::getLong),
            get(key, "yields", block::getLong),
            readDurationNs(key, block, "min-park"),
            readDurationNs(key, block, "max-park"),
            block.hasPath("rest-after") ? readDurationNs(key, block, "rest-after") : 0,
            block.hasPath("rest-park") ? readDurationNs(key, block, "rest-park") : 0);
    }

    private static SchedulingSettings readScheduling(final Config block) {
        final String key = ThreadPlanSettings.KEY + ".scheduling";
        checkKeys(key, block, SCHEDULING_KEYS);
        return new SchedulingSettings(readDurationNs(key, block, "slice"), readDurationNs(key, block, "timer-slack"));
    }

    private static CpuList readCpus(final String key, final Config block) {
        return CpuList.parse(key + ".cpu", get(key, "cpu", block::getString));
    }

    private static long readDurationNs(final String key, final Config block, final String name) {
        return get(key, name, path -> block.getDuration(path, TimeUnit.NANOSECONDS));
    }

    private static <E extends Enum<E>> E readEnum(final String key, final Config block, final String name, final Class<E> type) {
        final String text = get(key, name, block::getString);
        final List<String> known = new ArrayList<>();
        for (final E constant : type.getEnumConstants()) {
            final String constantName = constant.name().toLowerCase(Locale.ROOT);
            if (constantName.equals(text)) {
                return constant;
            }
            known.add(constantName);
        }
        throw new ThreadPlanException(key + "." + name + " = \"" + text + "\": must be one of " + known);
    }

    private static void checkKeys(final String key, final Config block, final Set<String> known) {
        for (final String name : block.root().keySet()) {
            checkKey(key, name, known);
        }
    }

    private static void checkKey(final String key, final String name, final Set<String> known) {
        if (!known.contains(name)) {
            throw new ThreadPlanException(key + "." + name + ": unknown key; known in " + key + " are " + known);
        }
    }

    private static <T> T get(final String key, final String path, final Function<String, T> getter) {
        try {
            return getter.apply(path);
        } catch (final ConfigException ex) {
            throw new ThreadPlanException(key + "." + path + ": " + ex.getMessage(), ex);
        }
    }
}
