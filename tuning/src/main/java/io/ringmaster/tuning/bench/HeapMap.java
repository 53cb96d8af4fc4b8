package io.ringmaster.tuning.bench;

import org.agrona.concurrent.UnsafeBuffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A {@link ConcurrentHashMap} from a record of two strings to an object with the same fields as the registry's record. As the
 * registry gets the bytes of a name and hashes them, so does this: each operation makes a {@code String} of the name and a key
 * object. The namespace is a constant here and costs nothing. With {@code readyKeys} the key objects of all records are made
 * before; that is the map's best case, which a server that reads names from messages does not have.
 * <p>
 * Threading: thread-safe (the map's).
 */
final class HeapMap implements RecordMap {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ConcurrentHashMap<Key, Entry> map;
    private final Key[] readyKeys;

    HeapMap(final int entries, final boolean readyKeys) {
        map = new ConcurrentHashMap<>(entries);
        this.readyKeys = new Key[readyKeys ? entries : 0];
        for (int i = 0; i < this.readyKeys.length; i++) {
            this.readyKeys[i] = keyOf(i);
        }
    }

    @Override
    public Reader reader() {
        return readyKeys.length > 0 ? new ReadyReader(map, readyKeys) : new HeapReader(map);
    }

    @Override
    public Writer writer() {
        return new HeapWriter(map, readyKeys);
    }

    @Override
    public void close() {
        map.clear();
    }

    private static Key keyOf(final int number) {
        final UnsafeBuffer bytes = BenchKeys.newKey();
        BenchKeys.set(bytes, number);
        return key(bytes);
    }

    private static Key key(final UnsafeBuffer bytes) {
        return new Key(BenchKeys.NAMESPACE, new String(
            bytes.byteArray(), BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH, StandardCharsets.ISO_8859_1));
    }

    private static long read(final Entry entry) {
        return entry == null ? NONE : entry.version + (long) LONGS.get(entry.metadata, 0);
    }

    /** Key object. Immutable. */
    private record Key(String namespace, String name) {
    }

    /** Record object. Immutable: each write puts a new one in its place. */
    private record Entry(
        long incarnation, long version, long ownerSession, long leaseDeadlineNs, long estimatedWaitNs, int capacity,
        int parallelism, int inFlight, byte kind, byte readiness, byte[] metadata) {
    }

    /** Makes a key for each lookup. */
    private static final class HeapReader implements Reader {
        private final UnsafeBuffer bytes = BenchKeys.newKey();
        private final ConcurrentHashMap<Key, Entry> map;

        HeapReader(final ConcurrentHashMap<Key, Entry> map) {
            this.map = map;
        }

        @Override
        public long get(final int number) {
            BenchKeys.set(bytes, number);
            return read(map.get(key(bytes)));
        }
    }

    /** Has the keys already. */
    private static final class ReadyReader implements Reader {
        private final ConcurrentHashMap<Key, Entry> map;
        private final Key[] keys;

        ReadyReader(final ConcurrentHashMap<Key, Entry> map, final Key[] keys) {
            this.map = map;
            this.keys = keys;
        }

        @Override
        public long get(final int number) {
            return number < keys.length ? read(map.get(keys[number])) : read(map.get(keyOf(number)));
        }
    }

    /** Makes a key for each write, or has it already, and a new record, without reading the old one first. */
    private static final class HeapWriter implements Writer {
        private final UnsafeBuffer bytes = BenchKeys.newKey();
        private final ConcurrentHashMap<Key, Entry> map;
        private final Key[] keys;
        private long incarnation;

        HeapWriter(final ConcurrentHashMap<Key, Entry> map, final Key[] keys) {
            this.map = map;
            this.keys = keys;
        }

        @Override
        public void put(final int number, final long content) {
            final Key key = keyFor(number);
            final byte[] metadata = new byte[BenchKeys.METADATA_LENGTH];
            LONGS.set(metadata, 0, content);
            map.put(key, new Entry(++incarnation, 1, 1, Long.MAX_VALUE, 0, 0, 0, 0, (byte) 2, (byte) 1, metadata));
        }

        @Override
        public void remove(final int number) {
            map.remove(keyFor(number));
        }

        private Key keyFor(final int number) {
            if (keys.length > 0) {
                return keys[number];
            }
            BenchKeys.set(bytes, number);
            return key(bytes);
        }
    }
}
