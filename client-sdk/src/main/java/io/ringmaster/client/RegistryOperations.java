package io.ringmaster.client;

import org.agrona.MutableDirectBuffer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls of a {@link RingmasterClient} that are about the registry. Each has a synchronous form and one with a future;
 * {@link ClientChannel} is the form without allocation.
 * <p>
 * Errors of all calls: {@link RefusedException} with the server's code and text, {@link RequestTimeoutException},
 * {@link ClientClosedException}, and a plain {@link RingmasterException} for an answer that cannot be read; with a future it is
 * completed exceptionally with them.
 * <p>
 * Threading: as {@link RingmasterClient}.
 */
public abstract class RegistryOperations {
    /** For the client. */
    RegistryOperations() {
    }

    /** Sends a call. */
    abstract <T> CompletableFuture<T> open(Call<T> call, Encoding encoding);

    /** Waits for an answer; each of its requests has a time-out of its own. */
    abstract <T> T await(CompletableFuture<T> future);

    /** Takes a watch. */
    abstract CompletableFuture<Watch> openWatch(WatchFilter filter, WatchListener listener);

    /** Longest message that can be sent, in bytes. */
    abstract int maxMessageLength();

    /**
     * What the server advertised.
     *
     * @return limits of the last connection.
     */
    public abstract ServerLimits limits();

    /** Writes the frame of a call. */
    interface Encoding {
        /** Returns the frame's length, or a negative code. */
        int encode(MutableDirectBuffer buffer, RequestEncoder requests, RegistryRequestEncoder registry);
    }

    /**
     * Finds a record.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return the record; empty: there is none.
     */
    public Optional<AgentRecord> lookup(final String namespace, final String name) {
        return await(lookupAsync(namespace, name));
    }

    /**
     * Finds a record.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return completed with the record; empty: there is none.
     */
    public CompletableFuture<Optional<AgentRecord>> lookupAsync(final String namespace, final String name) {
        return lookupAsync(namespace, name, 0);
    }

    /**
     * Finds a record within a time of its own.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @param timeoutNs nanoseconds; 0: the client's request timeout.
     * @return completed with the record; empty: there is none.
     */
    public CompletableFuture<Optional<AgentRecord>> lookupAsync(final String namespace, final String name,
                                                                final long timeoutNs) {
        ConnectionContext.check(timeoutNs >= 0, "timeoutNs = " + timeoutNs + " is negative");
        final Call<Optional<AgentRecord>> call = new ReadCalls.Lookup(new Call.Key(namespace, name));
        call.timeoutNs = timeoutNs;
        return open(call, (buffer, requests, registry) -> requests.lookup(buffer, namespace, name));
    }

    /**
     * Finds many records with one message.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     at most {@link ServerLimits#maxKeys()}.
     * @return one entry for each name, in the same order.
     */
    public List<LookupEntry> lookupBatch(final String namespace, final List<String> names) {
        return await(lookupBatchAsync(namespace, names));
    }

    /**
     * Finds many records with one message.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     at most {@link ServerLimits#maxKeys()}.
     * @return completed with one entry for each name, in the same order.
     */
    public CompletableFuture<List<LookupEntry>> lookupBatchAsync(final String namespace, final List<String> names) {
        final List<String> copy = List.copyOf(names);
        return open(new ReadCalls.LookupBatch(copy), (buffer, requests, registry) ->
            copy.size() > limits().maxKeys() ? ClientChannel.TOO_LARGE : requests.lookupBatch(buffer, namespace, copy));
    }

    /**
     * Looks many records up, so that they are in the caches of the machine, and says how many there are.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     any number: they are looked up in batches.
     * @return records that were found.
     */
    public long warm(final String namespace, final List<String> names) {
        return await(warmAsync(namespace, names));
    }

    /**
     * Looks many records up, so that they are in the caches of the machine, and says how many there are.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     any number: they are looked up in batches, one after the other.
     * @return completed with the number of records that were found.
     */
    public CompletableFuture<Long> warmAsync(final String namespace, final List<String> names) {
        final List<String> copy = List.copyOf(names);
        if (copy.isEmpty()) {
            return CompletableFuture.completedFuture(0L);
        }
        final AtomicLong found = new AtomicLong();
        final AtomicInteger position = new AtomicInteger();
        return Paging.run(
            from -> lookupBatchAsync(namespace, copy.subList((int) from, (int) Math.min(copy.size(), from + limits().maxKeys()))),
            entries -> position.addAndGet(entries.size()) < copy.size() && !entries.isEmpty() ? position.get() : 0,
            entries -> found.addAndGet(entries.stream().filter(LookupEntry::exists).count()), found::get);
    }

