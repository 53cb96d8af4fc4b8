package io.ringmaster.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * The attributes that records may have, as the configuration declares them. Only declared attributes are indexed; anything else
 * that an owner wants to tell goes into the opaque metadata.
 * <p>
 * Threading: immutable.
 */
public final class AttributeSchema {
    /** Most attributes. */
    public static final int MAX_ATTRIBUTES = 8;
    /** Longest name of an attribute in bytes. */
    public static final int MAX_NAME_LENGTH = 64;
    /** No attributes. */
    public static final AttributeSchema NONE = new AttributeSchema(List.of());

    private final List<Attribute> attributes;
    private final byte[][] names;

    private AttributeSchema(final List<Attribute> attributes) {
        this.attributes = attributes;
        names = new byte[attributes.size()][];
        for (int i = 0; i < names.length; i++) {
            names[i] = attributes.get(i).name().getBytes(StandardCharsets.US_ASCII);
        }
    }

    /**
     * Attributes with the indexes 0, 1, ... in the order of the list.
     *
     * @param attributes up to {@link #MAX_ATTRIBUTES}, each with another name.
     * @return schema.
     * @throws IllegalArgumentException for too many attributes, or two of the same name.
     */
    public static AttributeSchema of(final List<Attribute> attributes) {
        if (attributes.size() > MAX_ATTRIBUTES) {
            throw new IllegalArgumentException(
                "attributes: " + attributes.size() + " are declared, the bound is " + MAX_ATTRIBUTES);
        }
        for (int i = 0; i < attributes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (attributes.get(i).name().equals(attributes.get(j).name())) {
                    throw new IllegalArgumentException("attribute name=" + attributes.get(i).name() + " is declared twice");
                }
            }
        }
        return attributes.isEmpty() ? NONE : new AttributeSchema(List.copyOf(attributes));
    }

    /**
     * Number of attributes.
     *
     * @return 0 to {@link #MAX_ATTRIBUTES}.
     */
    public int size() {
        return names.length;
    }

    /**
     * An attribute.
     *
     * @param index 0 to {@link #size()} - 1.
     * @return as declared.
     */
    public Attribute get(final int index) {
        return attributes.get(index);
    }

    /**
     * Index of an attribute.
     *
     * @param name to look for.
     * @return index, or -1.
     */
    public int indexOf(final String name) {
        for (int i = 0; i < names.length; i++) {
            if (attributes.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Index of an attribute.
     *
     * @param buffer with the name.
     * @param offset where it starts.
     * @param length in bytes.
     * @return index, or -1.
     */
    public int indexOf(final DirectBuffer buffer, final int offset, final int length) {
        for (int i = 0; i < names.length; i++) {
            if (isName(names[i], buffer, offset, length)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isName(final byte[] name, final DirectBuffer buffer, final int offset, final int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Name of an attribute as bytes; not to be changed. */
    byte[] nameBytes(final int index) {
        return names[index];
    }

    /** Mask with a bit for each attribute. */
    int mask() {
        return (1 << names.length) - 1;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof AttributeSchema schema && attributes.equals(schema.attributes);
    }

    @Override
    public int hashCode() {
        return attributes.hashCode();
    }

    @Override
    public String toString() {
        return "AttributeSchema" + attributes;
    }

    /** What the values of an attribute are. */
    public enum Type {
        /** A name: compared for equality only. */
        KEYWORD,
        /** A 64-bit integer: compared for equality and order. */
        INTEGER
    }

    /**
     * An attribute.
     *
     * @param name 1 to {@link #MAX_NAME_LENGTH} bytes of {@code [A-Za-z0-9._:/-]}.
     * @param type of its values.
     */
    public record Attribute(String name, Type type) {
        /**
         * Checks the name.
         *
         * @throws IllegalArgumentException for a name that is none.
         */
        public Attribute {
            if (!name.matches("[A-Za-z0-9._:/-]{1," + MAX_NAME_LENGTH + "}")) {
                throw new IllegalArgumentException(
                    "attribute name=" + name + " must be 1 to " + MAX_NAME_LENGTH + " characters of [A-Za-z0-9._:/-]");
            }
            if (type == null) {
                throw new IllegalArgumentException("attribute name=" + name + " needs a type");
            }
        }
    }
}
