package io.ringmaster.registry.store;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.SplittableRandom;

/**
 * Program of the child that {@link StoreKillTest} kills: puts, overwrites and removes at full speed, and says on standard output what it
 * is going to do and that it is done. Arguments: directory, entries, seed, first version.
 */
final class KilledWriter {
    /** Type int64 (see below), incarnation int64, version int64. */
    static final int MESSAGE_LENGTH = 24;
    static final long OPENED = 1;
    static final long WILL_PUT = 2;
    static final long WILL_REMOVE = 3;
    static final long DONE = 4;

    private static final int KEYS = 300;
    private static final int[] LENGTHS = {0, 10, 60, 140, 150, 160, 400, 900, 1500, 4000};

    private KilledWriter() {
    }

    static List<String> command(
        final Path directory, final int entries, final long seed, final long firstVersion, final String... options) {
        final List<String> command = StoreChild.command(options);
        command.addAll(List.of(KilledWriter.class.getName(), directory.toString(), Integer.toString(entries), Long.toString(seed),
            Long.toString(firstVersion)));
        return command;
    }

    public static void main(final String[] args) throws IOException {
        final Path directory = Path.of(args[0]);
        final RandomGenerator random = new SplittableRandom(Long.parseLong(args[2]));
        long version = Long.parseLong(args[3]);
        final StoreTestSupport support = new StoreTestSupport();
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(directory, Integer.parseInt(args[1])));
            FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            final TreeMap<Long, Long> contents = StoreTestSupport.contents(store);
            final List<Long> live = new ArrayList<>(contents.keySet());
            long next = live.isEmpty() ? 1 : contents.lastKey() + 1;
            say(out, OPENED, live.size(), store.report().redone());
            while (true) {
                final int choice = live.size() < KEYS / 2 ? 0 : random.nextInt(100);
                if (live.size() < KEYS && choice < 15) {
                    put(out, support, store, random, next, version++);
                    live.add(next++);
                } else if (choice < 30) {
                    final long incarnation = live.remove(random.nextInt(live.size()));
                    say(out, WILL_REMOVE, incarnation, 0);
                    check(store.remove(incarnation));
                    say(out, DONE, incarnation, 0);
                } else {
                    put(out, support, store, random, live.get(random.nextInt(live.size())), version++);
                }
            }
        }
    }

    private static void put(
        final FileOutputStream out, final StoreTestSupport support, final ChronicleStore store, final RandomGenerator random,
        final long incarnation, final long version) throws IOException {
        final int length = support.encode("agent-" + incarnation, version, Math.min(LENGTHS[random.nextInt(LENGTHS.length)], 3900));
        say(out, WILL_PUT, incarnation, version);
        check(store.put(incarnation, support.buffer(), 0, length) == DurableStore.PutResult.STORED);
        say(out, DONE, incarnation, version);
    }

    private static void check(final boolean done) {
        if (!done) {
            throw new AssertionError("store refused");
        }
    }

    private static void say(final FileOutputStream out, final long type, final long incarnation, final long version)
        throws IOException {
        out.write(ByteBuffer.allocate(MESSAGE_LENGTH).putLong(type).putLong(incarnation).putLong(version).array());
    }
}
