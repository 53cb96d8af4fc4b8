package io.ringmaster.server.ingress;

import static io.ringmaster.server.ingress.IngressRig.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.codec.AgentLoadCommandDecoder;
import io.ringmaster.server.codec.CancelCommandDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import io.ringmaster.server.codec.ReleaseSessionCommandDecoder;
import io.ringmaster.server.codec.RenewCommandDecoder;
import io.ringmaster.server.codec.ResultAckCommandDecoder;
import io.ringmaster.server.codec.SessionClosedCommandDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import io.ringmaster.server.codec.TaskCompletedCommandDecoder;
import io.ringmaster.server.codec.TaskRefusedCommandDecoder;
import io.ringmaster.server.codec.TaskRunningCommandDecoder;
import io.ringmaster.server.codec.UnregisterCommandDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.FakeStream;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each message becomes: commands in the rings. */
class IngressAdapterTest {
    private final IngressRig rig = IngressRig.connected();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    @AfterEach
    void noErrors() {
        assertEquals(List.of(), rig.errors);
    }

    @Test
    void shouldForwardRegistrationWithCapabilityWordsWhenItIsValid() {
        rig.on(Frames.register(rig.sessionId, 5, "", "a", "x,y", 3, r -> { }));
        final List<UnsafeBuffer> commands = rig.drainPartitions();
        assertEquals(1, commands.size());
        final RegisterCommandDecoder command = new RegisterCommandDecoder().wrapAndApplyHeader(commands.get(0), 0, header);
        assertEquals(rig.sessionId, command.sessionId());
        assertEquals(5, command.correlationId());
        assertEquals(Protocol.KIND_AGENT, command.kind());
        assertEquals(4, command.capacity());
        assertEquals(2, command.parallelism());
        assertEquals(5_000 * MS, command.leaseNs());
        assertEquals(-1, command.localAgent());
        assertEquals(0b11, command.capabilities().w0());
        assertEquals("default", command.namespaceName());
        assertEquals("a", command.name());
        assertEquals(3, command.metadataLength());
    }

