package io.ringmaster.server.agents;

/** A handler of an in-server agent threw; the message names the agent and the method. Immutable. */
public final class HandlerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HandlerFailedException(final String agentName, final String method, final Throwable cause) {
        super("agent " + agentName + ": " + method + " threw " + cause, cause);
    }
}
