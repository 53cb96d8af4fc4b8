package io.ringmaster.server.config;

/**
 * Watches: keys {@code ringmaster.watch.*}.
 * <p>
 * Threading: immutable.
 *
 * @param max             watches of all sessions together.
 * @param maxPerSession watches of one session; 0: a quarter of {@code max}, at least one.
 * @param windowLength    bytes of events that may be under way to a watcher that names no window.
 * @param maxWindowLength the same for one that names it, at most.
 * @param backlogLength   bytes of changes that wait for watchers, of all of them together; a power of two.
 */
public record WatchSettings(int max, int maxPerSession, int windowLength, int maxWindowLength, int backlogLength) {
    /** The configuration block. */
    public static final String KEY = "ringmaster.watch";
    /** Smallest window. */
    public static final int MIN_WINDOW_LENGTH = 4096;
    private static final int SHARE = 4;

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public WatchSettings {
        Bounds.within(KEY + ".max", max, 1, 1024);
        Bounds.within(KEY + ".max-per-session", maxPerSession, 0, max);
        Bounds.bytesWithin(KEY + ".max-window-bytes", maxWindowLength, MIN_WINDOW_LENGTH, 64 << 20);
        Bounds.bytesWithin(KEY + ".window-bytes", windowLength, MIN_WINDOW_LENGTH, maxWindowLength);
        Bounds.bytesWithin(KEY + ".backlog-bytes", backlogLength, 64 * 1024, 1 << 30);
        Bounds.powerOfTwo(KEY + ".backlog-bytes", backlogLength);
        if (maxPerSession == 0) {
            maxPerSession = Math.max(1, max / SHARE);
        }
    }
}
