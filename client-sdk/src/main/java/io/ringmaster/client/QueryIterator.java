package io.ringmaster.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/**
 * Walks over the records of a query, page by page: the next page is asked for when the one before is used up.
 * <p>
 * Threading: confined to its user's thread.
 */
final class QueryIterator implements Iterator<AgentRecord> {
    private final LongFunction<QueryPage> ask;
    private List<AgentRecord> records = List.of();
    private int index;
    private long cursor;
    private boolean isLast;

    QueryIterator(final LongFunction<QueryPage> ask) {
        this.ask = ask;
    }

    @Override
    public boolean hasNext() {
        while (index == records.size() && !isLast) {
            final QueryPage page = ask.apply(cursor);
            records = page.records();
            index = 0;
            cursor = page.nextCursor();
            isLast = cursor == 0;
        }
        return index < records.size();
    }

    @Override
    public AgentRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more records");
        }
        return records.get(index++);
    }
}
