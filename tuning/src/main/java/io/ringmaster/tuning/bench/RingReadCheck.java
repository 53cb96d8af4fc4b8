package io.ringmaster.tuning.bench;

import io.ringmaster.ring.CommandHandler;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.RingSettings;
import org.HdrHistogram.Histogram;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Requirement R87: reads under a mix with writes, once as the registry does them (the reader copies the record itself), once by the
 * <i>comparison mode</i>, in which a read goes through the command ring to the writer's thread and its answer comes back, as a
 * process that owns its table would do it. Writes go through the ring in both. Only reads are timed. The comparison mode exists here
 * alone; nothing of it is in the server.
 * <p>
 * Threading: {@link #run} starts a writer and some clients and waits for them; the registry belongs to the writer.
 */
final class RingReadCheck {
    private static final int WRITE = 0;
    private static final int READ = 1;
    /** Command: what, client (int32 each), number of the record, content (int64 each). */
    private static final int COMMAND_LENGTH = 24;
    private static final int SLOTS = 1024;
    /** A client has one answer under way, in a cache line of its own. */
    private static final int LINE = 16;
    private static final int ANSWER = 0;
    private static final int READY = 1;
    private static final long MAX_NS = 10_000_000_000L;

    private final int entries;
    private final int clients;
    private final int writePercent;
    private final RingmasterMap map;
    private final CommandRing ring;
    private final AtomicLongArray answers;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isOver;

    /** Latencies of the reads of one run, and operations of both kinds. */
    record Result(Histogram reads, long writes) {
    }

    RingReadCheck(final int entries, final int clients, final int writePercent) {
        this.entries = entries;
        this.clients = clients;
        this.writePercent = writePercent;
        map = new RingmasterMap(entries, 1);
        ring = new CommandRing(new RingSettings("comparison", SLOTS, 64, 0), failure::set);
        answers = new AtomicLongArray(clients * LINE);
        final RecordMap.Writer writer = map.writer();
        for (int i = 0; i < entries; i++) {
            writer.put(i, FilledMap.content(i));
        }
        map.partitions()[0].releaseWriter();
    }

    /**
     * One run.
     *
     * @param throughRing the comparison mode.
     * @param durationNs  of it.
     * @return reads of all clients together.
     * @throws InterruptedException if this thread is interrupted.
     */
    Result run(final boolean throughRing, final long durationNs) throws InterruptedException {
        isOver = false;
        final CountDownLatch clientsDone = new CountDownLatch(clients);
        final List<Client> all = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            final Client client = new Client(i, throughRing);
            all.add(client);
            threads.add(start("client-" + i, () -> {
                try {
                    client.run(System.nanoTime() + durationNs);
                } finally {
                    clientsDone.countDown();
                }
            }));
        }
        final Thread writer = start("writer", this::write);
        clientsDone.await();
        isOver = true;
        writer.join();
        for (final Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a thread of the comparison failed", failure.get());
        }
        final Histogram reads = new Histogram(1, MAX_NS, 3);
        long writes = 0;
        for (final Client client : all) {
            reads.add(client.reads);
            writes += client.writes;
        }
        return new Result(reads, writes);
    }

    private Thread start(final String name, final Runnable work) {
        final Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((failed, throwable) -> failure.compareAndSet(null, throwable));
        thread.start();
        return thread;
    }

    private void write() {
        final CommandHandler handler = new Commands();
        while (!isOver && failure.get() == null) {
            if (ring.poll(handler, SLOTS) == 0) {
                Thread.yield();
            }
        }
        map.partitions()[0].releaseWriter();
    }

    /** What the writer's thread does with a command. */
    private final class Commands implements CommandHandler {
        private final RecordMap.Writer writer = map.writer();
        private final RecordMap.Reader reader = map.reader();

        @Override
        public void onCommand(final MutableDirectBuffer buffer, final int offset, final int length, final long enqueuedNs) {
            final int number = (int) buffer.getLong(offset + 8);
            long answer = 0;
            if (buffer.getInt(offset) == READ) {
                answer = reader.get(number);
            } else {
                writer.put(number, buffer.getLong(offset + 16));
            }
            final int line = buffer.getInt(offset + 4) * LINE;
            answers.setPlain(line + ANSWER, answer);
            answers.setRelease(line + READY, 1);
        }
    }

    /** One client: an operation at a time. */
    private final class Client {
        private final Histogram reads = new Histogram(1, MAX_NS, 3);
        private final UnsafeBuffer command = new UnsafeBuffer(new byte[COMMAND_LENGTH]);
        private final int line;
        private final boolean throughRing;
        private final RecordMap.Reader reader;
        private final RandomIndex random;
        private int debt;
        private long writes;

        Client(final int index, final boolean throughRing) {
            this.line = index * LINE;
            this.throughRing = throughRing;
            reader = map.reader();
            random = new RandomIndex(entries, index + 1L);
            command.putInt(4, index);
        }

        void run(final long deadlineNs) {
            long beginNs = System.nanoTime();
            while (beginNs - deadlineNs < 0 && failure.get() == null) {
                final int number = random.next();
                debt += writePercent;
                final boolean isWrite = debt >= 100;
                debt -= isWrite ? 100 : 0;
                final long answer = isWrite ? send(WRITE, number) : throughRing ? send(READ, number) : reader.get(number);
                final long endNs = System.nanoTime();
                if (isWrite) {
                    writes++;
                } else {
                    reads.recordValue(Math.min(endNs - beginNs, MAX_NS));
                    if (answer <= FilledMap.content(number)) {
                        throw new IllegalStateException("record " + number + " was read as " + answer);
                    }
                }
                beginNs = endNs;
            }
        }

        /** Waits for the answer by yielding: on two cores a spinning client would keep the writer from running. */
        private long send(final int what, final int number) {
            command.putInt(0, what);
            command.putLong(8, number);
            command.putLong(16, FilledMap.content(number));
            answers.setPlain(line + READY, 0);
            while (ring.offer(command, 0, COMMAND_LENGTH, false, System.nanoTime()) < 0) {
                Thread.yield();
            }
            while (answers.getAcquire(line + READY) == 0) {
                if (failure.get() != null) {
                    return RecordMap.NONE;
                }
                Thread.yield();
            }
            return answers.getPlain(line + ANSWER);
        }
    }
}
