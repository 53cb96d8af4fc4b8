package io.ringmaster.server.ingress;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeValues;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Capabilities and attributes of records as texts for the wire. What is longer than a field takes loses its last names.
 * <p>
 * Threading: confined to the thread that uses it. The dictionaries belong to ingress; ids that came to another thread through a
 * ring are never forgotten there.
 */
public final class RecordTexts {
    private static final int MAX_LENGTH = 1024;

    private final CapabilityDictionary capabilities;
    private final AttributeDictionary attributes;
    private final CapabilitySet shownCapabilities = new CapabilitySet();
    private final AttributeValues shownAttributes = new AttributeValues();
    private final UnsafeBuffer capabilityText = new UnsafeBuffer(new byte[MAX_LENGTH]);
    private final UnsafeBuffer attributeText = new UnsafeBuffer(new byte[MAX_LENGTH]);

    /**
     * Texts of records.
     *
     * @param capabilities names of capabilities; read only.
     * @param attributes   names and keywords of attributes; read only.
     */
    public RecordTexts(final CapabilityDictionary capabilities, final AttributeDictionary attributes) {
        this.capabilities = capabilities;
        this.attributes = attributes;
    }

    /**
     * The capabilities encoded last.
     *
     * @return from index 0.
     */
    public DirectBuffer capabilities() {
        return capabilityText;
    }

    /**
     * The attributes encoded last.
     *
     * @return from index 0.
     */
    public DirectBuffer attributes() {
        return attributeText;
    }

    /**
     * Writes a set into {@link #capabilities()}.
     *
     * @param set of ids.
     * @return length of the text.
     */
    public int encode(final CapabilitySet set) {
        if (set.isEmpty()) {
            return 0;
        }
        if (capabilities.encodedLength(set) <= MAX_LENGTH) {
            return capabilities.encode(set, capabilityText, 0);
        }
        shownCapabilities.copyFrom(set);
        for (int id = CapabilitySet.MAX_CAPABILITIES - 1; capabilities.encodedLength(shownCapabilities) > MAX_LENGTH; id--) {
            shownCapabilities.remove(id);
        }
        return capabilities.encode(shownCapabilities, capabilityText, 0);
    }

    /**
     * Writes values into {@link #attributes()}.
     *
     * @param values of declared attributes.
     * @return length of the text.
     */
    public int encode(final AttributeValues values) {
        if (values.present() == 0) {
            return 0;
        }
        if (attributes.encodedLength(values) <= MAX_LENGTH) {
            return attributes.encode(values, attributeText, 0);
        }
        shownAttributes.copyFrom(values);
        for (int i = attributes.schema().size() - 1; attributes.encodedLength(shownAttributes) > MAX_LENGTH; i--) {
            shownAttributes.unset(i);
        }
        return attributes.encode(shownAttributes, attributeText, 0);
    }
}
