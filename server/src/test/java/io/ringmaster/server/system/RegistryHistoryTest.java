package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistrationResult;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.client.UpdateResult;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.history.LinearizabilityChecker;
import io.ringmaster.server.history.Operation;
import io.ringmaster.server.history.Operation.Kind;
import io.ringmaster.server.history.Operation.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that fight for a few names: every history that they see must be linearizable. */
@Timeout(120)
class RegistryHistoryTest {
    private static final int SESSIONS = 5;
    private static final int NAMES = 3;

    @TempDir
    private Path dir;

    @Test
    void shouldBeLinearizableWhenSessionsFightForNames() throws Exception {
        check(400, System.nanoTime());
    }

    @Test
    @Tag("slow")
    void shouldBeLinearizableWhenSessionsFightForNamesForLong() throws Exception {
        for (int round = 0; round < 20; round++) {
            check(1_000, System.nanoTime());
        }
    }

    private void check(final int operationsOfASession, final long seed) throws Exception {
        System.out.println("registry history: seed " + seed);
        final List<Operation> all = new ArrayList<>();
        try (ServerFixture fixture = new ServerFixture(dir.resolve(Long.toString(seed)), "ringmaster.registry.partitions=2")) {
            final ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
            final List<Future<List<List<Operation>>>> recorded = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                final RingmasterClient client = fixture.client();
                final Random random = new Random(seed + i);
                recorded.add(threads.submit(() -> new Session(client, random).run(operationsOfASession)));
            }
            final List<List<Operation>> byName = new ArrayList<>();
            for (int name = 0; name < NAMES; name++) {
                byName.add(new ArrayList<>());
            }
            for (final Future<List<List<Operation>>> session : recorded) {
                final List<List<Operation>> histories = session.get(60, TimeUnit.SECONDS);
                for (int name = 0; name < NAMES; name++) {
                    byName.get(name).addAll(histories.get(name));
                }
            }
            threads.shutdown();
            for (int name = 0; name < NAMES; name++) {
                final int at = name;
                all.addAll(byName.get(name));
                assertTrue(LinearizabilityChecker.isLinearizable(byName.get(name)),
                    () -> "seed " + seed + ", name " + at + " is not linearizable: " + byName.get(at));
            }
        }
        for (final Kind kind : Kind.values()) {
            assertTrue(all.stream().anyMatch(op -> op.kind() == kind && op.result() == Result.OK), () -> "no " + kind + " won");
            assertTrue(all.stream().anyMatch(op -> op.kind() == kind && op.result() != Result.OK), () -> "no " + kind + " lost");
        }
    }

    /** One session, on a thread of its own. */
    private static final class Session {
        private final RingmasterClient client;
        private final Random random;
        private final List<List<Operation>> histories = new ArrayList<>();
        private final long[] seen = new long[NAMES];
        private long expected;
        private long version;
        private long record;
        private long owner;

        private Session(final RingmasterClient client, final Random random) {
            this.client = client;
            this.random = random;
            for (int name = 0; name < NAMES; name++) {
                histories.add(new ArrayList<>());
            }
        }

        private List<List<Operation>> run(final int operations) {
            for (int i = 0; i < operations; i++) {
                final int name = random.nextInt(NAMES);
                final Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
                version = 0;
                record = 0;
                owner = 0;
                expected = kind == Kind.UPDATE ? Math.max(1, seen[name] - random.nextInt(2)) : 0;
                final long callNs = System.nanoTime();
                final Result result = ask(kind, "name-" + name);
                final long returnNs = System.nanoTime();
                seen[name] = version;
                histories.get(name).add(
                    new Operation(client.sessionId(), kind, expected, result, owner, record, version, callNs, returnNs));
            }
            return histories;
        }

        private Result ask(final Kind kind, final String name) {
            try {
                return switch (kind) {
                    case REGISTER -> register(name);
                    case UPDATE -> update(name);
                    case UNREGISTER -> client.unregister("history", name) ? Result.OK : Result.NOT_FOUND;
                    default -> lookup(name);
                };
            } catch (final RefusedException ex) {
                if (ex.code() == ResultCode.ALREADY_REGISTERED) {
                    return Result.ALREADY_REGISTERED;
                }
                if (ex.code() == ResultCode.NOT_FOUND) {
                    return Result.NOT_FOUND;
                }
                if (ex.code() == ResultCode.NOT_OWNER) {
                    return Result.NOT_OWNER;
                }
                throw ex;
            }
        }

        private Result register(final String name) {
            final RegistrationResult result =
                client.register(new RegistrationRequest().namespace("history").name(name).kind(Protocol.KIND_SERVICE).leaseMs(60_000));
            record = result.agentId();
            version = result.recordVersion();
            return Result.OK;
        }

        private Result update(final String name) {
            final UpdateResult result = client.update(
                new UpdateRequest().namespace("history").name(name).expectedVersion(expected).metadata(new byte[(int) expected % 8]));
            record = result.agentId();
            version = result.recordVersion();
            return result.updated() ? Result.OK : Result.VERSION_CONFLICT;
        }

        private Result lookup(final String name) {
            final Optional<AgentRecord> found = client.lookup("history", name);
            found.ifPresent(r -> {
                record = r.agentId();
                version = r.recordVersion();
                owner = r.ownerSessionId();
            });
            return found.isPresent() ? Result.OK : Result.NOT_FOUND;
        }
    }
}
