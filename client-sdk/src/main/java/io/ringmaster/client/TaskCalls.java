package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;

/**
 * The calls about batches.
 * <p>
 * Threading: as {@link Call}.
 */
final class TaskCalls {
    private TaskCalls() {
    }

    /** Repeatable: the server takes a batch id once. */
    static final class Submit extends Call<BatchHandle> {
        private final BatchHandle handle;

        Submit(final String what, final BatchHandle handle) {
            super(what, true);
            this.handle = handle;
        }

        @Override
        void onBatchReply(final BatchReplyDecoder reply) {
            final int code = reply.code();
            if (code == ResultCode.OK.value()) {
                handle.onReply(reply);
                answer(handle);
                return;
            }
            final int retryAfterMs = reply.retryAfterMs();
            final BatchReplyDecoder.TasksDecoder tasks = reply.sbeRewind().tasks();
            while (tasks.hasNext()) {
                tasks.next();
            }
            refuse(code, retryAfterMs, reply.text());
        }

        @Override
        void onDone(final CallDesk desk) {
            desk.answered(handle, failure());
        }
    }

    static final class Cancel extends Call<CancelResult> {
        Cancel(final long batchId) {
            super("cancel of batch " + batchId, false);
        }

        @Override
        void onReply(final ReplyDecoder reply) {
            if (reply.code() == ResultCode.OK.value()) {
                answer(new CancelResult(reply.value(), reply.value2()));
            } else {
                super.onReply(reply);
            }
        }
    }
}
