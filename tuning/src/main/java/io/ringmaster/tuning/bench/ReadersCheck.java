package io.ringmaster.tuning.bench;

import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Many readers beside one writer on a few keys, so that they meet all the time. Metadata is the number of the operation, repeated,
 * and so is its length; what a reader copied is judged by {@link SequenceLedger}.
 * <p>
 * Threading: {@link #run} starts its own threads and waits for them.
 */
final class ReadersCheck {
    private static final byte KIND = 2;
    private static final long SESSION = 1;
    private static final long NOW_NS = 1;
    private static final int MIN_WORDS = 2;
    private static final int WORDS_SPREAD = 12;
    private static final int MAX_WORDS = MIN_WORDS + WORDS_SPREAD;

    private final int keys;
    private final int readers;
    private final RegistryPartition[] partitions;
    private final PartitionRouter router;
    private final SequenceLedger ledger;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /**
     * What came of it.
     *
     * @param reads      of all readers.
     * @param found      of them found a record.
     * @param writes     acknowledged.
     * @param torn       reads of what no operation had written.
     * @param stale      reads of what an acknowledged operation had replaced.
     * @param seconds    that it took.
     */
    record Result(long reads, long found, long writes, long torn, long stale, double seconds) {
        boolean valid() {
            return torn == 0 && stale == 0 && found > 0 && found < reads && writes > 0;
        }
    }

    ReadersCheck(final int keys, final int readers, final int partitionCount) {
        this.keys = keys;
        this.readers = readers;
        this.partitions = new RingmasterMap(Math.max(keys, 64), partitionCount).partitions();
        this.router = new PartitionRouter(partitionCount);
        this.ledger = new SequenceLedger(keys);
    }

    Result run(final long durationNs) {
        final WriterThread writer = new WriterThread();
        final List<ReaderThread> readerThreads = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            readerThreads.add(new ReaderThread(i));
        }
        final long startNs = System.nanoTime();
        writer.start();
        try {
            writer.filled.await();
            readerThreads.forEach(Thread::start);
            Thread.sleep(durationNs / 1_000_000);
            isOver.set(true);
            writer.join();
            for (final ReaderThread reader : readerThreads) {
                reader.join();
            }
        } catch (final InterruptedException ex) {
            isOver.set(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", ex);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        return new Result(
            readerThreads.stream().mapToLong(reader -> reader.reads).sum(),
            readerThreads.stream().mapToLong(reader -> reader.found).sum(),
            writer.writes,
            readerThreads.stream().mapToLong(reader -> reader.torn).sum(),
            readerThreads.stream().mapToLong(reader -> reader.stale).sum(),
            seconds);
    }

    /** Length of the metadata of an operation: it changes, so that blocks of all sizes come and go. */
    static int wordsOf(final long number) {
        return MIN_WORDS + (int) (number * 5 % (WORDS_SPREAD + 1));
    }

    /** The number in the metadata if every word of it and its length agree, otherwise -1. */
    static long numberIn(final RecordView view) {
        final int words = view.metadataLength() / Long.BYTES;
        final long number = view.metadataLength() < Long.BYTES ? -1 : view.buffer().getLong(view.metadataOffset());
        boolean isWhole = number >= 0 && words == wordsOf(number) && words * Long.BYTES == view.metadataLength();
        for (int i = 1; isWhole && i < words; i++) {
            isWhole = view.buffer().getLong(view.metadataOffset() + i * Long.BYTES) == number;
        }
        return isWhole ? number : -1;
    }

    /** The one writer. */
    private final class WriterThread extends Thread {
        private final CountDownLatch filled = new CountDownLatch(1);
        private final UnsafeBuffer key = BenchKeys.newKey();
        private final UnsafeBuffer metadata = new UnsafeBuffer(new byte[MAX_WORDS * Long.BYTES]);
        private final Registration registration = new Registration();
        private long writes;

        WriterThread() {
            super("check-writer");
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < keys; i++) {
                    write(i, 0);
                }
                filled.countDown();
                final SplittableRandom random = new SplittableRandom(1);
                while (!isOver.get()) {
                    final int number = random.nextInt(keys);
                    final long operation = ledger.begin(number);
                    write(number, operation);
                    ledger.acknowledge(number, operation);
                    writes++;
                }
            } catch (final RuntimeException ex) {
                failure.compareAndSet(null, ex);
                isOver.set(true);
            } finally {
                filled.countDown();
            }
        }

        private void write(final int number, final long operation) {
            BenchKeys.set(key, number);
            registration.reset()
                .namespace(key, 0, BenchKeys.NAMESPACE_LENGTH)
                .name(key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH);
            final RegistryPartition partition = partitions[router.partitionOf(registration.keyHash())];
            final int result;
            if (SequenceLedger.isRemoval(operation)) {
                result = partition.unregister(key, 0, BenchKeys.NAMESPACE_LENGTH,
                    key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, SESSION, false, NOW_NS);
            } else {
                final int length = wordsOf(operation) * Long.BYTES;
                for (int i = 0; i < length; i += Long.BYTES) {
                    metadata.putLong(i, operation);
                }
                result = partition.register(
                    registration.metadata(metadata, 0, length).kind(KIND).ownerSession(SESSION), NOW_NS);
            }
            if (result != RegistryResult.OK) {
                throw new IllegalStateException("operation " + operation + " on record " + number + " got result " + result);
            }
        }
    }

    /** One of the readers. */
    private final class ReaderThread extends Thread {
        private final int index;
        private final UnsafeBuffer key = BenchKeys.newKey();
        private long reads;
        private long found;
        private long torn;
        private long stale;

        ReaderThread(final int index) {
            super("check-reader-" + index);
            this.index = index;
        }

        @Override
        public void run() {
            final RegistryReader reader = RegistryReader.of(partitions);
            final RecordView view = new RecordView(partitions[0].settings());
            final RandomIndex random = new RandomIndex(keys, index + 2L);
            while (!isOver.get()) {
                final int number = random.next();
                BenchKeys.set(key, number);
                final long doneBefore = ledger.done(number);
                final boolean isFound = reader.lookup(key, 0, BenchKeys.NAMESPACE_LENGTH,
                    key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, NOW_NS, view);
                final long begunAfter = ledger.begun(number);
                count(isFound, isFound
                    ? SequenceLedger.judgeFound(numberIn(view), doneBefore, begunAfter)
                    : SequenceLedger.judgeMissing(doneBefore, begunAfter));
            }
        }

        private void count(final boolean isFound, final SequenceLedger.Verdict verdict) {
            reads++;
            found += isFound ? 1 : 0;
            torn += verdict == SequenceLedger.Verdict.TORN ? 1 : 0;
            stale += verdict == SequenceLedger.Verdict.STALE ? 1 : 0;
        }
    }
}
