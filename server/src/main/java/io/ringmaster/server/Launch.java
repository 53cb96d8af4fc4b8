package io.ringmaster.server;

import java.util.ArrayDeque;
import org.agrona.CloseHelper;

/** Closes what a failed launch has opened so far, newest first. Threading: confined to the launching thread. */
final class Launch {
    private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
    private boolean done;

    <T extends AutoCloseable> T track(final T closeable) {
        opened.push(closeable);
        return closeable;
    }

    void done() {
        done = true;
    }

    void closeUnlessDone() {
        if (!done) {
            CloseHelper.quietCloseAll(opened);
        }
    }
}
