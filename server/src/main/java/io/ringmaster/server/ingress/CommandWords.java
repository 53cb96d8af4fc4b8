package io.ringmaster.server.ingress;

import io.ringmaster.registry.AttributeValues;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.AttributeWordsDecoder;
import io.ringmaster.server.codec.AttributeWordsEncoder;
import io.ringmaster.server.codec.CapabilityWordsDecoder;
import io.ringmaster.server.codec.CapabilityWordsEncoder;

/**
 * Sets of capabilities and values of attributes as they travel in commands.
 * <p>
 * Threading: immutable.
 */
public final class CommandWords {
    private CommandWords() {
    }

    /**
     * Writes a set of capabilities.
     *
     * @param set     of ids.
     * @param encoder of a command.
     */
    public static void put(final CapabilitySet set, final CapabilityWordsEncoder encoder) {
        encoder.w0(set.word(0)).w1(set.word(1)).w2(set.word(2)).w3(set.word(3));
    }

    /**
     * Reads a set of capabilities.
     *
     * @param decoder of a command.
     * @param out     gets the ids.
     */
    public static void get(final CapabilityWordsDecoder decoder, final CapabilitySet out) {
        out.words(decoder.w0(), decoder.w1(), decoder.w2(), decoder.w3());
    }

    /**
     * Writes values of attributes.
     *
     * @param values  of declared attributes; what is not there is written as 0.
     * @param encoder of a command.
     */
    public static void put(final AttributeValues values, final AttributeWordsEncoder encoder) {
        encoder.present((short) values.present())
            .v0(value(values, 0))
            .v1(value(values, 1))
            .v2(value(values, 2))
            .v3(value(values, 3))
            .v4(value(values, 4))
            .v5(value(values, 5))
            .v6(value(values, 6))
            .v7(value(values, 7));
    }

    private static long value(final AttributeValues values, final int index) {
        return values.has(index) ? values.get(index) : 0;
    }

    /**
     * Reads values of attributes.
     *
     * @param decoder of a command.
     * @param out     gets the values.
     */
    public static void get(final AttributeWordsDecoder decoder, final AttributeValues out) {
        out.clear();
        for (int rest = decoder.present(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            out.set(index, value(decoder, index));
        }
    }

    private static long value(final AttributeWordsDecoder decoder, final int index) {
        return switch (index) {
            case 0 -> decoder.v0();
            case 1 -> decoder.v1();
            case 2 -> decoder.v2();
            case 3 -> decoder.v3();
            case 4 -> decoder.v4();
            case 5 -> decoder.v5();
            case 6 -> decoder.v6();
            default -> decoder.v7();
        };
    }
}
