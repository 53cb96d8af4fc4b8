package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.ringmaster.server.agents.AgentConfigurationException;
import io.ringmaster.server.agents.AgentGroup;
import io.ringmaster.thread.ThreadPlanException;
import io.ringmaster.thread.ThreadPlanSettings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes {@link ServerSettings} of a merged configuration.
 * <p>
 * Threading: confined to the caller.
 */
final class SettingsFactory {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Pattern KEY = Pattern.compile("^(ringmaster(?:\\.[a-z0-9-]+)+)[ :]+(.*)$", Pattern.DOTALL);

    private final Config config;
    private final SettingsReader reader;

    SettingsFactory(final Config config) {
        this.config = config;
        this.reader = new SettingsReader(config);
    }

    ServerSettings create() {
        final Path dir = path("ringmaster.dir", reader.text("ringmaster.dir"));
        final Config threads = threads();
        return new ServerSettings(
            dir,
            reader.text("ringmaster.name"),
            aeron(dir),
            UdpSettings.parse(reader.text(UdpSettings.KEY)),
            session(),
            registry(),
            coordination(),
            new EgressSettings(reader.bytesAsInt(EgressSettings.KEY + ".ring-bytes")),
            agents(dir),
            threads,
            new MetricsSettings(reader.durationNs(MetricsSettings.KEY + ".sample-interval")),
            watch(),
            load(),
            new RehearsalSettings(reader.durationNs(RehearsalSettings.KEY + ".limit")));
    }

    private WatchSettings watch() {
        final String key = WatchSettings.KEY + ".";
        return new WatchSettings(
            reader.integer(key + "max"),
            reader.integer(key + "max-per-session"),
            reader.bytesAsInt(key + "window-bytes"),
            reader.bytesAsInt(key + "max-window-bytes"),
            reader.bytesAsInt(key + "backlog-bytes"));
    }

    private LoadSettings load() {
        final String key = LoadSettings.KEY + ".";
        return new LoadSettings(
            reader.integer(key + "occupancy.degraded"),
            reader.integer(key + "occupancy.overloaded"),
            reader.integer(key + "occupancy.critical"),
            reader.durationNs(key + "wait.degraded"),
            reader.durationNs(key + "wait.overloaded"),
            reader.durationNs(key + "wait.critical"),
            reader.durationNs(key + "hold"));
    }

    private AeronSettings aeron(final Path dir) {
        final String key = AeronSettings.KEY + ".";
        final String directory = reader.text(key + "dir");
        return new AeronSettings(
            directory.isBlank() ? defaultAeronDirectory(dir) : path(key + "dir", directory),
            reader.constant(key + "threading", AeronSettings.DriverThreading.class),
            reader.bytesAsInt(key + "ipc-term-length"),
            reader.bytesAsInt(key + "udp-term-length"),
            reader.bytesAsInt(key + "udp-mtu"),
            reader.durationNs(key + "client-liveness-timeout"),
            reader.durationNs(key + "image-liveness-timeout"),
            reader.bytesAsInt(key + "counters-buffer-length"),
            reader.bool(key + "sparse-terms"));
    }

    private SessionSettings session() {
        final String key = SessionSettings.KEY + ".";
        return new SessionSettings(
            reader.integer(key + "max"),
            reader.durationNs(key + "keep-alive-interval"),
            reader.durationNs(key + "timeout"),
            reader.durationNs(key + "slow-client-timeout"),
            reader.bytesAsInt(key + "pending-bytes"),
            reader.bytesAsInt(key + "max-payload"),
            reader.integer(key + "max-batch-tasks"),
            reader.integer(key + "max-keys"));
    }

    private RegistryConfig registry() {
        final String key = RegistryConfig.KEY + ".";
        return new RegistryConfig(
            reader.integer(key + "partitions"),
            reader.integer(key + "entries"),
            reader.bytesAsInt(key + "max-metadata"),
            reader.bytesAsInt(key + "inline-bytes"),
            reader.bytes(key + "slab-bytes"),
            reader.constant(key + "durability", RegistryConfig.Durability.class),
            new StoreConfig(
                reader.bytesAsInt(StoreConfig.KEY + ".ring-bytes"),
                reader.integer(StoreConfig.KEY + ".warm-up-lookups"),
                reader.durationNs(StoreConfig.RESTART_GRACE_KEY),
                reader.bool(StoreConfig.DISCARD_UNFIT_KEY),
                reader.durationNs(StoreConfig.WRITE_BACK_KEY)),
            AttributesConfig.read(config, reader.integer(AttributesConfig.MAX_KEYWORDS_KEY)),
            reader.durationNs(key + "lease.default"),
            reader.durationNs(key + "lease.min"),
            reader.durationNs(key + "lease.max"),
            reader.integer(key + "ring.slots"),
            reader.integer(key + "ring.reserved"));
    }

