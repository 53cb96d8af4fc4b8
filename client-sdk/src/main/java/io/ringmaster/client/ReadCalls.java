package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;

import java.util.List;
import java.util.Optional;

/**
 * The calls that read the registry. All may be sent again.
 * <p>
 * Threading: as {@link Call}.
 */
final class ReadCalls {
    private ReadCalls() {
    }

    static final class Lookup extends Call<Optional<AgentRecord>> {
        private final Key key;

        Lookup(final Key key) {
            super("lookup " + key.namespace() + '/' + key.name(), true);
            this.key = key;
        }

        @Override
        void onLookupReply(final LookupReplyDecoder reply) {
            if (reply.code() == ResultCode.OK.value()) {
                answer(Optional.of(ReplyMapper.record(key, reply)));
            } else if (reply.code() == ResultCode.NOT_FOUND.value()) {
                answer(Optional.empty());
            } else {
                refuse(reply.code(), 0, "");
            }
        }

        @Override
        void onReply(final ReplyDecoder reply) {
            if (reply.code() == ResultCode.NOT_FOUND.value()) {
                answer(Optional.empty());
            } else {
                super.onReply(reply);
            }
        }
    }

    static final class LookupBatch extends Call<List<LookupEntry>> {
        private final List<String> names;

        LookupBatch(final List<String> names) {
            super("lookupBatch of " + names.size() + " names", true);
            this.names = names;
        }

        @Override
        void onLookupBatchReply(final LookupBatchReplyDecoder reply) {
            final List<LookupEntry> entries = ReplyMapper.entries(names, reply);
            if (entries.size() == names.size()) {
                answer(entries);
            } else {
                refuse(ResultCode.INTERNAL.value(), 0, "the server answered " + entries.size() + " of them");
            }
        }
    }

    static final class Query extends Call<QueryPage> {
        Query(final String what) {
            super(what, true);
        }

        @Override
        void onQueryReply(final QueryReplyDecoder reply) {
            final int code = reply.code();
            final QueryPage page = ReplyMapper.page(reply);
            if (code == ResultCode.OK.value()) {
                answer(page);
            } else {
                refuse(code, 0, reply.text());
            }
        }
    }

    static final class Stats extends Call<StatsPage> {
        Stats() {
            super("registryStats", true);
        }

        @Override
        void onRegistryStatsReply(final RegistryStatsReplyDecoder reply) {
            final int code = reply.code();
            if (code == ResultCode.OK.value()) {
                answer(ReplyMapper.stats(reply));
            } else {
                refuse(code, 0, "");
            }
        }
    }

    /** A page of statistics; next 0: no more. */
    record StatsPage(RegistryStatistics statistics, int next) {
    }
}
