package io.ringmaster.server.agents;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names of task kinds that ingress publishes for the workers. A name is published before the first command that carries
 * its id, so a worker never sees an id without its name.
 * <p>
 * Threading: single writer = ingress; readers any thread.
 */
public final class KindTable implements KindNames {
    private final AtomicReferenceArray<String> names;

    /**
     * An empty table.
     *
     * @param capacity ids 0 to capacity - 1 can be published.
     */
    public KindTable(final int capacity) {
        names = new AtomicReferenceArray<>(capacity);
    }

    /**
     * Publishes a name.
     *
     * @param kindId its id.
     * @param name   of the kind.
     * @throws IndexOutOfBoundsException if the id is outside the table.
     */
    public void publish(final int kindId, final String name) {
        names.setRelease(kindId, name);
    }

    @Override
    public String name(final int kindId) {
        if (kindId < 0 || kindId >= names.length()) {
            return "";
        }
        final String name = names.getAcquire(kindId);
        return name == null ? "" : name;
    }
}
