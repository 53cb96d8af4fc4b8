package io.ringmaster.server;

import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.protocol.Protocol;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One act of a {@link Rehearsal}: three sessions of a small server in the thread mode {@code invoker}, all driven from here. One looks up,
 * registers, updates, unregisters and asks; one registers what runs out and watches it go, and does not read for a while now and then; a
 * third one comes and goes, and its records and its namespace with it.
 * <p>
 * Threading: confined to the thread of the rehearsal.
 */
final class RehearsalAct implements IdleStrategy, AutoCloseable {
    private static final int LEASES_A_SECOND = 100_000;
    private static final int LEASES_OF_A_BATCH = 64;
    private static final long LEASES_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1) * LEASES_OF_A_BATCH / LEASES_A_SECOND;
    /** Of the records that are there at a time, those with a short lease. */
    private static final double LEASES_SHARE = 0.8;
    private static final int NAMESPACES = 8;
    private static final int UNDER_WAY = 16;
    private static final int LOOKUPS_OF_A_ROUND = 32;
    /** More than the server takes from one session at a time. */
    private static final int LOOKUPS_OF_A_BURST = 80;
    private static final int NAMES_OF_A_LOOKUP = 32;
    private static final int NAME_STEP = 7;
    private static final int ROUNDS_TO_LEASE = 4;
    private static final int ROUNDS_TO_QUERY = 8;
    private static final int MAX_METADATA = 200;
    private static final String WATCHED = "rehearsal";
    private static final String GUESTS = "rehearsal-guests";
    private static final List<List<String>> CAPABILITIES = List.of(
        List.of(), List.of("a"), List.of("a", "bb"), List.of("bb", "ccc", "dddd"), List.of("a", "ccc", "e-e", "f", "g", "h"));
    /** A guest takes the place of another this often. */
    private static final long CHANGE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(300);
    /** The watcher does not read for so long after that. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long PULSE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int FIRST_RANDOM = 1;

    private final RingmasterServer server;
    private final BooleanSupplier pulse;
    private final long endNs;
    private final int maxMetadata;
    private final int leaseMs;
    private final UnsafeBuffer[] namespaces = new UnsafeBuffer[NAMESPACES];
    private final UnsafeBuffer[] names;
    private final List<List<RegistrationRequest>> leases = new ArrayList<>();
    private final List<List<String>> keys = new ArrayList<>();
    private RehearsalSession user;
    private RehearsalSession watcher;
    private RehearsalSession guest;
    private long guestsRequests;
    private int nextLeases;
    private long nextLeasesNs = System.nanoTime();
    private long nextPulseNs = System.nanoTime();
    private long nextChangeNs = System.nanoTime();
    private long pauseEndNs = System.nanoTime();
    private boolean isEnded;
    private int random = FIRST_RANDOM;

    /**
     * An act that has not begun.
     *
     * @param server  in the thread mode {@code invoker}; stays open.
     * @param records that are there at a time, about.
     * @param pulse   called a few times a second; false: the act ends.
     * @param endNs   when the act ends, on the clock of {@link System#nanoTime()}.
     */
    RehearsalAct(final RingmasterServer server, final int records, final BooleanSupplier pulse, final long endNs) {
        this.server = server;
        this.pulse = pulse;
        this.endNs = endNs;
        maxMetadata = Math.min(MAX_METADATA, server.settings().registry().maxMetadataLength());
        for (int i = 0; i < NAMESPACES; i++) {
            namespaces[i] = ascii(namespace(i));
        }
        final int leasesAtATime = (int) (records * LEASES_SHARE);
        leaseMs = Math.max(1, leasesAtATime * (int) TimeUnit.SECONDS.toMillis(1) / LEASES_A_SECOND);
        // Half of the names are registered at a time.
        names = new UnsafeBuffer[2 * (records - leasesAtATime) / NAMESPACES];
        for (int i = 0; i < names.length; i++) {
            names[i] = ascii(name(i));
            final List<String> some = new ArrayList<>(NAMES_OF_A_LOOKUP);
            for (int j = 0; j < NAMES_OF_A_LOOKUP; j++) {
                some.add(name((i + j * NAME_STEP) % names.length));
            }
            keys.add(some);
        }
        // Twice as many names as leases that run at a time: most registrations find no record of their name.
        for (int i = 0; i < 2 * leasesAtATime; i += LEASES_OF_A_BATCH) {
            leases.add(leases(i));
        }
    }

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Each of another length. */
    private static String namespace(final int number) {
        return "rehearsal-" + "n".repeat(number) + number;
    }

    /** Of eight lengths. */
    private static String name(final int number) {
        return "x".repeat(number % NAMESPACES * NAMESPACES) + number;
    }

    private List<RegistrationRequest> leases(final int from) {
        final List<RegistrationRequest> items = new ArrayList<>(LEASES_OF_A_BATCH);
        for (int i = from; i < from + LEASES_OF_A_BATCH; i++) {
            items.add(new RegistrationRequest().name("lease-" + i).kind(Protocol.KIND_SERVICE).leaseMs(leaseMs).renew(false));
        }
        return items;
    }

    /** Plays until the act ends. */
    void play() {
        user = open("user");
        watcher = open("watcher");
        watcher.watch(WATCHED);
        for (int round = 0; isGoingOn(); round++) {
            takeLeases();
            lookUp(round);
            change(round);
            if (round % ROUNDS_TO_QUERY == 0) {
                burst();
                query();
                changeSessions();
            }
        }
    }

    /** Requests that were sent. */
    long requests() {
        return user.sent() + watcher.sent() + guestsRequests;
    }

    /** Leases that ran out, as far as their owner was told. */
    long leasesLost() {
        return watcher.leasesLost();
    }

    /** Whether it ended because the pulse said so. */
    boolean isEnded() {
        return isEnded;
    }

    private RehearsalSession open(final String name) {
        return new RehearsalSession(new ClientChannel.Context().dir(server.settings().dir().toString()).aeron(server.aeron())
            .idleStrategy(this).clientName("rehearsal-" + name).reconnect(false));
    }

    private boolean isGoingOn() {
        return !isEnded && System.nanoTime() - endNs < 0;
    }

    private void takeLeases() {
        final long nowNs = System.nanoTime();
        if (nowNs - nextLeasesNs >= 0) {
            nextLeasesNs = nowNs + LEASES_INTERVAL_NS;
            watcher.sent(watcher.channel().sendRegisterBatch(WATCHED, leases.get(nextLeases++ % leases.size())));
        }
        pollAll();
    }

    private void lookUp(final int round) {
        for (int i = 0; i < LOOKUPS_OF_A_ROUND; i++) {
            ask(sendLookup());
        }
        ask(user.channel().sendLookupBatch(namespace(round % NAMESPACES), keys.get(next(names.length))));
    }

    private long sendLookup() {
        final UnsafeBuffer namespace = namespaces[next(NAMESPACES)];
        final UnsafeBuffer name = names[next(names.length)];
        return user.channel().sendLookup(namespace, 0, namespace.capacity(), name, 0, name.capacity());
    }

    private void burst() {
        for (int i = 0; i < LOOKUPS_OF_A_BURST; i++) {
            user.sent(sendLookup());
        }
    }

    private void change(final int round) {
        final String namespace = namespace(next(NAMESPACES));
        final String name = name(next(names.length));
        ask(user.channel().sendRegister(new RegistrationRequest().namespace(namespace).name(name).kind(Protocol.KIND_SERVICE)
            .capabilities(CAPABILITIES.get(next(CAPABILITIES.size()))).metadata(metadata())
            .leaseMs(round % ROUNDS_TO_LEASE == 0 ? leaseMs : 0)));
        ask(user.channel().sendUpdate(new UpdateRequest().namespace(namespace).name(name).metadata(metadata())));
        ask(user.channel().sendUnregister(namespace(next(NAMESPACES)), name(next(names.length))));
    }

    /** Half of them empty. */
    private byte[] metadata() {
        return new byte[next(2) * next(maxMetadata + 1)];
    }

    private void query() {
        ask(user.channel().sendQuery(new RegistryQuery().namespace(namespace(next(NAMESPACES))).namePrefix("x"), 0));
        ask(user.channel().sendQuery(new RegistryQuery().allOf(List.of("a")).noneOf(List.of("ccc")), 0));
        ask(user.channel().sendCount(new RegistryQuery().namespace(WATCHED), 0));
        ask(user.channel().sendRegistryStats(0));
    }

    private void changeSessions() {
        final long nowNs = System.nanoTime();
        if (nowNs - nextChangeNs < 0) {
            return;
        }
        nextChangeNs = nowNs + CHANGE_INTERVAL_NS;
        pauseEndNs = nowNs + PAUSE_NS;
        watcher.watch(next(2) == 0 ? "" : WATCHED);
        if (guest != null) {
            guestsRequests += guest.sent();
            guest.close();
        }
        guest = open("guest");
        guest.watch(GUESTS);
        for (int i = 0; i < CAPABILITIES.size(); i++) {
            guest.sent(guest.channel().sendRegister(new RegistrationRequest().namespace(GUESTS).name("guest-" + i)
                .kind(Protocol.KIND_SERVICE).capabilities(CAPABILITIES.get(i))));
        }
    }

    private void ask(final long correlationId) {
        user.sent(correlationId);
        do {
            pollAll();
        } while (user.underWay() >= UNDER_WAY && isGoingOn());
    }

    private void pollAll() {
        idle();
        user.poll();
        if (System.nanoTime() - pauseEndNs >= 0) {
            watcher.poll();
        }
        if (guest != null) {
            guest.poll();
        }
        if (user.isClosed() || watcher.isClosed()) {
            throw new IllegalStateException("the small server has closed a session");
        }
    }

    /** A number below a bound, in a sequence that is always the same (xorshift, Marsaglia 2003). */
    private int next(final int bound) {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return Math.floorMod(random, bound);
    }

    /** While a session waits for its server, the server runs. */
    @Override
    public void idle() {
        server.invoke();
        final long nowNs = System.nanoTime();
        if (nowNs - nextPulseNs >= 0) {
            nextPulseNs = nowNs + PULSE_INTERVAL_NS;
            isEnded = !pulse.getAsBoolean();
        }
    }

    @Override
    public void idle(final int workCount) {
        idle();
    }

    @Override
    public void reset() {
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(guest, watcher, user);
    }
}
