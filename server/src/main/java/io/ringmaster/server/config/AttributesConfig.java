package io.ringmaster.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.ringmaster.registry.AttributeSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The attributes that records may have: keys {@code ringmaster.registry.attributes} and {@code ringmaster.registry.max-keywords}.
 * <p>
 * Threading: immutable.
 *
 * @param schema      what is declared, in the order of the list.
 * @param maxKeywords most values of all attributes of the type keyword together.
 */
public record AttributesConfig(AttributeSchema schema, int maxKeywords) {
    /** The key of the declared attributes. */
    public static final String KEY = RegistryConfig.KEY + ".attributes";
    /** The key of the bound. */
    public static final String MAX_KEYWORDS_KEY = RegistryConfig.KEY + ".max-keywords";
    /** Most keyword values that can be configured. */
    public static final int MAX_KEYWORDS = 1 << 16;

    private static final String FORM = "must be a list of blocks { name, type }, type keyword or integer";

    /**
     * Checks the bound.
     *
     * @throws ConfigException if it is out of its bounds.
     */
    public AttributesConfig {
        Bounds.within(MAX_KEYWORDS_KEY, maxKeywords, 1, MAX_KEYWORDS);
    }

    static AttributesConfig read(final Config config, final int maxKeywords) {
        final ConfigValue value = config.getValue(KEY);
        if (value.valueType() != ConfigValueType.LIST) {
            throw new ConfigException(KEY, "= " + value.unwrapped() + " " + FORM);
        }
        final List<AttributeSchema.Attribute> attributes = new ArrayList<>();
        for (final ConfigValue entry : (ConfigList)value) {
            attributes.add(attribute(entry, attributes.size()));
        }
        try {
            return new AttributesConfig(AttributeSchema.of(attributes), maxKeywords);
        } catch (final IllegalArgumentException ex) {
            throw new ConfigException(KEY, "= ...: " + ex.getMessage(), "", ex);
        }
    }

    private static AttributeSchema.Attribute attribute(final ConfigValue entry, final int index) {
        final String where = "entry " + index + " = " + entry.render(ConfigRenderOptions.concise()) + ": ";
        if (entry.valueType() != ConfigValueType.OBJECT || !((ConfigObject)entry).keySet().equals(Set.of("name", "type"))) {
            throw new ConfigException(KEY, where + FORM);
        }
        final String name = String.valueOf(((ConfigObject)entry).get("name").unwrapped());
        final String type = String.valueOf(((ConfigObject)entry).get("type").unwrapped());
        for (final AttributeSchema.Type each : AttributeSchema.Type.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(type)) {
                try {
                    return new AttributeSchema.Attribute(name, each);
                } catch (final IllegalArgumentException ex) {
                    throw new ConfigException(KEY, where + ex.getMessage(), "", ex);
                }
            }
        }
        throw new ConfigException(KEY, where + "type = " + type + " must be keyword or integer");
    }
}
