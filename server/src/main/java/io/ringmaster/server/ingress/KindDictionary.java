package io.ringmaster.server.ingress;

import io.ringmaster.registry.index.NameDictionary;
import java.util.Objects;

/**
 * Gives task kinds the ids 1 to 255; id 0 is the unnamed kind, and stands for every name that comes when all ids are taken.
 * Ids are never given back.
 * <p>
 * Threading: confined to the network thread.
 */
public final class KindDictionary {
    /** Number of ids, 0 included. */
    public static final int MAX_KINDS = 256;
    /** The unnamed kind. */
    public static final int UNNAMED = 0;

    private final NameDictionary names = new NameDictionary(MAX_KINDS - 1);
    private final KindListener listener;

    /** Hears of new kinds before any command carries their ids. */
    @FunctionalInterface
    public interface KindListener {
        /**
         * A new kind.
         *
         * @param kindId from 1.
         * @param name   of it.
         */
        void onKind(int kindId, String name);
    }

    /**
     * An empty dictionary.
     *
     * @param listener told of each new kind, on the network thread.
     */
    public KindDictionary(final KindListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Id of a valid or an empty name; a new name gets one. */
    int idOf(final ByteRange name) {
        if (name.length == 0) {
            return UNNAMED;
        }
        final int before = names.size();
        final int id = names.intern(name.buffer, name.offset, name.length);
        if (id < 0) {
            return UNNAMED;
        }
        if (names.size() > before) {
            listener.onKind(id + 1, names.name(id));
        }
        return id + 1;
    }
}
