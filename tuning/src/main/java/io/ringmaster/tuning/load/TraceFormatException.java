package io.ringmaster.tuning.load;

import java.nio.file.Path;

/** A trace file that is not one: the message names file, line and what is wrong. */
final class TraceFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TraceFormatException(final Path file, final long line, final String problem) {
        super(file + ", line " + line + ": " + problem);
    }
}
