package io.ringmaster.tuning.load;

import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Lookups, batch lookups, queries, registrations and their withdrawal. Each answer is checked: the right record with the
 * right metadata for the key; a query finds exactly the records with its capability; a withdrawal names the incarnation
 * that the registration gave.
 * <p>
 * Threading: confined to the generator. Allocates nothing after {@link #prepare}.
 */
final class RegistryWorkload extends ChannelWorkload {
    /** Kind of a batch lookup; the others are those of {@link OperationMix}. */
    static final int LOOKUP_BATCH = 4;

    /** Kind of a lookup of a name that is not there. */
    static final int LOOKUP_MISS = 6;

    private static final int PREPARE = 5;
    private static final List<String> KINDS =
        List.of("lookup", "register", "unregister", "query", "lookup-batch", "prepare", "lookup-miss");
    private static final String QUERY_CAPABILITY = "load-query";
    private static final int QUERY_RECORDS = 8;
    private static final int CHURN_NAMES = 4096;
    private static final int MIN_CHURN_NAMES = 64;
    private static final int LEASE_MS = (int) TimeUnit.HOURS.toMillis(1);
    private static final int PREPARE_WINDOW = 64;
    private static final int PREPARE_PROGRESS = 1000;
    private static final long PREPARE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final KeySpace keys;
    private final KindSource kindSource;
    private final long seed;
    private final SplittableRandom random;
    private final long[] recordIds;
    private final int queryRecords;
    private final int churnPerSession;
    private final ChurnNames[] churn;
    private final RegistrationRequest[] churnRequests;
    private final long[] churnIncarnations;
    private final UnsafeBuffer view = new UnsafeBuffer();
    private double hitRate = 1;
    private IntSupplier alongside = () -> 0;
    private String lost;
    private int prepareNext;
    private int prepared;
    private long kindSwaps;

    /**
     * Which kind of operation comes next.
     */
    interface KindSource {
        /** The kind of the next operation; the same until {@link #advance}. */
        int kind();

        /** The operation was sent. */
        void advance();
    }

    /**
     * Connects the sessions.
     *
     * @param target     to connect to.
     * @param clients    sessions.
     * @param keys       that lookups choose from.
     * @param kindSource of the operations.
     * @param seed       of the choices and of the records' content.
     */
    RegistryWorkload(
        final Target target, final int clients, final KeySpace keys, final KindSource kindSource, final long seed) {
        super(target, clients, LoadOptions.MAX_OUTSTANDING);
        this.keys = keys;
        this.kindSource = kindSource;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.recordIds = new long[keys.size()];
        this.queryRecords = Math.min(QUERY_RECORDS, keys.size());
        this.churnPerSession = Math.max(MIN_CHURN_NAMES, CHURN_NAMES / clients);
        this.churn = new ChurnNames[clients];
        this.churnRequests = new RegistrationRequest[clients * churnPerSession];
        this.churnIncarnations = new long[churnRequests.length];
        for (int session = 0; session < clients; session++) {
            churn[session] = new ChurnNames(churnPerSession);
            for (int i = 0; i < churnPerSession; i++) {
                churnRequests[session * churnPerSession + i] = request("tmp-" + session + '-' + i, -1);
            }
        }
    }

    /**
     * Lets some lookups ask for names that are not there.
     *
     * @param share of the lookups that ask for one that is, 0 to 1.
     */
    void hitRate(final double share) {
        hitRate = share;
    }

    /**
     * What else is polled with these sessions.
     *
     * @param poll that returns the work done.
     */
    void alongside(final IntSupplier poll) {
        alongside = poll;
    }

    /** Registers the records. Sends with a window, so that the server's rings are not filled on purpose. */
    void prepare() {
        long sinceNs = System.nanoTime();
        int preparedBefore = 0;
        while (prepared < keys.size()) {
            while (prepareNext < keys.size() && operations.size() < PREPARE_WINDOW) {
                final int slot = operations.acquire(0, 0, 0);
                operations.what(slot, PREPARE, prepareNext);
                if (!sent(port(0), slot, port(0).channel().sendRegister(request(KeySpace.name(prepareNext), prepareNext)))) {
                    break;
                }
                prepareNext++;
            }
            poll(0);
            if (prepared - preparedBefore > PREPARE_PROGRESS) {
                preparedBefore = prepared;
                sinceNs = System.nanoTime();
            }
            if (System.nanoTime() - sinceNs > PREPARE_TIMEOUT_NS || !faults().isEmpty()) {
                throw new LoadException("registered only " + prepared + " of " + keys.size() + " records: " + faults());
            }
        }
    }

    @Override
    public boolean trySend(final int session, final long intendedNs, final int tag) {
        final int slot = operations.acquire(session, intendedNs, tag);
        if (slot < 0) {
            return false;
        }
        final boolean wasSent = switch (kindSource.kind()) {
            case OperationMix.LOOKUP -> sendLookup(port(session), slot);
            case OperationMix.QUERY -> sendQuery(port(session), slot);
            case LOOKUP_BATCH -> sendLookupBatch(port(session), slot);
            case OperationMix.REGISTER -> sendChurn(port(session), slot, true);
            default -> sendChurn(port(session), slot, false);
        };
        if (wasSent) {
            kindSource.advance();
        }
        return wasSent;
    }

    @Override
    public int poll(final long nowNs) {
        final int workCount = super.poll(nowNs) + alongside.getAsInt();
        if (lost != null) {
            throw new LoadException(lost);
        }
        return workCount;
    }

    /** The records of the session are gone with it: nothing that comes now would be right. */
    @Override
    void onDisconnected(final int session, final String reason) {
        super.onDisconnected(session, reason);
        lost = "session " + session + " was disconnected, and its records are gone: " + reason;
    }

    @Override
    public List<String> kinds() {
        return KINDS;
    }

    /** Registrations that were sent in place of withdrawals because nothing was registered, and the other way round. */
    long kindSwaps() {
        return kindSwaps;
    }

    @Override
    void onLookupReply(final int slot, final LookupReplyDecoder reply) {
        final int key = operations.key(slot);
        final int code = reply.code();
        if (operations.kind(slot) == LOOKUP_MISS && (code == ResultCode.NOT_FOUND.value() || code == ResultCode.OK.value())) {
            done(slot, code != ResultCode.OK.value(), "a lookup found a name that was never registered");
            return;
        }
        if (operations.kind(slot) != OperationMix.LOOKUP || code != ResultCode.OK.value()) {
            refused(slot, code);
            return;
        }
        final long agentId = reply.agentId();
        reply.skipCapabilities();
        reply.wrapMetadata(view);
        final boolean right = agentId == recordIds[key] && RecordContent.isOf(view, 0, view.capacity(), key, seed);
        done(slot, right, "a lookup got another record, or other metadata");
    }

    @Override
    void onLookupBatchReply(final int slot, final LookupBatchReplyDecoder reply) {
        final int[] asked = keys.listKeys(operations.key(slot));
        final LookupBatchReplyDecoder.RecordsDecoder records = reply.records();
        boolean right = operations.kind(slot) == LOOKUP_BATCH && records.count() == asked.length;
        for (int i = 0; right && i < asked.length; i++) {
            final LookupBatchReplyDecoder.RecordsDecoder record = records.next();
            right = record.code() == ResultCode.OK.value() && record.agentId() == recordIds[asked[i]];
            record.wrapMetadata(view);
            right &= RecordContent.isOf(view, 0, view.capacity(), asked[i], seed);
        }
        done(slot, right, "a batch lookup got other records, or other metadata");
    }

    @Override
    void onQueryReply(final int slot, final QueryReplyDecoder reply) {
        final int code = reply.code();
        if (code != ResultCode.OK.value()) {
            refused(slot, code);
            return;
        }
        final QueryReplyDecoder.RecordsDecoder records = reply.records();
        int seen = 0;
        final int count = records.count();
        for (int i = 0; i < count; i++) {
            records.next();
            records.skipNamespaceName();
            records.wrapName(view);
            final int key = keys.key(view);
            seen |= key >= 0 && key < queryRecords ? 1 << key : 0;
            records.skipCapabilities();
        }
        done(slot, count == queryRecords && seen == (1 << queryRecords) - 1, "a query got other records");
    }

    @Override
    void onRegisterReply(final int slot, final RegisterReplyDecoder reply) {
        final int kind = operations.kind(slot);
        final int code = reply.code();
        final int key = operations.key(slot);
        if (kind == PREPARE) {
            onPrepared(slot, key, code, reply.agentId());
        } else if (code != ResultCode.OK.value()) {
            onChurnRefused(slot, key, code, kind);
        } else {
            churnIncarnations[key] = reply.agentId();
            churn[operations.session(slot)].onRegistered(key % churnPerSession);
            done(slot, kind == OperationMix.REGISTER && reply.agentId() != 0, "a registration got no id");
        }
    }

    @Override
    void onReply(final int slot, final ReplyDecoder reply) {
        final int kind = operations.kind(slot);
        final int code = reply.code();
        final int key = operations.key(slot);
        if (kind == PREPARE) {
            onPrepared(slot, key, code, 0);
        } else if (kind != OperationMix.REGISTER && kind != OperationMix.UNREGISTER) {
            refused(slot, code);
        } else if (kind == OperationMix.REGISTER || code != ResultCode.OK.value()) {
            onChurnRefused(slot, key, code, kind);
        } else {
            final boolean right = reply.value() == churnIncarnations[key];
            churn[operations.session(slot)].onFree(key % churnPerSession);
            done(slot, right, "an unregister withdrew another incarnation");
        }
    }

    private boolean sendLookup(final SessionPort port, final int slot) {
        final int key = random.nextInt(keys.size());
        final boolean isThere = hitRate >= 1 || random.nextDouble() < hitRate;
        operations.what(slot, isThere ? OperationMix.LOOKUP : LOOKUP_MISS, key);
        return sent(port, slot, port.channel().sendLookup(
            keys.namespaceBytes(), 0, keys.namespaceBytes().capacity(),
            isThere ? keys.nameBytes() : keys.gapBytes(), KeySpace.nameOffset(key), KeySpace.NAME_LENGTH));
    }

    private boolean sendLookupBatch(final SessionPort port, final int slot) {
        final int list = random.nextInt(KeySpace.LISTS);
        operations.what(slot, LOOKUP_BATCH, list);
        return sent(port, slot, port.channel().sendLookupBatch(keys.namespace(), keys.list(list)));
    }

    private boolean sendQuery(final SessionPort port, final int slot) {
        operations.what(slot, OperationMix.QUERY, 0);
        return sent(port, slot, port.channel().sendQuery(
            keys.namespace(), Protocol.KIND_SERVICE, QUERY_CAPABILITY, 2 * QUERY_RECORDS, 0));
    }

    /** Registers or unregisters; does the other if there is no name left for the one. */
    private boolean sendChurn(final SessionPort port, final int slot, final boolean register) {
        final ChurnNames names = churn[port.session()];
        boolean registers = register;
        int name = registers ? names.takeFree() : names.takeRegistered();
        if (name < 0) {
            registers = !register;
            name = registers ? names.takeFree() : names.takeRegistered();
            if (name < 0) {
                operations.release(slot);
                return false;
            }
        }
        final int key = port.session() * churnPerSession + name;
        operations.what(slot, registers ? OperationMix.REGISTER : OperationMix.UNREGISTER, key);
        final RegistrationRequest request = churnRequests[key];
        final boolean wasSent = sent(port, slot, registers
            ? port.channel().sendRegister(request)
            : port.channel().sendUnregister(keys.namespace(), request.name()));
        if (!wasSent) {
            names.putBack(name, registers);
        } else if (registers != register) {
            kindSwaps++;
        }
        return wasSent;
    }

    private void onPrepared(final int slot, final int key, final int code, final long agentId) {
        if (code == ResultCode.OK.value()) {
            recordIds[key] = agentId;
            prepared++;
            operations.release(slot);
        } else if (isLoadRefusal(code) && code != ResultCode.REGISTRY_FULL.value()) {
            if (!sent(port(0), slot, port(0).channel().sendRegister(request(KeySpace.name(key), key)))) {
                fault("a record could not be registered again after a refusal");
            }
        } else {
            operations.release(slot);
            fault("registering the records: " + ResultCode.of(code));
        }
    }

    private void onChurnRefused(final int slot, final int key, final int code, final int kind) {
        final ChurnNames names = churn[operations.session(slot)];
        if (kind == OperationMix.REGISTER) {
            names.onFree(key % churnPerSession);
        } else {
            names.onRegistered(key % churnPerSession);
        }
        refused(slot, code);
    }

    private void refused(final int slot, final int code) {
        final Outcome outcome = outcomeOf(code);
        if (outcome == Outcome.OK) {
            fault("an answer is of another kind than its request");
        }
        finish(slot, outcome == Outcome.OK ? Outcome.ERROR : outcome);
    }

    private void done(final int slot, final boolean right, final String otherwise) {
        if (!right) {
            fault(otherwise);
        }
        finish(slot, right ? Outcome.OK : Outcome.ERROR);
    }

    private RegistrationRequest request(final String name, final int key) {
        final RegistrationRequest request = new RegistrationRequest()
            .namespace(keys.namespace())
            .name(name)
            .kind(Protocol.KIND_SERVICE)
            .leaseMs(LEASE_MS)
            .renew(false);
        final byte[] metadata = new byte[RecordContent.LENGTH];
        RecordContent.encode(new UnsafeBuffer(metadata), 0, key, seed);
        return request.metadata(metadata).capabilities(key >= 0 && key < queryRecords ? List.of(QUERY_CAPABILITY) : List.of());
    }
}
