package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;

import java.util.Arrays;
import java.util.List;

/**
 * The calls that change the registry.
 * <p>
 * Threading: as {@link Call}.
 */
final class WriteCalls {
    private WriteCalls() {
    }

    /** Repeatable: the same session's registration replaces its own. */
    static class Register extends Call<RegistrationResult> {
        final RegistrationRequest request;

        Register(final RegistrationRequest request) {
            super("register " + request.namespace() + '/' + request.name(), true);
            this.request = request;
        }

        @Override
        void onRegisterReply(final RegisterReplyDecoder reply, final long sessionId) {
            final int code = reply.code();
            final boolean isTaken = code == ResultCode.ALREADY_REGISTERED.value();
            if (code == ResultCode.OK.value() || isTaken && reply.ownerSessionId() == sessionId) {
                answer(new RegistrationResult(reply.agentId(), reply.recordVersion(), reply.leaseMs()));
            } else {
                refuse(code, reply.retryAfterMs(), reply.text()
                    + (isTaken ? " (owner session " + reply.ownerSessionId() + ")" : ""));
            }
        }

        @Override
        void onOpened(final CallDesk desk) {
            desk.keeper().writeOpened(request.namespace(), request.name());
        }

        @Override
        void onDone(final CallDesk desk) {
            if (value() != null) {
                desk.keeper().add(request, value().agentId(), value().leaseMs(), System.nanoTime());
            }
            desk.keeper().writeEnded(request.namespace(), request.name());
        }
    }

    /** What the client does by itself when a record is missing; the user's own writes of the record go before it. */
    static final class RegisterAgain extends Register {
        /**
         * Registers again.
         *
         * @param request the very object that is kept, so that its answer can be told from one of an older content.
         */
        RegisterAgain(final RegistrationRequest request) {
            super(request);
        }

        @Override
        void onOpened(final CallDesk desk) {
            // Not a write of the user.
        }

        @Override
        void onDone(final CallDesk desk) {
            final long nowNs = System.nanoTime();
            if (value() != null) {
                desk.keeper().addAgain(request, value().agentId(), value().leaseMs(), nowNs);
            } else {
                desk.keeper().failed(request, nowNs);
            }
        }
    }

    /** Repeatable unless it compares: then the second one would meet the version that the first one made. */
    static final class Update extends Call<UpdateResult> {
        private final UpdateRequest request;

        Update(final UpdateRequest request) {
            super("update " + request.namespace() + '/' + request.name(), request.expectedVersion() == 0);
            this.request = request;
        }

        @Override
        void onRegisterReply(final RegisterReplyDecoder reply, final long sessionId) {
            final int code = reply.code();
            if (code == ResultCode.OK.value() || code == ResultCode.VERSION_CONFLICT.value()) {
                answer(new UpdateResult(ResultCode.of(code), reply.agentId(), reply.recordVersion()));
            } else {
                refuse(code, reply.retryAfterMs(), reply.text());
            }
        }

        @Override
        void onDone(final CallDesk desk) {
            if (value() != null && value().updated()) {
                desk.keeper().update(request);
            }
        }
    }

    /** Repeatable like a registration; then what came of the first answer is void. */
    static final class RegisterBatch extends Call<RegisterBatch> {
        final List<RegistrationRequest> items;
        final RegistrationEntry[] entries;
        private int missing;
        private String text = "";

        RegisterBatch(final String namespace, final List<RegistrationRequest> items) {
            super("registerBatch of " + items.size() + " items in " + namespace, true);
            this.items = items;
            entries = new RegistrationEntry[items.size()];
            missing = entries.length;
        }

        @Override
        void onRegisterBatchReply(final RegisterBatchReplyDecoder reply, final boolean isLast) {
            final int leaseMs = reply.leaseMs();
            final RegisterBatchReplyDecoder.ResultsDecoder results = reply.results();
            ReplyMapper.checkEntryLength(results.actingBlockLength(), RegisterBatchReplyDecoder.ResultsDecoder.sbeBlockLength());
            while (results.hasNext()) {
                final int index = results.next().index();
                if (index < entries.length && entries[index] == null) {
                    entries[index] = new RegistrationEntry(items.get(index).name(), ResultCode.of(results.code()),
                        results.retryAfterMs(), results.agentId(), results.recordVersion(), results.ownerSessionId(),
                        leaseMs);
                    missing--;
                }
            }
            final String reason = reply.text();
            if (text.isEmpty() && reason != null) {
                text = reason;
            }
            if (missing == 0) {
                answer(this);
            } else if (isLast) {
                refuse(ResultCode.INTERNAL.value(), 0, "the server's answers were not about every item");
            }
        }

