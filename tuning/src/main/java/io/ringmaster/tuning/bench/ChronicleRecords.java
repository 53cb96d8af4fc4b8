package io.ringmaster.tuning.bench;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A Chronicle Map in memory (no file) with keys of 24 and values of 128 bytes of fixed size. Keys and values
 * that go in are given to it in place in direct memory; a value that is read is copied into a direct buffer of the thread that
 * is used again and again. Reading ({@code getUsing}) and writing allocate nothing: the fastest way that its users have.
 * <p>
 * Threading: thread-safe (a lock for each of the map's segments).
 */
final class ChronicleRecords implements RecordMap {
    private static final int VERSION_OFFSET = 0;
    private static final int CONTENT_OFFSET = BenchKeys.RECORD_LENGTH - BenchKeys.METADATA_LENGTH;
    /** The map is sized for a share more than what it holds, so that no segment overflows into its slow tiers. */
    private static final double ROOM = 1.1;

    private final ChronicleMap<Block, Block> map;

    ChronicleRecords(final int entries) {
        map = ChronicleMapBuilder.of(Block.class, Block.class)
            .name("bench")
            .entries((long) (entries * ROOM) + 1)
            .constantKeySizeBySample(new Block(BenchKeys.LENGTH))
            .keyReaderAndDataAccess(new BlockReader(), new BlockAccess())
            .constantValueSizeBySample(new Block(BenchKeys.RECORD_LENGTH))
            .valueReaderAndDataAccess(new BlockReader(), new BlockAccess())
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .create();
    }

    @Override
    public Reader reader() {
        return new ChronicleReader(map);
    }

    @Override
    public Writer writer() {
        return new ChronicleWriter(map);
    }

    @Override
    public void close() {
        map.close();
    }

    /** Bytes outside of the heap, as the map sees them and as the benchmark does. */
    static final class Block {
        private final PointerBytesStore store = new PointerBytesStore();
        private final UnsafeBuffer buffer;
        /** View of the map's memory while it is copied. */
        private final UnsafeBuffer window = new UnsafeBuffer(0, 0);
        private final int length;

        Block(final int length) {
            this.length = length;
            buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, BitUtil.CACHE_LINE_LENGTH));
            store.set(buffer.addressOffset(), length);
        }
    }

    /** Gives the map the bytes of a block in place, without a copy. Each thread's context has a copy of it. */
    static final class BlockAccess extends AbstractData<Block> implements DataAccess<Block> {
        private Block block;

        @Override
        public Data<Block> getData(final Block instance) {
            block = instance;
            return this;
        }

        @Override
        public void uninit() {
            block = null;
        }

        @Override
        public DataAccess<Block> copy() {
            return new BlockAccess();
        }

        @Override
        public RandomDataInput bytes() {
            return block.store;
        }

        @Override
        public long offset() {
            return block.store.start();
        }

        @Override
        public long size() {
            return block.length;
        }

        @Override
        public Block get() {
            return block;
        }

        @Override
        public Block getUsing(final Block using) {
            using.buffer.putBytes(0, block.buffer, 0, block.length);
            return using;
        }

        @Override
        public void readMarshallable(final WireIn wire) {
            // It keeps nothing.
        }

        @Override
        public void writeMarshallable(final WireOut wire) {
            // It keeps nothing.
        }
    }

    /** Copies a block out of the map's memory. Stateless. */
    static final class BlockReader implements SizedReader<Block> {
        @Override
        public Block read(final Bytes<?> in, final long size, final Block using) {
            final Block block = using == null ? new Block((int) size) : using;
            block.window.wrap(in.addressForRead(in.readPosition()), (int) size);
            block.buffer.putBytes(0, block.window, 0, (int) size);
            in.readSkip(size);
            return block;
        }

        @Override
        public void readMarshallable(final WireIn wire) {
            // It has no fields.
        }

        @Override
        public void writeMarshallable(final WireOut wire) {
            // It has no fields.
        }
    }

    private static Block newKey() {
        final Block key = new Block(BenchKeys.LENGTH);
        key.buffer.putBytes(0, BenchKeys.newKey(), 0, BenchKeys.LENGTH);
        return key;
    }

    /** Lookups by {@code getUsing}. */
    private static final class ChronicleReader implements Reader {
        private final Block key = newKey();
        private final Block value = new Block(BenchKeys.RECORD_LENGTH);
        private final ChronicleMap<Block, Block> map;

        ChronicleReader(final ChronicleMap<Block, Block> map) {
            this.map = map;
        }

        @Override
        public long get(final int number) {
            BenchKeys.set(key.buffer, number);
            return map.getUsing(key, value) == null
                ? NONE
                : value.buffer.getLong(VERSION_OFFSET) + value.buffer.getLong(CONTENT_OFFSET);
        }
    }

    /** Writes whole values, without reading the old one first. */
    private static final class ChronicleWriter implements Writer {
        private final Block key = newKey();
        private final Block value = new Block(BenchKeys.RECORD_LENGTH);
        private final ChronicleMap<Block, Block> map;

        ChronicleWriter(final ChronicleMap<Block, Block> map) {
            this.map = map;
        }

        @Override
        public void put(final int number, final long content) {
            BenchKeys.set(key.buffer, number);
            value.buffer.putLong(VERSION_OFFSET, 1);
            value.buffer.putLong(CONTENT_OFFSET, content);
            map.put(key, value);
        }

        @Override
        public void remove(final int number) {
            BenchKeys.set(key.buffer, number);
            map.remove(key);
        }
    }
}
