package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.config.ServerConfig;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.thread.ThreadMode;
import io.ringmaster.thread.ThreadPlanSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.TimeUnit;

/**
 * {@code server}: runs a server until the process is asked to end.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "server", description = {
    "Runs a server in the foreground. Prints one line starting with `ready` when it serves.",
    "SIGTERM and SIGINT stop it cleanly, exit code 0."})
final class ServerCommand extends CliCommand {
    private static final long LOOK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final ShutdownSignal signal;

    @Mixin
    private ConfigOptions options;

    ServerCommand(final ShutdownSignal signal) {
        this.signal = signal;
    }

    @Override
    public Integer call() {
        final ServerConfig config = options.load();
        final ServerSettings settings = config.settings();
        if (ThreadPlanSettings.fromConfig(settings.threads()).mode() == ThreadMode.INVOKER) {
            throw new ConfigException("ringmaster.threads.mode",
                "= invoker is for a server inside another program, which drives it; it must be shared or dedicated here",
                config.origin("ringmaster.threads.mode"), null);
        }
        settings.warnings().forEach(this::diagnose);
        signal.watch();
        final RingmasterServer.Context context = new RingmasterServer.Context().settings(settings).report(this::diagnose)
            .endRehearsal(() -> signal.await(0));
        try (RingmasterServer server = RingmasterServer.launch(context)) {
            printReady(server.settings());
            while (!signal.await(LOOK_INTERVAL_NS)) {
                if (!server.isAlive()) {
                    diagnose("a thread of the server has died; `stat --errors --dir " + settings.dir() + "` has the reason");
                    return FAILED;
                }
            }
        }
        return OK;
    }

    private void printReady(final ServerSettings settings) {
        final long pid = ProcessHandle.current().pid();
        final String endpoint = settings.udp().isEnabled() ? settings.udp().endpoint() : "off";
        final ObjectNode ready = object().put("state", "ready").put("name", settings.name()).put("dir", settings.dir().toString())
            .put("aeronDir", settings.aeron().directory().toString()).put("udpEndpoint", endpoint).put("pid", pid)
            .put("profile", options.profile()).put("maxSessions", settings.session().maxSessions());
        print(ready, out -> out.println("ready dir=" + settings.dir() + " aeron=" + settings.aeron().directory() + " udp=" +
            endpoint +
            " pid=" + pid + " profile=" + options.profile() + " sessions=" + settings.session().maxSessions()));
    }
}