    private CoordinationSettings coordination() {
        final String key = CoordinationSettings.KEY + ".";
        return new CoordinationSettings(
            reader.integer(key + "max-tasks"),
            reader.integer(key + "max-agents"),
            reader.bytesAsInt(key + "payload-bytes"),
            reader.integer(key + "max-attempts"),
            reader.durationNs(key + "task-lease"),
            reader.durationNs(key + "retry-backoff"),
            reader.bytesAsInt(key + "answer-bytes"),
            reader.integer(key + "ring.slots"),
            reader.integer(key + "ring.reserved"));
    }

    private AgentsSettings agents(final Path dir) {
        final String key = AgentsSettings.KEY + ".";
        final String plugins = reader.text(key + "plugins-dir");
        return new AgentsSettings(
            plugins.isBlank() ? dir.resolve("plugins") : path(key + "plugins-dir", plugins),
            reader.integer(key + "mailbox.slots"),
            groups(key + "groups"));
    }

    private List<AgentGroup> groups(final String key) {
        final ConfigValue value = config.getValue(key);
        if (value.valueType() != ConfigValueType.LIST) {
            throw new ConfigException(key, "= " + value.unwrapped() + " must be a list of blocks { name, handler, ... }");
        }
        final List<AgentGroup> groups = new ArrayList<>();
        for (final ConfigValue entry : (ConfigList)value) {
            if (entry.valueType() != ConfigValueType.OBJECT) {
                throw new ConfigException(key, "= ..., entry " + groups.size() + " is no block { name, handler, ... }");
            }
            try {
                checkHandlerSettings(key, (ConfigObject)entry, groups.size());
                groups.add(AgentGroup.of(((ConfigObject)entry).toConfig()));
            } catch (final AgentConfigurationException ex) {
                throw new ConfigException(key, "entry " + groups.size() + ": " + ex.getMessage(), "", ex);
            }
        }
        return groups;
    }

    /** The handler takes what it likes, but as text: lists and blocks would arrive mangled. */
    private static void checkHandlerSettings(final String key, final ConfigObject group, final int index) {
        final ConfigValue settings = group.get("settings");
        if (settings == null || settings.valueType() != ConfigValueType.OBJECT) {
            return;
        }
        for (final Map.Entry<String, ConfigValue> entry : ((ConfigObject)settings).entrySet()) {
            final ConfigValueType type = entry.getValue().valueType();
            if (type != ConfigValueType.STRING && type != ConfigValueType.NUMBER && type != ConfigValueType.BOOLEAN) {
                throw new ConfigException(
                    key, "entry " + index + ": settings." + entry.getKey() + " must be a text, a number or a boolean");
            }
        }
    }

    private Config threads() {
        final Config block = config.getConfig("ringmaster");
        final Config threads = block.withOnlyPath("threads").withFallback(block.withOnlyPath("affinity"));
        try {
            ThreadPlanSettings.fromConfig(threads);
        } catch (final ThreadPlanException ex) {
            final Matcher matcher = KEY.matcher(ex.getMessage());
            final boolean hasKey = matcher.matches();
            throw new ConfigException(
                hasKey ? matcher.group(1) : ThreadPlanSettings.KEY, hasKey ? matcher.group(2) : ex.getMessage(), "", ex);
        }
        return threads;
    }

    private static Path defaultAeronDirectory(final Path dir) {
        if (!Files.isDirectory(SHARED_MEMORY) || !Files.isWritable(SHARED_MEMORY)) {
            return dir.resolve("aeron");
        }
        final String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_");
        return SHARED_MEMORY.resolve("ringmaster-" + user + "-" + String.format("%08x", dir.toString().hashCode()));
    }

    private static Path path(final String key, final String text) {
        if (text.isBlank()) {
            throw new ConfigException(key, "= \"" + text + "\" must be a directory");
        }
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (final InvalidPathException ex) {
            throw new ConfigException(key, "= \"" + text + "\" must be a directory: " + ex.getReason(), "", ex);
        }
    }
}