    /**
     * Looks many records up, so that they are in the caches of the machine, and then each by a message of its own, again and again, so
     * that a server that has just started has its code for lookups compiled; that takes some seconds.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     any number.
     * @param atLeast   how long to go on with messages of one name each; each name is looked up once in any case.
     * @return records that were found.
     */
    public long warm(final String namespace, final List<String> names, final Duration atLeast) {
        return await(warmAsync(namespace, names, atLeast));
    }

    /**
     * Looks many records up, so that they are in the caches of the machine, and then each by a message of its own, again and again, so
     * that a server that has just started has its code for lookups compiled; that takes some seconds.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     any number.
     * @param atLeast   how long to go on with messages of one name each; each name is looked up once in any case.
     * @return completed with the number of records that were found.
     */
    public CompletableFuture<Long> warmAsync(final String namespace, final List<String> names, final Duration atLeast) {
        ConnectionContext.check(!atLeast.isNegative(), "atLeast = " + atLeast + " is negative");
        final List<String> copy = List.copyOf(names);
        return warmAsync(namespace, copy).thenCompose(found -> copy.isEmpty() ? CompletableFuture.completedFuture(found)
            : WarmUp.run(copy.size(), atLeast.toNanos(), i -> lookupAsync(namespace, copy.get(i))).thenApply(nothing -> found));
    }

    /**
     * Finds records by capability; {@link #query(RegistryQuery)} can do more.
     *
     * @param namespace  ASCII; empty: every one.
     * @param kind       0 any, or a kind of {@code Protocol}.
     * @param allOf      capabilities that a record must have, all of them; empty: any.
     * @param maxRecords of one page.
     * @param cursor     0: from the start; then the page's next cursor.
     * @return a page.
     */
    public QueryPage query(final String namespace, final int kind, final List<String> allOf, final int maxRecords,
                           final long cursor) {
        return await(queryAsync(namespace, kind, allOf, maxRecords, cursor));
    }

    /**
     * Finds records by capability; {@link #queryAsync(RegistryQuery, long)} can do more.
     *
     * @param namespace  ASCII; empty: every one.
     * @param kind       0 any, or a kind of {@code Protocol}.
     * @param allOf      capabilities that a record must have, all of them; empty: any.
     * @param maxRecords of one page.
     * @param cursor     0: from the start; then the page's next cursor.
     * @return completed with a page.
     */
    public CompletableFuture<QueryPage> queryAsync(final String namespace, final int kind, final List<String> allOf,
                                                   final int maxRecords, final long cursor) {
        return open(new ReadCalls.Query("query in " + namespace + " of " + allOf), (buffer, requests, registry) ->
            registry.query(buffer, namespace, kind, String.join(",", allOf), maxRecords, cursor));
    }

    /**
     * Finds records. The iterator asks for the next page, synchronously, when the one before is used up; a record that
     * changes meanwhile is seen before or after its change, one that is there all the time is seen once.
     *
     * @param query what to ask for.
     * @return the records; each iterator asks anew. Errors come out of {@code hasNext} and {@code next}.
     */
    public Iterable<AgentRecord> query(final RegistryQuery query) {
        return () -> new QueryIterator(cursor -> query(query, cursor));
    }

    /**
     * Finds a page of records.
     *
     * @param query  what to ask for.
     * @param cursor 0: from the start; then the page's next cursor.
     * @return a page.
     */
    public QueryPage query(final RegistryQuery query, final long cursor) {
        return await(queryAsync(query, cursor));
    }

    /**
     * Finds a page of records.
     *
     * @param query  what to ask for.
     * @param cursor 0: from the start; then the page's next cursor.
     * @return completed with a page.
     */
    public CompletableFuture<QueryPage> queryAsync(final RegistryQuery query, final long cursor) {
        return open(new ReadCalls.Query(query.toString()), (buffer, requests, registry) ->
            registry.query(buffer, query, cursor, false));
    }

    /**
     * Counts records without carrying them here.
     *
     * @param query what to ask for.
     * @return records that match.
     */
    public long count(final RegistryQuery query) {
        return await(countAsync(query));
    }

    /**
     * Counts records without carrying them here.
     *
     * @param query what to ask for; leave it alone until the future is completed.
     * @return completed with the number of records that match.
     */
    public CompletableFuture<Long> countAsync(final RegistryQuery query) {
        final AtomicLong count = new AtomicLong();
        return Paging.run(
            cursor -> open(new ReadCalls.Query("count of " + query), (buffer, requests, registry) ->
                registry.query(buffer, query, cursor, true)),
            QueryPage::nextCursor, page -> count.addAndGet(page.count()), count::get);
    }

