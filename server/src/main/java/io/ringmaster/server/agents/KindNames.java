package io.ringmaster.server.agents;

/**
 * Names of task kinds by the id that ingress gave them.
 * <p>
 * Threading: callable from any thread.
 */
@FunctionalInterface
public interface KindNames {
    /**
     * Name of a kind.
     *
     * @param kindId as carried by an offer.
     * @return its name; empty for an id without one.
     */
    String name(int kindId);
}
