package io.ringmaster.server.system;

import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.protocol.Protocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * Registers, updates and unregisters at random, one operation at a time for each of many names, and knows what a name may be after the
 * server was killed: what was acknowledged last, or what the operation that was under way makes of it.
 */
final class WriteLoad {
    private static final String NAMESPACE = "soak";
    private static final int NAMES = 48;
    private static final int MAX_METADATA = 700;

    private final Random random;
    private final List<Name> names = new ArrayList<>();
    private long nextValue = 1;
    private long acknowledged;

    /** A name; value 0 is none. */
    private static final class Name {
        final String name;
        long value;
        long wanted;
        boolean owned;
        CompletableFuture<?> operation;

        Name(final String name) {
            this.name = name;
        }
    }

    WriteLoad(final long seed) {
        random = new Random(seed);
        for (int i = 0; i < NAMES; i++) {
            names.add(new Name("name-" + i));
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Loads a server as the first client of its life, until told to stop. */
    void run(final RingmasterClient client, final BooleanSupplier isStopped) {
        names.forEach(name -> name.owned = false);
        while (!isStopped.getAsBoolean()) {
            for (final Name name : names) {
                if (name.operation == null) {
                    begin(client, name);
                } else if (name.operation.isDone()) {
                    end(name);
                }
            }
            Thread.yield();
        }
    }

    private void begin(final RingmasterClient client, final Name name) {
        final int choice = random.nextInt(10);
        name.wanted = nextValue++;
        if (!name.owned || choice < 4) {
            name.operation = client.registerAsync(new RegistrationRequest().namespace(NAMESPACE).name(name.name)
                .kind(Protocol.KIND_SERVICE).capabilities(List.of("cap-" + choice)).renew(false).metadata(metadata(name.wanted)));
        } else if (choice < 7) {
            name.operation = client.updateAsync(
                new UpdateRequest().namespace(NAMESPACE).name(name.name).metadata(metadata(name.wanted)));
        } else {
            name.wanted = 0;
            name.operation = client.unregisterAsync(NAMESPACE, name.name);
        }
    }

    private void end(final Name name) {
        try {
            name.operation.join();
        } catch (final CompletionException ex) {
            if (ex.getCause().getMessage().contains("OVERLOADED")) {
                name.operation = null;
                return;
            }
            // The connection broke: the operation stays in doubt.
            return;
        }
        name.value = name.wanted;
        name.owned = name.value != 0;
        name.operation = null;
        acknowledged++;
    }

    /** Compares a server that was started again with what it acknowledged. Returns records found. */
    int verify(final RingmasterClient client) {
        final Set<Long> agentIds = new HashSet<>();
        for (final Name name : names) {
            final Optional<AgentRecord> found = client.lookup(NAMESPACE, name.name);
            final long value = found.map(record -> valueOf(name.name, record)).orElse(0L);
            if (value != name.value && (name.operation == null || value != name.wanted)) {
                throw new AssertionError(name.name + " was acknowledged with value " + name.value + ", " + (name.operation == null ?
                    "nothing" : "value " + name.wanted) + " was under way, but it is " + value + " (0: none)");
            }
            found.ifPresent(record -> {
                if (record.readiness() != Protocol.STALE || !agentIds.add(record.agentId())) {
                    throw new AssertionError(record + " is not stale, or there twice");
                }
            });
            name.value = value;
            name.operation = null;
        }
        final long count = client.count(new RegistryQuery().namespace(NAMESPACE));
        if (count != agentIds.size()) {
            throw new AssertionError(agentIds.size() + " names are found, but " + count + " records are there");
        }
        return agentIds.size();
    }

    private static byte[] metadata(final long value) {
        final byte[] bytes = new byte[(int)(Long.BYTES + value * 37 % MAX_METADATA)];
        Arrays.fill(bytes, (byte)value);
        ByteBuffer.wrap(bytes).putLong(0, value);
        return bytes;
    }

    private static long valueOf(final String name, final AgentRecord record) {
        final long value = ByteBuffer.wrap(record.metadata()).getLong();
        if (!Arrays.equals(metadata(value), record.metadata())) {
            throw new AssertionError("the metadata of " + name + " is a mixture: " + Arrays.toString(record.metadata()));
        }
        return value;
    }
}