    /**
     * What the registry holds and what it costs.
     *
     * @return the figures; of the moment, not of one instant.
     */
    public RegistryStatistics registryStats() {
        return await(registryStatsAsync());
    }

    /**
     * What the registry holds and what it costs.
     *
     * @return completed with the figures; of the moment, not of one instant.
     */
    public CompletableFuture<RegistryStatistics> registryStatsAsync() {
        final List<RegistryStatistics> pages = new ArrayList<>();
        return Paging.run(
            next -> open(new ReadCalls.Stats(), (buffer, requests, registry) -> registry.stats(buffer, (int) next)),
            ReadCalls.StatsPage::next, page -> pages.add(page.statistics()), () -> RegistryStatistics.join(pages));
    }

    /**
     * Registers, or registers again: the owner's registration replaces the whole record, which gets the next version.
     *
     * @param request what to register; its lease is renewed while this client lives, and it is registered again in a new
     *                session, unless it says otherwise.
     * @return what was granted.
     * @throws RefusedException ALREADY_REGISTERED names the owner's session.
     */
    public RegistrationResult register(final RegistrationRequest request) {
        return await(registerAsync(request));
    }

    /**
     * Registers, or registers again: the owner's registration replaces the whole record, which gets the next version.
     *
     * @param request what to register; its lease is renewed while this client lives, and it is registered again in a new
     *                session, unless it says otherwise.
     * @return completed with what was granted.
     */
    public CompletableFuture<RegistrationResult> registerAsync(final RegistrationRequest request) {
        return sendRegister(new WriteCalls.Register(request.copy()));
    }

    /** Sends a registration, the user's or the client's own. */
    final CompletableFuture<RegistrationResult> sendRegister(final WriteCalls.Register call) {
        final RegistrationRequest request = call.request;
        return open(call, (buffer, requests, registry) -> request.metadata().length > limits().maxMetadataLength()
            ? ClientChannel.TOO_LARGE : registry.register(buffer, request));
    }

    /**
     * Registers many records of one namespace. More items than a message holds ({@link ServerLimits#maxKeys()},
     * {@link ServerLimits#maxMessageLength()}, {@code ingressTermLength}), or items with different leases, go in several
     * messages ({@link BatchRegistration#requests()}).
     *
     * @param namespace of all; empty: the default one.
     * @param items     what to register; their own namespace is empty or the same.
     * @return one entry for each item: whether it was registered, or why not. Refusals are not thrown.
     * @throws IllegalArgumentException when an item names another namespace.
     * @throws RequestTimeoutException  when a message has no complete answer in time: items of it may be registered, and
     *                                  go with their lease; those of other messages are kept.
     */
    public BatchRegistration registerBatch(final String namespace, final List<RegistrationRequest> items) {
        return await(registerBatchAsync(namespace, items));
    }

    /**
     * Registers many records of one namespace; see {@link #registerBatch}.
     *
     * @param namespace of all; empty: the default one.
     * @param items     what to register; their own namespace is empty or the same.
     * @return completed with one entry for each item: whether it was registered, or why not.
     * @throws IllegalArgumentException when an item names another namespace.
     */
    public CompletableFuture<BatchRegistration> registerBatchAsync(final String namespace,
                                                                   final List<RegistrationRequest> items) {
        Names.check("namespace", namespace);
        final List<RegistrationRequest> copies = new ArrayList<>(items.size());
        for (final RegistrationRequest item : items) {
            ConnectionContext.check(item.namespace().isEmpty() || item.namespace().equals(namespace), "item " + copies.size()
                + " is of namespace '" + item.namespace() + "', the batch of '" + namespace + "'");
            copies.add(item.copy().namespace(namespace));
        }
        final BatchPlan plan = new BatchPlan(namespace, copies, maxMessageLength(), limits());
        final BatchAnswers answers = new BatchAnswers(plan);
        for (final List<Integer> message : plan.messages) {
            final WriteCalls.RegisterBatch call = new WriteCalls.RegisterBatch(namespace, plan.itemsOf(message));
            open(call, (buffer, requests, registry) -> registry.registerBatch(buffer, namespace, call.items))
                .whenComplete((answered, failure) -> answers.onAnswer(message, call, failure));
        }
        return answers.result();
    }

