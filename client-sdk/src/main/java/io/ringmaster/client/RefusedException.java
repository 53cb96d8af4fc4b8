package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * The server, or this client's own bound, refused a request.
 * <p>
 * Threading: immutable.
 */
public final class RefusedException extends RingmasterException {
    private static final long serialVersionUID = 1L;

    private final ResultCode code;
    private final int retryAfterMs;

    /**
     * A refusal.
     *
     * @param code         why.
     * @param retryAfterMs when it is worth trying again, in milliseconds; 0 where that is not known.
     * @param text         for the user.
     */
    public RefusedException(final ResultCode code, final int retryAfterMs, final String text) {
        super(code + (text.isEmpty() ? "" : ": " + text) + (retryAfterMs > 0 ? " (retry after " + retryAfterMs + " ms)" : ""));
        this.code = code;
        this.retryAfterMs = retryAfterMs;
    }

    /**
     * Why it was refused.
     *
     * @return the code.
     */
    public ResultCode code() {
        return code;
    }

    /**
     * When it is worth trying again.
     *
     * @return milliseconds from the refusal; 0 where that is not known.
     */
    public int retryAfterMs() {
        return retryAfterMs;
    }
}
