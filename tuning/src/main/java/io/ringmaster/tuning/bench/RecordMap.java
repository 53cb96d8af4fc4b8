package io.ringmaster.tuning.bench;

/**
 * What the benchmarks ask of a registry and of the two maps that it is compared with. Records are named by their number
 * ({@link BenchKeys}).
 * <p>
 * Threading: see the readers and writers.
 */
interface RecordMap extends AutoCloseable {
    /** Answer of a reader when there is no record. */
    long NONE = -1;

    /** A reader for one thread. */
    Reader reader();

    /** A writer for one thread. Where the map allows one writer only, so does this. */
    Writer writer();

    @Override
    void close();

    /** Reads. Confined to one thread. */
    interface Reader {
        /**
         * Finds a record and reads its version and the first word of its metadata.
         *
         * @param number of the record.
         * @return the sum of both, or {@link #NONE}.
         */
        long get(int number);

        /**
         * Finds records, as {@link #get} does each. A map that has nothing of its own for many keys finds one after the other.
         *
         * @param numbers of the records.
         * @return the sum of the answers.
         */
        default long getAll(final int[] numbers) {
            long sum = 0;
            for (final int number : numbers) {
                sum += get(number);
            }
            return sum;
        }
    }

    /** Writes. Confined to one thread. */
    interface Writer {
        /**
         * Makes a record or replaces it.
         *
         * @param number  of the record.
         * @param content first word of its metadata.
         */
        void put(int number, long content);

        /**
         * Takes a record out.
         *
         * @param number of a record that is there.
         */
        void remove(int number);
    }
}
