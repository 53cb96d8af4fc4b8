package io.ringmaster.tuning.load;

/**
 * The same kinds of operations in turn.
 * <p>
 * Threading: confined to the generator.
 */
final class FixedKinds implements RegistryWorkload.KindSource {
    private final int[] kinds;
    private int next;

    FixedKinds(final int... kinds) {
        this.kinds = kinds;
    }

    @Override
    public int kind() {
        return kinds[next];
    }

    @Override
    public void advance() {
        next = next + 1 == kinds.length ? 0 : next + 1;
    }
}
