package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Typed reads of the merged configuration; a value of the wrong type is a {@link ConfigException} with key and value.
 * <p>
 * Threading: immutable.
 */
final class SettingsReader {
    private final Config config;

    SettingsReader(final Config config) {
        this.config = config;
    }

    String text(final String key) {
        final ConfigValue value = value(key);
        if (value.valueType() == ConfigValueType.LIST) {
            throw wrong(key, "must be a text");
        }
        return String.valueOf(value.unwrapped());
    }

    int integer(final String key) {
        final String text = text(key);
        if (!text.matches("[+-]?\\d{1,18}")) {
            throw wrong(key, "must be a whole number");
        }
        return toInt(key, Long.parseLong(text));
    }

    boolean bool(final String key) {
        return switch (text(key)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw wrong(key, "must be true or false");
        };
    }

    long bytes(final String key) {
        text(key);
        try {
            return config.getBytes(key);
        } catch (final com.typesafe.config.ConfigException | IllegalArgumentException ex) {
            throw wrong(key, "must be a size such as 4096, 128KiB or 16MiB");
        }
    }

    int bytesAsInt(final String key) {
        return toInt(key, bytes(key));
    }

    long durationNs(final String key) {
        if (text(key).matches("-?[1-9]\\d*(\\.\\d+)?")) {
            throw wrong(key, "must have a unit, such as 20us, 500ms or 5s");
        }
        try {
            return config.getDuration(key, TimeUnit.NANOSECONDS);
        } catch (final com.typesafe.config.ConfigException | ArithmeticException ex) {
            throw wrong(key, "must be a duration such as 20us, 500ms or 5s");
        }
    }

    <E extends Enum<E>> E constant(final String key, final Class<E> type) {
        final String text = text(key);
        final List<String> names = new ArrayList<>();
        for (final E constant : type.getEnumConstants()) {
            final String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        throw wrong(key, "must be one of " + String.join(", ", names));
    }

    private ConfigException wrong(final String key, final String rule) {
        return new ConfigException(key, "= " + value(key).render(ConfigRenderOptions.concise()) + " " + rule);
    }

    private ConfigValue value(final String key) {
        try {
            return config.getValue(key);
        } catch (final com.typesafe.config.ConfigException ex) {
            throw new ConfigException(key, "is missing", "", ex);
        }
    }

    private int toInt(final String key, final long value) {
        if (value != (int)value) {
            throw wrong(key, "must be at most " + Integer.MAX_VALUE);
        }
        return (int)value;
    }
}
