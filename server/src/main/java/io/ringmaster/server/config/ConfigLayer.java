package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;

/**
 * One source of values.
 * <p>
 * Threading: immutable.
 *
 * @param kind   of source.
 * @param label  how its values' origin is shown; for a file only where the value has no line.
 * @param config its values, resolved.
 */
record ConfigLayer(Kind kind, String label, Config config) {
    String where(final ConfigValue value) {
        final ConfigOrigin origin = value.origin();
        if (kind == Kind.FILE) {
            return (origin.filename() == null ? label : origin.filename()) + (origin.lineNumber() > 0 ? ":" +
                origin.lineNumber() : "");
        }
        return label;
    }

    enum Kind {
        DEFAULTS, PROFILE, FILE, SET
    }
}
