package io.ringmaster.thread;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;

/** The default plan, and changes to it. */
final class PlanConfigs {
    static final List<String> ROLES = List.of("driver", "ingress", "registry", "coordinator", "egress");
    static final List<String> REQUIRED = List.of("ingress", "registry", "coordinator", "egress");

    private static final String DEFAULTS = """
        threads {
          mode = shared
          network { roles = [driver, ingress, registry, coordinator, egress], cpu = "none", idle = backoff }
          core    { roles = [], cpu = "none", idle = backoff }
          workers { count = 1, cpu = "none", idle = backoff }
          backoff { spins = 20, yields = 200, min-park = 20us, max-park = 1ms }
          stall-threshold = 20ms
        }
        affinity { required = false }
        """;

    private PlanConfigs() {
    }

    static Config config(final String overrides) {
        return ConfigFactory.parseString(overrides).withFallback(ConfigFactory.parseString(DEFAULTS)).resolve();
    }

    static ThreadPlanSettings settings(final String overrides) {
        return ThreadPlanSettings.fromConfig(config(overrides));
    }
}