        /** The whole request was refused: so is each of its items. */
        @Override
        void onReply(final ReplyDecoder reply) {
            refuseAll(ResultCode.of(reply.code()), reply.retryAfterMs(), reply.text());
        }

        void refuseAll(final ResultCode code, final int retryAfterMs, final String reason) {
            for (int i = 0; i < entries.length; i++) {
                entries[i] = new RegistrationEntry(items.get(i).name(), code, retryAfterMs, 0, 0, 0, 0);
            }
            missing = 0;
            text = reason;
            answer(this);
        }

        String text() {
            return text;
        }

        @Override
        void onLost() {
            Arrays.fill(entries, null);
            missing = entries.length;
            text = "";
        }

        @Override
        void onOpened(final CallDesk desk) {
            for (final RegistrationRequest item : items) {
                desk.keeper().writeOpened(item.namespace(), item.name());
            }
        }

        @Override
        void onDone(final CallDesk desk) {
            final long nowNs = System.nanoTime();
            for (int i = 0; i < entries.length; i++) {
                final RegistrationRequest item = items.get(i);
                if (value() != null && entries[i].registered()) {
                    desk.keeper().add(item, entries[i].agentId(), entries[i].leaseMs(), nowNs);
                }
                desk.keeper().writeEnded(item.namespace(), item.name());
            }
        }

        @Override
        String progress() {
            return "; " + (entries.length - missing) + " of " + entries.length + " items were answered";
        }
    }

    static final class Unregister extends Call<Boolean> {
        private final Key key;

        Unregister(final Key key) {
            super("unregister " + key.namespace() + '/' + key.name(), false);
            this.key = key;
        }

        @Override
        void onReply(final ReplyDecoder reply) {
            if (reply.code() == ResultCode.OK.value() || reply.code() == ResultCode.NOT_FOUND.value()) {
                answer(reply.code() == ResultCode.OK.value());
            } else {
                super.onReply(reply);
            }
        }

        @Override
        void onOpened(final CallDesk desk) {
            desk.keeper().writeOpened(key.namespace(), key.name());
        }

        @Override
        void onDone(final CallDesk desk) {
            if (value() != null) {
                desk.keeper().remove(key);
            }
            desk.keeper().writeEnded(key.namespace(), key.name());
        }
    }

    /** Not repeatable: it would also drop what came after it. */
    static final class DropNamespace extends Call<Long> {
        private final long[] dropped = new long[1024];
        private int refusedCode;
        private String refusedText;

        DropNamespace(final String namespace) {
            super("dropNamespace " + namespace, false);
        }

        @Override
        void onDropNamespaceReply(final DropNamespaceReplyDecoder reply, final boolean isLast) {
            final int partition = reply.partition();
            if (reply.code() != ResultCode.OK.value()) {
                refusedCode = reply.code();
                refusedText = "partition " + partition + ": " + reply.text();
            } else if (partition >= 0 && partition < dropped.length) {
                dropped[partition] = reply.dropped();
            }
            if (isLast && refusedCode != 0) {
                refuse(refusedCode, 0, refusedText);
            } else if (isLast) {
                answer(Arrays.stream(dropped).sum());
            }
        }
    }

    /** Not repeatable: the directory of the first one is there already. */
    static final class Backup extends Call<BackupResult> {
        Backup(final String path) {
            super("backup to " + path, false);
        }

        @Override
        void onReply(final ReplyDecoder reply) {
            if (reply.code() == ResultCode.OK.value()) {
                answer(new BackupResult(reply.value(), reply.value2()));
            } else {
                super.onReply(reply);
            }
        }
    }
}
