package io.ringmaster.client;

import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Answers that are changed or cut at random on their way: every call ends, with a typed failure or a value, and the client goes on. */
@Timeout(120)
class AnswerFuzzTest {
    private static final int ROUNDS = 25;
    private static final int CALLS_OF_EACH_KIND = 12;
    private static final Set<Integer> SESSION_TEMPLATES = Set.of(KeepAliveDecoder.TEMPLATE_ID, ConnectedDecoder.TEMPLATE_ID,
        RefusedDecoder.TEMPLATE_ID, SessionClosedDecoder.TEMPLATE_ID, TaskResultDecoder.TEMPLATE_ID);

    @TempDir
    File dir;
    private FakeServer server;
    private RingmasterClient client;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
        client = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void shouldEndEveryCallWhenAnswersAreChangedAtRandom() {
        final long seed = System.nanoTime();
        System.out.println("AnswerFuzzTest seed " + seed);
        final Random random = new Random(seed);
        server.mangler = frame -> {
            final UnsafeBuffer changed = isOfTheSession(frame) ? frame : changed(frame, random);
            return changed.capacity() >= MessageHeaderDecoder.ENCODED_LENGTH && isOfTheSession(changed) ? frame : changed;
        };
        int failed = 0;
        int answered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS_OF_EACH_KIND; i++) {
                calls.add(client.lookupAsync("ns", "a-" + i));
                calls.add(client.lookupBatchAsync("ns", List.of("a", "b", "c")));
                calls.add(client.queryAsync(new RegistryQuery().namespace("ns"), 0));
                calls.add(client.registryStatsAsync());
                calls.add(client.unregisterAsync("ns", "a"));
                calls.add(client.updateAsync(new UpdateRequest().namespace("ns").name("a").mergeAttribute("zone", "eu")));
                calls.add(client.dropNamespaceAsync("ns", 10));
                calls.add(client.registerAsync(new RegistrationRequest().namespace("ns").name("r-" + i).renew(false)));
                calls.add(client.registerBatchAsync("ns", List.of(new RegistrationRequest().name("x").renew(false))));
                calls.add(client.submitAsync(
                    new Batch().add(new TaskSpec().capabilities("echo").payload(new byte[20]))).acceptance());
            }
            for (final CompletableFuture<?> call : calls) {
                try {
                    call.orTimeout(20, TimeUnit.SECONDS).join();
                    answered++;
                } catch (final CompletionException ex) {
                    assertInstanceOf(RingmasterException.class, ex.getCause(), () -> "seed " + seed);
                    failed++;
                }
            }
        }
        assertTrue(failed > 100 && answered > 100, failed + " failed, " + answered + " answered");
        server.mangler = null;
        assertTrue(client.lookupAsync("ns", "a", TimeUnit.SECONDS.toNanos(20)).join().isPresent());
        assertTrue(client.stats().malformed() > 0);
    }

    private static int template(final UnsafeBuffer frame) {
        return new MessageHeaderDecoder().wrap(frame, 0).templateId();
    }

    /** The dialogue of the session, and the sequence of its results, stay as they are. */
    private static boolean isOfTheSession(final UnsafeBuffer frame) {
        return SESSION_TEMPLATES.contains(template(frame));
    }

    private static UnsafeBuffer changed(final UnsafeBuffer frame, final Random random) {
        if (random.nextInt(3) == 0) {
            return frame;
        }
        final int length = random.nextInt(4) == 0 ? random.nextInt(frame.capacity() + 1) : frame.capacity();
        final UnsafeBuffer changed = new UnsafeBuffer(new byte[length]);
        changed.putBytes(0, frame, 0, length);
        for (int i = 1 + random.nextInt(3); i > 0 && length > 0; i--) {
            final int offset = random.nextInt(length);
            if (random.nextBoolean() || offset + Integer.BYTES > length) {
                changed.putByte(offset, (byte) (random.nextBoolean() ? random.nextInt() : 0xFF));
            } else {
                changed.putInt(offset, random.nextBoolean() ? random.nextInt() : random.nextInt(300));
            }
        }
        return changed;
    }
}
