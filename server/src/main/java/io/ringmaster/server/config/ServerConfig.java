package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The configuration of a server: defaults, then a profile, then a file, then {@code --set key=value}; later ones win.
 * Every key is checked to exist, in each layer by itself, so that a message names the place.
 * <p>
 * Threading: immutable.
 */
public final class ServerConfig {
    /** The profiles in the jar. */
    public static final List<String> PROFILES = List.of("laptop", "container", "low-latency", "throughput");

    private static final String DEFAULTS = "ringmaster-defaults.conf";

    private static final Pattern HOCON = Pattern.compile("\\[.*]|\\{.*}|\".*\"", Pattern.DOTALL);

    private final List<ConfigLayer> layers;
    private final Config merged;

    private ServerConfig(final List<ConfigLayer> layers, final Config merged) {
        this.layers = layers;
        this.merged = merged;
    }

    /**
     * Loads the layers and checks their keys.
     *
     * @param profile a profile of the jar, a path of a profile's file, or null for none.
     * @param file    a configuration file, or null for none.
     * @param sets    {@code key=value}, the last one wins.
     * @return the configuration.
     * @throws ConfigException for a source that is not there or cannot be parsed, and for an unknown key.
     */
    public static ServerConfig load(final String profile, final Path file, final List<String> sets) {
        final List<ConfigLayer> layers = new ArrayList<>();
        final ConfigLayer defaults = layer(ConfigLayer.Kind.DEFAULTS, "defaults", parseResource(DEFAULTS), ConfigFactory.empty());
        final KnownKeys knownKeys = new KnownKeys(defaults.config());
        layers.add(defaults);
        Config merged = defaults.config();
        if (profile != null) {
            layers.add(layer(ConfigLayer.Kind.PROFILE, "profile " + profile, parseProfile(profile), merged));
            merged = layers.get(layers.size() - 1).config().withFallback(merged);
        }
        if (file != null) {
            layers.add(layer(ConfigLayer.Kind.FILE, file.toString(), parseFile(file), merged));
            merged = layers.get(layers.size() - 1).config().withFallback(merged);
        }
        for (final String set : sets) {
            layers.add(layer(ConfigLayer.Kind.SET, "--set", parseSet(set), merged));
            merged = layers.get(layers.size() - 1).config().withFallback(merged);
        }
        layers.forEach(knownKeys::check);
        return new ServerConfig(List.copyOf(layers), merged);
    }

    /**
     * The settings.
     *
     * @return checked settings, with all paths absolute.
     * @throws ConfigException for a value of the wrong type or out of its bounds, with its origin.
     */
    public ServerSettings settings() {
        try {
            return new SettingsFactory(merged).create();
        } catch (final ConfigException ex) {
            throw ex.origin().isEmpty() && !ex.key().isEmpty() ? ex.withOrigin(origin(ex.key())) : ex;
        }
    }

    /**
     * Every value and where it came from.
     *
     * @return sorted by key.
     */
    public List<EffectiveValue> effective() {
        final Map<String, EffectiveValue> values = new TreeMap<>();
        for (final Map.Entry<String, ConfigValue> entry : merged.entrySet()) {
            final String key = entry.getKey();
            values.put(key, new EffectiveValue(key, entry.getValue().unwrapped(),
                entry.getValue().render(ConfigRenderOptions.concise()), origin(key)));
        }
        return List.copyOf(values.values());
    }

    /**
     * Where the value of a key came from.
     *
     * @param key with its {@code ringmaster.} prefix.
     * @return {@code defaults}, {@code profile NAME}, {@code file:line} or {@code --set}; empty for a key without a value.
     */
    public String origin(final String key) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            final ConfigLayer layer = layers.get(i);
            if (layer.config().hasPath(key)) {
                return layer.where(layer.config().getValue(key));
            }
        }
        return "";
    }

    private static ConfigLayer layer(final ConfigLayer.Kind kind, final String label, final Config parsed, final Config lower) {
        try {
            final Config resolved = parsed.resolveWith(parsed.withFallback(lower), ConfigResolveOptions.noSystem());
            return new ConfigLayer(kind, label, resolved);
        } catch (final com.typesafe.config.ConfigException ex) {
            throw new ConfigException("", ex.getMessage(), "", ex);
        }
    }

    private static Config parseResource(final String resource) {
        final URL url = ServerConfig.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new ConfigException("", "resource " + resource + " is missing in the jar");
        }
        return parse(() -> ConfigFactory.parseURL(url, ConfigParseOptions.defaults().setAllowMissing(false)));
    }

    private static Config parseProfile(final String profile) {
        if (profile.indexOf('/') >= 0 || profile.endsWith(".conf")) {
            return parseFile(Path.of(profile));
        }
        if (ServerConfig.class.getClassLoader().getResource("profiles/" + profile + ".conf") == null) {
            throw new ConfigException("", "--profile " + profile + " is none of " + String.join(", ", PROFILES) +
                "; a file's path has a slash or ends with .conf");
        }
        return parseResource("profiles/" + profile + ".conf");
    }

    private static Config parseFile(final Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ConfigException("", "configuration file " + file + " is not there or cannot be read");
        }
        return parse(() -> ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
    }

    /** A value in brackets, braces or quotes is HOCON; all else is text, so that a colon or a slash needs no quotes. */
    private static Config parseSet(final String set) {
        final int equals = set.indexOf('=');
        if (equals <= 0) {
            throw new ConfigException("", "--set " + set + " must be key=value");
        }
        final String key = set.substring(0, equals).trim();
        final String value = set.substring(equals + 1).trim();
        final boolean isHocon = HOCON.matcher(value).matches();
        try {
            ConfigUtil.splitPath(key);
            return isHocon ? ConfigFactory.parseString(key + " = " + value) :
                ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(value, "--set"));
        } catch (final com.typesafe.config.ConfigException ex) {
            throw new ConfigException("", "--set " + set + ": " + ex.getMessage(), "", ex);
        }
    }

    private static Config parse(final ConfigSource source) {
        try {
            return source.parse();
        } catch (final com.typesafe.config.ConfigException | IOException ex) {
            throw new ConfigException("", ex.getMessage(), "", ex);
        }
    }

    private interface ConfigSource {
        Config parse() throws IOException;
    }
}