    @Test
    void shouldUseBothPartitionsWhenNamesDiffer() {
        final Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            rig.on(Frames.register(rig.sessionId, 5, "", "agent-" + i, "", 0, r -> { }));
            for (int p = 0; p < IngressRig.PARTITIONS; p++) {
                if (!rig.drain(rig.partitionRings[p]).isEmpty()) {
                    used.add(p);
                }
            }
        }
        assertEquals(Set.of(0, 1), used);
    }

    @Test
    void shouldForwardUnregistrationWhenItIsValid() {
        rig.on(Frames.unregister(rig.sessionId, 6, "ns", "a"));
        final UnregisterCommandDecoder command =
            new UnregisterCommandDecoder().wrapAndApplyHeader(rig.drainPartitions().get(0), 0, header);
        assertEquals(6, command.correlationId());
        assertEquals("ns", command.namespaceName());
        assertEquals("a", command.name());
    }

    @Test
    void shouldForwardEveryPartWhenHeartbeatComes() {
        final long second = 1L << 48 | 9;
        rig.on(Frames.heartbeat(rig.sessionId, new long[] {3, second}, 1, 2, 3));
        final UnsafeBuffer renewal = rig.drain(rig.partitionRings[1]).get(0);
        final RenewCommandDecoder renew = new RenewCommandDecoder().wrapAndApplyHeader(renewal, 0, header);
        assertEquals(second, renew.agentId());
        assertEquals(rig.sessionId, renew.sessionId());
        assertEquals(1, rig.drain(rig.partitionRings[0]).size());
        final List<UnsafeBuffer> commands = rig.drain(rig.coordination);
        assertEquals(List.of(AgentLoadCommandDecoder.TEMPLATE_ID, AgentLoadCommandDecoder.TEMPLATE_ID,
            TaskRunningCommandDecoder.TEMPLATE_ID), commands.stream().map(IngressRig::template).collect(Collectors.toList()));
        final AgentLoadCommandDecoder load = new AgentLoadCommandDecoder().wrapAndApplyHeader(commands.get(0), 0, header);
        assertEquals(3, load.agentId());
        assertEquals(2, load.inFlight());
        assertEquals(7, load.estimatedWaitNs());
        final TaskRunningCommandDecoder running =
            new TaskRunningCommandDecoder().wrapAndApplyHeader(commands.get(2), 0, header);
        assertEquals(3, running.running().count());
    }

    @Test
    void shouldGoOnWithTheNextPartWhenHeartbeatWasPutBack() {
        IngressRig.fill(rig.coordination, true);
        final UnsafeBuffer frame = Frames.heartbeat(rig.sessionId, new long[] {3, 4}, 1, 2, 3);
        assertEquals(Action.ABORT, rig.on(frame));
        assertEquals(1, rig.drain(rig.partitionRings[0]).size());
        rig.drain(rig.coordination);
        assertEquals(Action.CONTINUE, rig.on(frame));
        assertEquals(1, rig.drain(rig.partitionRings[0]).size());
        assertEquals(3, rig.drain(rig.coordination).size());
        assertEquals(1, rig.count(NetworkCounter.ABORTED_FRAMES));
    }

    @Test
    void shouldForwardBatchWithIdsWhenItIsValid() {
        rig.on(Frames.register(rig.sessionId, 5, "", "a", "x,y", 3, r -> { }));
        rig.nowNs += 77;
        rig.on(Frames.submit(rig.sessionId, 9, 2, "y", "train", 10, t -> { }));
        final SubmitBatchCommandDecoder command =
            new SubmitBatchCommandDecoder().wrapAndApplyHeader(rig.drain(rig.coordination).get(0), 0, header);
        assertEquals(9, command.batchId());
        assertEquals(77, command.correlationId());
        assertEquals(rig.nowNs, command.receivedNs());
        SubmitBatchCommandDecoder.TasksDecoder tasks = command.tasks();
        assertEquals(2, tasks.count());
        while (tasks.hasNext()) {
            tasks = tasks.next();
            assertEquals(1000, tasks.costNs());
            assertEquals(5000, tasks.deadlineNs());
            assertEquals(1, tasks.kindId());
            assertEquals(0, tasks.unknownCapability());
            assertEquals(0b10, tasks.capabilities().w0());
            assertEquals(10, tasks.skipPayload());
        }
        assertEquals("default", command.namespaceName());
        assertEquals(List.of("1=train"), rig.kinds);
    }

    @Test
    void shouldFlagTaskWhenNoAgentEverHadItsCapability() {
        rig.on(Frames.submit(rig.sessionId, 9, 1, "nobody", "", 0, t -> { }));
        final SubmitBatchCommandDecoder command =
            new SubmitBatchCommandDecoder().wrapAndApplyHeader(rig.drain(rig.coordination).get(0), 0, header);
        final SubmitBatchCommandDecoder.TasksDecoder task = command.tasks().next();
        assertEquals(1, task.unknownCapability());
        assertEquals(0, task.kindId());
        assertEquals(0, task.capabilities().w0());
        assertEquals(0, rig.capabilities.size());
    }

    @Test
    void shouldUseTheUnnamedKindWhenAllKindsAreTaken() {
        for (int i = 0; i < 300; i++) {
            rig.on(Frames.submit(rig.sessionId, 9, 1, "", "kind-" + i, 0, t -> { }));
            final SubmitBatchCommandDecoder command =
                new SubmitBatchCommandDecoder().wrapAndApplyHeader(rig.drain(rig.coordination).get(0), 0, header);
            assertEquals(i < 255 ? i + 1 : 0, command.tasks().next().kindId());
        }
        assertEquals(255, rig.kinds.size());
    }

    @Test
    void shouldRefuseBatchAtOnceWhenOnlyTheReserveIsLeft() {
        IngressRig.fill(rig.coordination, false);
        assertEquals(Action.CONTINUE, rig.on(Frames.submit(rig.sessionId, 9, 1, "", "", 0, t -> { })));
        assertEquals("OVERLOADED 77 ", rig.reply());
        assertEquals(1, rig.count(NetworkCounter.OVERLOADED_REQUESTS));
    }

    @Test
    void shouldRefuseRegistrationAtOnceWhenOnlyTheReserveIsLeft() {
        for (int i = 0; i < IngressRig.PARTITIONS; i++) {
            IngressRig.fill(rig.partitionRings[i], false);
        }
        rig.on(Frames.register(rig.sessionId, 5, "", "a", "", 0, r -> { }));
        assertEquals("OVERLOADED 5 ", rig.reply());
        rig.on(Frames.unregister(rig.sessionId, 6, "", "a"));
        assertEquals("OVERLOADED 5 ", rig.reply(), "a withdrawal uses the reserve");
    }

    @Test
    void shouldAdmitAnswersWhenOnlyTheReserveIsLeft() {
        IngressRig.fill(rig.coordination, false);
        final int before = rig.coordination.depth();
        assertEquals(Action.CONTINUE, rig.on(Frames.taskCompleted(rig.sessionId, 1, 0, 5, 10)));
        assertEquals(Action.CONTINUE, rig.on(Frames.taskRefused(rig.sessionId, 1, 5)));
        assertEquals(Action.CONTINUE, rig.on(Frames.cancel(rig.sessionId, 1, 5, -1)));
        assertEquals(before + 3, rig.coordination.depth());
    }

    @Test
    void shouldPutFramesBackWhenNotEvenTheReserveHasRoom() {
        IngressRig.fill(rig.coordination, true);
        assertEquals(Action.ABORT, rig.on(Frames.taskCompleted(rig.sessionId, 1, 0, 5, 10)));
        assertEquals(Action.ABORT, rig.on(Frames.taskRefused(rig.sessionId, 1, 5)));
        assertEquals(Action.ABORT, rig.on(Frames.cancel(rig.sessionId, 1, 5, -1)));
        assertEquals(3, rig.count(NetworkCounter.ABORTED_FRAMES));
        rig.drain(rig.coordination);
        assertEquals(Action.CONTINUE, rig.on(Frames.taskCompleted(rig.sessionId, 1, 0, 5, 10)));
        final TaskCompletedCommandDecoder command =
            new TaskCompletedCommandDecoder().wrapAndApplyHeader(rig.drain(rig.coordination).get(0), 0, header);
        assertEquals(rig.sessionId, command.sessionId());
        assertEquals(10, command.resultLength());
    }

    @Test
    void shouldFailTaskWhenItsResultIsTooLong() {
        rig.on(Frames.taskCompleted(rig.sessionId, 1, 0, 5, IngressRig.MAX_PAYLOAD + 1));
        final TaskCompletedCommandDecoder command =
            new TaskCompletedCommandDecoder().wrapAndApplyHeader(rig.drain(rig.coordination).get(0), 0, header);
        assertEquals(ResultCode.TASK_FAILED.value(), command.code());
        final byte[] text = new byte[command.resultLength()];
        command.getResult(text, 0, text.length);
        assertEquals("the result of 513 bytes is longer than the server's bound of 512 bytes",
            new String(text, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldForwardRefusalAndCancelWhenTheyAreValid() {
        rig.on(Frames.taskRefused(rig.sessionId, 12, 5));
        rig.on(Frames.cancel(rig.sessionId, 4, 6, 2));
        final List<UnsafeBuffer> commands = rig.drain(rig.coordination);
        final TaskRefusedCommandDecoder refused =
            new TaskRefusedCommandDecoder().wrapAndApplyHeader(commands.get(0), 0, header);
        assertEquals(12, refused.taskId());
        assertEquals(5 * MS, refused.capacityInNs());
        final CancelCommandDecoder cancel = new CancelCommandDecoder().wrapAndApplyHeader(commands.get(1), 0, header);
        assertEquals(6, cancel.batchId());
        assertEquals(2, cancel.taskIndex());
    }

    @Test
    void shouldForwardAcknowledgementOnceWhenItAdvances() {
        rig.on(Frames.keepAlive(rig.sessionId, 3));
        rig.on(Frames.keepAlive(rig.sessionId, 3));
        rig.on(Frames.resultAck(rig.sessionId, 2));
        rig.on(Frames.resultAck(rig.sessionId, 4));
        final List<UnsafeBuffer> commands = rig.drain(rig.coordination);
        assertEquals(2, commands.size());
        assertEquals(4, new ResultAckCommandDecoder().wrapAndApplyHeader(commands.get(1), 0, header).ackedResultSequence());
    }

    @Test
    void shouldForwardOnlyTheLatestAcknowledgementWhenTheRingWasFull() {
        IngressRig.fill(rig.coordination, true);
        assertEquals(Action.CONTINUE, rig.on(Frames.resultAck(rig.sessionId, 4)));
        assertEquals(Action.CONTINUE, rig.on(Frames.resultAck(rig.sessionId, 9)));
        rig.drain(rig.coordination);
        rig.nowNs += 20 * MS;
        rig.sessions.nowNs(rig.nowNs);
        rig.sessions.doWork(true);
        final List<UnsafeBuffer> commands = rig.drain(rig.coordination);
        assertEquals(1, commands.size());
        assertEquals(9, new ResultAckCommandDecoder().wrapAndApplyHeader(commands.get(0), 0, header).ackedResultSequence());
    }

    @Test
    void shouldEndTheSessionWhenTheClientCloses() {
        rig.on(Frames.close(rig.sessionId));
        assertEquals(ResultCode.OK.value(), Answers.sessionClosed(rig.publication.messages()).code());
        assertTrue(rig.publication.isClosed());
        final List<UnsafeBuffer> commands = rig.drain(rig.coordination);
        assertEquals(SessionClosedCommandDecoder.TEMPLATE_ID, IngressRig.template(commands.get(0)));
        final List<UnsafeBuffer> releases = rig.drainPartitions();
        assertEquals(IngressRig.PARTITIONS, releases.size());
        assertEquals(ReleaseSessionCommandDecoder.TEMPLATE_ID, IngressRig.template(releases.get(0)));
        rig.on(Frames.keepAlive(rig.sessionId, 0));
        assertEquals(1, rig.count(NetworkCounter.UNKNOWN_SESSION_FRAMES));
    }

    @Test
    void shouldRefuseFrameWhenItCarriesTheIdOfAnotherSession() {
        final FakeStream other = new FakeStream();
        rig.connect(other);
        final long otherId = rig.sessionId + 1;
        rig.drain(rig.coordination);
        rig.on(Frames.cancel(otherId, 8, 5, -1));
        assertEquals("SESSION_CLOSED 8 session 101 is not the one of this stream", rig.reply());
        assertTrue(rig.drain(rig.coordination).isEmpty());
        assertEquals(1, rig.count(NetworkCounter.UNKNOWN_SESSION_FRAMES));
    }

    @Test
    void shouldOnlyCountFrameWhenItsStreamHasNoSession() {
        rig.on(new FakeStream(), Frames.cancel(rig.sessionId, 8, 5, -1));
        assertTrue(rig.publication.messages().isEmpty());
        assertEquals(1, rig.count(NetworkCounter.UNKNOWN_SESSION_FRAMES));
    }

    @Test
    void shouldSayWhyWhenTheNamedSessionHasEnded() {
        final FakeStream other = new FakeStream();
        rig.connect(other);
        rig.on(other, Frames.close(rig.sessionId + 1));
        rig.on(Frames.cancel(rig.sessionId + 1, 8, 5, -1));
        assertEquals("SESSION_CLOSED 8 session 101 is not the one of this stream, it ended: OK, closed by the client",
            rig.reply());
    }

    @Test
    void shouldRefuseConnectRequestWhenTheStreamIsConnected() {
        rig.on(Frames.connect(44, 2001, 0, 0));
        assertEquals(ResultCode.MALFORMED.value(), Answers.refused(rig.publication.messages()).code());
        assertEquals(44, Answers.refused(rig.publication.messages()).correlationId());
        assertEquals(1, rig.publications.added());
        assertFalse(rig.publication.isClosed());
    }

    @Test
    void shouldAnswerTooLongMessageWithItsCorrelationId() {
        final UnsafeBuffer frame = Frames.submit(rig.sessionId, 9, 1, "", "", 100, t -> { });
        rig.adapter.onTooLong(frame, frame.capacity(), 99_999, rig.stream);
        assertEquals("TOO_LARGE 77 message = 99999 bytes is more than 16384 bytes", rig.reply());
        assertEquals(1, rig.count(NetworkCounter.TOO_LONG_FRAMES));
    }
}
