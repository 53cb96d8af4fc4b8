package io.ringmaster.registry.store;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;

/**
 * Writes changed pages of the map's file to the disk: as a {@link FileRange}, and where there is none through a second mapping of the
 * file. That touches no page itself, so it takes address space and no memory. Either way the kernel finds the pages that Chronicle's
 * mapping has changed, since all share them.
 * <p>
 * Threading: one thread at a time.
 */
final class MapPages implements AutoCloseable {
    /** A power of two, so that windows begin where pages do. */
    private static final int WINDOW_BITS = 30;
    private static final long WINDOW_LENGTH = 1L << WINDOW_BITS;

    private final FileRange range;
    private final MappedByteBuffer[] windows;
    private final long length;

    private MapPages(final FileRange range, final MappedByteBuffer[] windows, final long length) {
        this.range = range;
        this.windows = windows;
        this.length = length;
    }

    static MapPages open(final Path file) throws IOException {
        final long length = Files.size(file);
        final FileRange range = FileRange.open(file);
        return range == null ? openMapped(file) : new MapPages(range, new MappedByteBuffer[0], length);
    }

    /** As where there is no {@link FileRange}. */
    static MapPages openMapped(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final long length = channel.size();
            final MappedByteBuffer[] windows = new MappedByteBuffer[(int) ((length + WINDOW_LENGTH - 1) >> WINDOW_BITS)];
            final MapPages pages = new MapPages(null, windows, length);
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
        if (range == null) {
            force(from, to);
        } else {
            range.write(from, to - from);
        }
    }

    private void force(final long from, final long to) {
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
        if (range != null) {
            range.close();
        }
        for (final MappedByteBuffer window : windows) {
            BufferUtil.free(window);
        }
    }
}
