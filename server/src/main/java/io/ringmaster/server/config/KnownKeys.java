package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.ringmaster.thread.ThreadPlanSettings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which keys there are: those of the defaults, and the keys of further threads in {@code ringmaster.threads}.
 * <p>
 * Threading: immutable.
 */
final class KnownKeys {
    static final String ROOT = "ringmaster";

    private static final String THREADS = "ringmaster.threads.";
    private static final List<String> THREAD_KEYS = List.of("roles", "cpu", "idle");

    private final Set<String> leaves = new TreeSet<>();
    private final Set<String> blocks = new TreeSet<>();

    KnownKeys(final Config defaults) {
        collect("", defaults.root());
    }

    /**
     * Checks every key of a layer.
     *
     * @throws ConfigException for the first that does not exist, or is a block where a value should be, or the reverse.
     */
    void check(final ConfigLayer layer) {
        check("", layer.config().root(), layer);
    }

    /** The known key that a reader most likely meant; empty if none is near. */
    String suggestion(final String key) {
        final Set<String> candidates = new TreeSet<>(leaves);
        candidates.addAll(blocks);
        final String prefixed = key.startsWith(ROOT + ".") ? key : ROOT + "." + key;
        if (candidates.contains(prefixed)) {
            return prefixed;
        }
        String nearest = "";
        int nearestDistance = Math.max(3, prefixed.length() / 3);
        for (final String candidate : candidates) {
            final int distance = Math.min(distance(prefixed, candidate), lastPart(prefixed).equals(lastPart(candidate)) ? 2 : 99);
            if (distance < nearestDistance) {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return nearest;
    }

    private void collect(final String prefix, final ConfigObject object) {
        for (final Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            final String path = prefix + entry.getKey();
            if (entry.getValue().valueType() == ConfigValueType.OBJECT) {
                blocks.add(path);
                collect(path + ".", (ConfigObject)entry.getValue());
            } else {
                leaves.add(path);
            }
        }
    }

    private void check(final String prefix, final ConfigObject object, final ConfigLayer layer) {
        for (final Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            final String path = prefix + entry.getKey();
            final ConfigValue value = entry.getValue();
            final boolean isBlock = value.valueType() == ConfigValueType.OBJECT;
            if (value.valueType() == ConfigValueType.NULL && leaves.contains(path)) {
                throw new ConfigException(path, "= null must have a value; leave the key out for the default",
                    layer.where(value), null);
            } else if (isBlock && leaves.contains(path)) {
                throw new ConfigException(path, "is a block and must be a value", layer.where(value), null);
            } else if (!isBlock && blocks.contains(path)) {
                throw new ConfigException(path, "= " + value.unwrapped() + " is a value and must be a block",
                    layer.where(value), null);
            } else if (isBlock && (blocks.contains(path) || isThread(path))) {
                check(path + ".", (ConfigObject)value, layer);
            } else if (!leaves.contains(path) && !isThreadKey(path)) {
                throw unknown(isBlock ? firstLeaf(path, (ConfigObject)value) : path, layer.where(value));
            }
        }
    }

    private ConfigException unknown(final String key, final String where) {
        final String suggestion = suggestion(key);
        return new ConfigException(key, "is no known key" + (suggestion.isEmpty() ?
            "; `config --effective` lists all" : "; did you mean " + suggestion + "?"), where, null);
    }

    private static boolean isThread(final String path) {
        return path.startsWith(THREADS) && path.indexOf('.', THREADS.length()) < 0
            && !ThreadPlanSettings.NO_THREADS.contains(path.substring(THREADS.length()));
    }

    private static boolean isThreadKey(final String path) {
        final int dot = path.lastIndexOf('.');
        return dot > 0 && isThread(path.substring(0, dot)) && THREAD_KEYS.contains(path.substring(dot + 1));
    }

    /** An unknown block is named by its first key, which says more than the block. */
    private static String firstLeaf(final String prefix, final ConfigObject object) {
        final TreeSet<String> names = new TreeSet<>(object.keySet());
        if (names.isEmpty()) {
            return prefix;
        }
        final String path = prefix + "." + names.first();
        final ConfigValue value = object.get(names.first());
        return value.valueType() == ConfigValueType.OBJECT ? firstLeaf(path, (ConfigObject)value) : path;
    }

    private static String lastPart(final String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** Levenshtein distance. */
    static int distance(final String a, final String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            final int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
