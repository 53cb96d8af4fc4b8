package io.ringmaster.server.cli;

import com.typesafe.config.ConfigUtil;
import io.ringmaster.server.config.ServerConfig;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a server's configuration comes from.
 * <p>
 * Threading: confined to the main thread.
 */
final class ConfigOptions {
    @Option(names = "--profile", paramLabel = "NAME", description =
        "A set of values for a purpose: laptop, container, low-latency or throughput, or the path of a file.")
    private String profile;

    @Option(names = "--config", paramLabel = "FILE", description = "HOCON file; its values win over the profile's.")
    private Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description =
        "One value, such as ringmaster.dir=/data; wins over all else. Repeatable.")
    private List<String> sets = new ArrayList<>();

    ServerConfig load() {
        return ServerConfig.load(profile, file, sets);
    }

    /** With the data directory of an option of its own, unless that is null. */
    ServerConfig load(final Path dir) {
        if (dir == null) {
            return load();
        }
        final List<String> all = new ArrayList<>(sets);
        all.add("ringmaster.dir=" + ConfigUtil.quoteString(dir.toString()));
        return ServerConfig.load(profile, file, all);
    }

    String profile() {
        return profile == null ? "laptop" : profile;
    }
}
