package io.ringmaster.registry.store;

import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.onoes.ExceptionHandler;
import net.openhft.chronicle.core.onoes.NullExceptionHandler;
import net.openhft.chronicle.core.onoes.Slf4jExceptionHandler;

/**
 * What has to be settled before the first class of Chronicle is touched: no telemetry, no chatter.
 * <p>
 * Threading: thread-safe (class initialisation).
 */
final class Chronicle {
    private static final String ANALYTICS = "chronicle.analytics.disable";

    static {
        System.setProperty(ANALYTICS, "true");
        System.setProperty("chronicle.announcer.disable", "true");
        // Its warnings (recovery is one) are told by our own report; its errors go to SLF4J, which is its default.
        final ExceptionHandler silent = NullExceptionHandler.NOTHING;
        Jvm.setExceptionHandlers(Slf4jExceptionHandler.ERROR, silent, silent, silent);
    }

    private Chronicle() {
    }

    /** Settles it. */
    static void prepare() {
        if (!Boolean.getBoolean(ANALYTICS)) {
            throw new IllegalStateException(ANALYTICS + " was changed to " + System.getProperty(ANALYTICS));
        }
    }

    /**
     * Version of Chronicle Map.
     *
     * @return version, or {@code unknown} if its jar does not say.
     */
    static String version() {
        prepare();
        return net.openhft.chronicle.hash.impl.util.BuildVersion.version();
    }
}