    /**
     * Changes a record of this session, or, as an administrator, any.
     *
     * @param request what to change.
     * @return the new version; or, not updated, VERSION_CONFLICT with the version that the record has.
     * @throws RefusedException NOT_FOUND, NOT_OWNER, TOO_LARGE, REGISTRY_FULL, INVALID_ARGUMENT; SESSION_CLOSED where the
     *                          connection was lost before the answer to an update with an expected version.
     */
    public UpdateResult update(final UpdateRequest request) {
        return await(updateAsync(request));
    }

    /**
     * Changes a record of this session, or, as an administrator, any; see {@link #update}.
     *
     * @param request what to change.
     * @return completed with the new version; or, not updated, VERSION_CONFLICT with the version that the record has.
     */
    public CompletableFuture<UpdateResult> updateAsync(final UpdateRequest request) {
        final UpdateRequest copy = request.copy();
        return open(new WriteCalls.Update(copy), (buffer, requests, registry) ->
            copy.metadata().length > limits().maxMetadataLength() ? ClientChannel.TOO_LARGE : registry.update(buffer, copy));
    }

    /**
     * Unregisters.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return false: there was no such record.
     */
    public boolean unregister(final String namespace, final String name) {
        return await(unregisterAsync(namespace, name));
    }

    /**
     * Unregisters.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return completed with false where there was no such record.
     */
    public CompletableFuture<Boolean> unregisterAsync(final String namespace, final String name) {
        return open(new WriteCalls.Unregister(new Call.Key(namespace, name)), (buffer, requests, registry) ->
            registry.unregister(buffer, namespace, name));
    }

    /**
     * Drops the records that a namespace has now: services at once, agents when the grace is over. For administrators (see
     * {@link ConnectionContext#adminToken}).
     *
     * @param namespace ASCII; empty: the default one.
     * @param graceMs   milliseconds for which agents may finish what they run; 0: none.
     * @return records that were removed or are draining.
     * @throws RefusedException FORBIDDEN: this client is no administrator.
     */
    public long dropNamespace(final String namespace, final int graceMs) {
        return await(dropNamespaceAsync(namespace, graceMs));
    }

    /**
     * Drops the records that a namespace has now; see {@link #dropNamespace}.
     *
     * @param namespace ASCII; empty: the default one.
     * @param graceMs   milliseconds for which agents may finish what they run; 0: none.
     * @return completed with the number of records that were removed or are draining.
     */
    public CompletableFuture<Long> dropNamespaceAsync(final String namespace, final int graceMs) {
        return open(new WriteCalls.DropNamespace(namespace), (buffer, requests, registry) ->
            registry.dropNamespace(buffer, namespace, graceMs));
    }

    /**
     * Copies the registry's store while the server works. For administrators.
     *
     * @param target    directory on the server's machine that the copy becomes; nothing may be there yet.
     * @param timeoutNs nanoseconds; a copy takes seconds for a million records.
     * @return what was copied, when the copy is complete.
     * @throws RefusedException FORBIDDEN: this client is no administrator; INVALID_ARGUMENT: there is no store, or the target
     *                          cannot be used; OVERLOADED: another backup runs.
     */
    public BackupResult backup(final Path target, final long timeoutNs) {
        return await(backupAsync(target, timeoutNs));
    }

    /**
     * Copies the registry's store while the server works; see {@link #backup}.
     *
     * @param target    directory on the server's machine that the copy becomes; nothing may be there yet.
     * @param timeoutNs nanoseconds; a copy takes seconds for a million records.
     * @return completed with what was copied, when the copy is complete.
     */
    public CompletableFuture<BackupResult> backupAsync(final Path target, final long timeoutNs) {
        ConnectionContext.check(timeoutNs > 0, "timeoutNs = " + timeoutNs + " is not positive");
        final String path = target.toAbsolutePath().normalize().toString();
        final WriteCalls.Backup call = new WriteCalls.Backup(path);
        call.timeoutNs = timeoutNs;
        return open(call, (buffer, requests, registry) -> registry.backup(buffer, path.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Watches the registry: a snapshot, then changes, until the watch is closed. The listener may be called before this
     * returns.
     *
     * @param filter   what to watch.
     * @param listener whom to tell, on the thread that drives the client.
     * @return the watch.
     */
    public Watch watch(final WatchFilter filter, final WatchListener listener) {
        return await(watchAsync(filter, listener));
    }

    /**
     * Watches the registry; see {@link #watch}.
     *
     * @param filter   what to watch.
     * @param listener whom to tell, on the thread that drives the client.
     * @return completed with the watch when the server has taken it.
     */
    public CompletableFuture<Watch> watchAsync(final WatchFilter filter, final WatchListener listener) {
        ConnectionContext.check(filter != null && listener != null, "filter and listener must not be null");
        return openWatch(filter, listener);
    }
}
