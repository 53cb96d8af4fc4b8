package io.ringmaster.client;

import java.util.List;

/**
 * One page of a query's records.
 * <p>
 * Threading: immutable.
 *
 * @param records    of this page; leases and metadata are not carried.
 * @param nextCursor to ask for the next page with; 0: no more.
 * @param count      records of this page; of an answer to a count: records that match, as far as was looked.
 */
public record QueryPage(List<AgentRecord> records, long nextCursor, long count) {
}
