package io.ringmaster.registry.store;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;

/**
 * A second mapping of the map's file, to write its changed pages to the disk through. It touches no page itself, so it takes address
 * space and no memory; the kernel finds the pages that Chronicle's mapping has changed, since both share them.
 * <p>
 * Threading: one thread at a time.
 */
final class MapPages implements AutoCloseable {
    /** A power of two, so that windows begin where pages do. */
    private static final int WINDOW_BITS = 30;
    private static final long WINDOW_LENGTH = 1L << WINDOW_BITS;

    private final MappedByteBuffer[] windows;
    private final long length;

    private MapPages(final MappedByteBuffer[] windows, final long length) {
        this.windows = windows;
        this.length = length;
    }

    static MapPages open(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final long length = channel.size();
            final MappedByteBuffer[] windows = new MappedByteBuffer[(int) ((length + WINDOW_LENGTH - 1) >> WINDOW_BITS)];
            final MapPages pages = new MapPages(windows, length);
            boolean mapped = false;
            try {
                for (int i = 0; i < windows.length; i++) {
                    final long start = (long) i << WINDOW_BITS;
                    windows[i] = channel.map(FileChannel.MapMode.READ_WRITE, start, Math.min(WINDOW_LENGTH, length - start));
                }
                mapped = true;
                return pages;
            } finally {
                if (!mapped) {
                    pages.close();
                }
            }
        }
    }

    /** Writes the changed pages of {@code [from, to)} and waits for the disk. */
    void writeBack(final long from, final long to) {
        if (from < 0 || to < from || to > length) {
            throw new IllegalArgumentException("from=" + from + ", to=" + to + " must be within the file's " + length + " bytes");
        }
        long position = from;
        while (position < to) {
            final MappedByteBuffer window = windows[(int) (position >> WINDOW_BITS)];
            final int index = (int) (position & WINDOW_LENGTH - 1);
            final int count = (int) Math.min(window.capacity() - index, to - position);
            window.force(index, count);
            position += count;
        }
    }

    @Override
    public void close() {
        for (final MappedByteBuffer window : windows) {
            BufferUtil.free(window);
        }
    }
}
