package io.ringmaster.server;

import io.ringmaster.server.agents.KindNames;
import io.ringmaster.server.ingress.KindDictionary;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * Names of task kinds as bytes, encoded once each.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class KindBytes implements IntFunction<byte[]> {
    private final KindNames names;
    private final byte[][] bytes = new byte[KindDictionary.MAX_KINDS][];

    KindBytes(final KindNames names) {
        this.names = names;
    }

    @Override
    public byte[] apply(final int kindId) {
        byte[] name = bytes[kindId];
        if (name == null) {
            name = names.name(kindId).getBytes(StandardCharsets.US_ASCII);
            bytes[kindId] = name;
        }
        return name;
    }
}
