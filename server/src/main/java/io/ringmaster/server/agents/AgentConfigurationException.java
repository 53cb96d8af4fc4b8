package io.ringmaster.server.agents;

/** The configured in-server agents cannot be built: the message names the agent and what is wrong with it. Immutable. */
public final class AgentConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message only.
     *
     * @param message for the operator.
     */
    public AgentConfigurationException(final String message) {
        super(message);
    }

    /**
     * With the failure behind it.
     *
     * @param message for the operator.
     * @param cause   of the failure.
     */
    public AgentConfigurationException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
