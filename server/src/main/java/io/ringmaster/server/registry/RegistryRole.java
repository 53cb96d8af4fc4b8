package io.ringmaster.server.registry;

import io.ringmaster.registry.RecordUpdate;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.ring.CommandHandler;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.DropNamespaceCommandDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import io.ringmaster.server.codec.ReleaseSessionCommandDecoder;
import io.ringmaster.server.codec.RenewCommandDecoder;
import io.ringmaster.server.codec.UnregisterCommandDecoder;
import io.ringmaster.server.codec.UpdateCommandDecoder;
import io.ringmaster.server.ingress.CommandWords;
import io.ringmaster.server.registry.RegistryOutput.Cause;
import io.ringmaster.server.watch.WatchDesk;
import io.ringmaster.thread.Role;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;

/**
 * The single writer of one or more registry partitions, each with its own ring. A command is only taken while what follows
 * from it has room, so a full egress or coordination ring holds commands back in their ring and loses none.
 * <p>
 * Commands of session 0, the server itself, get no reply; a registration of its own that is refused goes to the error handler.
 * A heartbeat for an agent that is not registered (any more) is answered with AgentLost, as is a lease that ran out.
 * The drop of a namespace is answered when it is done ({@link PendingDrops}).
 * <p>
 * Threading: confined to the registry's thread; {@link #stats()} is readable from any thread.
 */
public final class RegistryRole implements Role {
    /** Name in thread plans. */
    public static final String ROLE_NAME = "registry";
    /** Commands of one partition in one duty cycle. */
    private static final int COMMAND_LIMIT = 64;

    private final RegistryPartition[] partitions;
    private final CommandRing[] rings;
    private final RegistryOutput output;
    private final WatchDesk watches;
    private final RegistryReplies replies;
    private final WriteGate gate;
    private final ErrorHandler errorHandler;
    private final PendingDrops pendingDrops;
    private final RegistryStats stats = new RegistryStats();
    private final CommandHandler handler = this::onCommand;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final RegisterCommandDecoder register = new RegisterCommandDecoder();
    private final UnregisterCommandDecoder unregister = new UnregisterCommandDecoder();
    private final RenewCommandDecoder renew = new RenewCommandDecoder();
    private final ReleaseSessionCommandDecoder release = new ReleaseSessionCommandDecoder();
    private final UpdateCommandDecoder update = new UpdateCommandDecoder();
    private final DropNamespaceCommandDecoder drop = new DropNamespaceCommandDecoder();
    private final Registration registration = new Registration();
    private final RecordUpdate recordUpdate = new RecordUpdate();
    private final UnsafeBuffer namespace = new UnsafeBuffer();
    private final UnsafeBuffer name = new UnsafeBuffer();
    private final UnsafeBuffer metadata = new UnsafeBuffer();
    private RegistryPartition partition;
    private long nowNs;

    /**
     * The role.
     *
     * @param partitions   that it writes, all built with {@code output} as their effects.
     * @param rings        the ring of each partition, in the same order.
     * @param output       where effects and replies go.
     * @param watches      the watches of all partitions.
     * @param errorHandler told of commands that fail and of the server's own registrations that are refused.
     */
    public RegistryRole(
        final RegistryPartition[] partitions, final CommandRing[] rings, final RegistryOutput output,
        final WatchDesk watches, final ErrorHandler errorHandler) {
        this(partitions, rings, output, watches, WriteGate.OPEN, errorHandler);
    }

    /**
     * The role, with somebody who may refuse the writes of clients.
     *
     * @param partitions   that it writes, all built with {@code output} as (one of) their effects.
     * @param rings        the ring of each partition, in the same order.
     * @param output       where effects and replies go.
     * @param watches      of changes.
     * @param gate         asked before each write of a client.
     * @param errorHandler told of commands that fail and of the server's own registrations that are refused.
     */
    public RegistryRole(
        final RegistryPartition[] partitions, final CommandRing[] rings, final RegistryOutput output,
        final WatchDesk watches, final WriteGate gate, final ErrorHandler errorHandler) {
        if (partitions.length == 0 || partitions.length != rings.length) {
            throw new IllegalArgumentException(partitions.length + " partitions need as many rings, not " + rings.length);
        }
        this.partitions = partitions.clone();
        this.rings = rings.clone();
        this.output = output;
        this.watches = watches;
        this.gate = gate;
        replies = output.replies();
        pendingDrops = new PendingDrops(partitions[0].settings().maxNameLength());
        this.errorHandler = errorHandler;
    }

    @Override
    public int doWork(final long cycleNowNs) {
        nowNs = cycleNowNs;
        watches.nowNs(cycleNowNs);
        int workCount = output.drain(cycleNowNs) + pendingDrops.answer(output);
        for (int i = 0; i < partitions.length; i++) {
            partition = partitions[i];
            output.cause(Cause.OTHER, 0);
            workCount += partition.doWork(cycleNowNs);
            workCount += takeCommands(rings[i]);
        }
        return workCount + replies.flush() + watches.doWork();
    }

    @Override
    public String roleName() {
        return ROLE_NAME;
    }

    /**
     * Figures of this role.
     *
     * @return figures; the same object for the role's life.
     */
    public RegistryStats stats() {
        return stats;
    }

    private int takeCommands(final CommandRing ring) {
        int taken = 0;
        while (taken < COMMAND_LIMIT) {
            final int room = Math.min(output.commandRoom(COMMAND_LIMIT - taken), watches.commandRoom());
            // On the ring's own clock: the cycle's time may be that of the ingress that enqueued, and the wait would be 0.
            final int commands = room == 0 ? 0 : ring.poll(handler, room);
            if (commands == 0) {
                break;
            }
            taken += commands;
        }
        return taken;
    }

    private void onCommand(final MutableDirectBuffer buffer, final int offset, final int length, final long enqueuedNs) {
        header.wrap(buffer, offset);
        final int bodyOffset = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case RegisterCommandDecoder.TEMPLATE_ID -> {
                register.wrap(buffer, bodyOffset, blockLength, version);
                onRegister();
            }
            case UnregisterCommandDecoder.TEMPLATE_ID -> {
                unregister.wrap(buffer, bodyOffset, blockLength, version);
                onUnregister();
            }
            case RenewCommandDecoder.TEMPLATE_ID -> {
                renew.wrap(buffer, bodyOffset, blockLength, version);
                onRenew();
            }
            case ReleaseSessionCommandDecoder.TEMPLATE_ID -> {
                release.wrap(buffer, bodyOffset, blockLength, version);
                onRelease();
            }
            case UpdateCommandDecoder.TEMPLATE_ID -> {
                update.wrap(buffer, bodyOffset, blockLength, version);
                onUpdate();
            }
            case DropNamespaceCommandDecoder.TEMPLATE_ID -> {
                drop.wrap(buffer, bodyOffset, blockLength, version);
                onDropNamespace();
            }
            default -> {
                if (!watches.onCommand(header.templateId(), buffer, bodyOffset, blockLength, version)) {
                    onFailure(new IllegalStateException(
                        "command with template " + header.templateId() + " and " + length + " bytes is not one of the registry's"));
                }
            }
        }
    }

    private void onRegister() {
        final long sessionId = register.sessionId();
        final long leaseNs = register.leaseNs();
        output.cause(Cause.OTHER, sessionId);
        final int result;
        try {
            registration.reset()
                .kind((byte) register.kind())
                .ownerSession(sessionId)
                .leaseNs(leaseNs)
                .capacity(register.capacity())
                .parallelism(register.parallelism())
                .localAgent(register.localAgent());
            CommandWords.get(register.capabilities(), registration.capabilities());
            CommandWords.get(register.attributes(), registration.attributes());
            register.wrapNamespaceName(namespace);
            register.wrapName(name);
            register.wrapMetadata(metadata);
            registration.namespace(namespace, 0, namespace.capacity())
                .name(name, 0, name.capacity())
                .metadata(metadata, 0, metadata.capacity());
            final int refusal = sessionId == 0 ? RegistryResult.OK : gate.check();
            result = refusal == RegistryResult.OK ? partition.register(registration, nowNs) : refusal;
        } catch (final RuntimeException ex) {
            onFailure(ex);
            if (sessionId != 0) {
                registerFailed(sessionId, leaseNs);
            }
            return;
        }
        if (result == RegistryResult.OK) {
            stats.onRegistration();
        } else {
            stats.onRejection();
        }
        if (sessionId == 0) {
            reportOwn(result);
        } else {
            answerRegister(sessionId, result, leaseNs);
        }
    }

    private void answerRegister(final long sessionId, final int result, final long leaseNs) {
        final boolean registered = result == RegistryResult.OK;
        final long agentId = registered ? partition.lastIncarnation() : 0;
        final long recordVersion = registered ? partition.lastVersion() : 0;
        final long ownerSessionId = registered ? sessionId
            : result == RegistryResult.ALREADY_REGISTERED ? partition.lastOwnerSession() : 0;
        if (register.batchTotal() == 0) {
            replies.register(sessionId, register.correlationId(), result, agentId, recordVersion, ownerSessionId,
                registered ? leaseNs : 0);
        } else {
            replies.batchItem(sessionId, register.correlationId(), register.batchTotal(), register.batchIndex(), result,
                agentId, recordVersion, ownerSessionId, leaseNs);
        }
    }

    private void registerFailed(final long sessionId, final long leaseNs) {
        if (register.batchTotal() == 0) {
            replies.registerFailed(sessionId, register.correlationId());
        } else {
            replies.batchItemFailed(
                sessionId, register.correlationId(), register.batchTotal(), register.batchIndex(), leaseNs);
        }
    }

    private void onUpdate() {
        final long sessionId = update.sessionId();
        final long correlationId = update.correlationId();
        output.cause(Cause.UPDATE, sessionId);
        final int result;
        try {
            recordUpdate.reset()
                .sessionId(sessionId)
                .administrator(update.administrator() != 0)
                .expectedVersion(update.expectedVersion())
                .expectedIncarnation(update.expectedAgentId())
                .flags(update.flags());
            CommandWords.get(update.capabilities(), recordUpdate.capabilities());
            CommandWords.get(update.attributes(), recordUpdate.attributes());
            recordUpdate.removedAttributes(update.removedAttributes());
            update.wrapNamespaceName(namespace);
            update.wrapName(name);
            update.wrapMetadata(metadata);
            recordUpdate.namespace(namespace, 0, namespace.capacity())
                .name(name, 0, name.capacity())
                .metadata(metadata, 0, metadata.capacity());
            final int refusal = gate.check();
            result = refusal == RegistryResult.OK ? partition.update(recordUpdate, nowNs) : refusal;
        } catch (final RuntimeException ex) {
            onFailure(ex);
            replies.registerFailed(sessionId, correlationId);
            return;
        }
        if (result == RegistryResult.OK) {
            stats.onUpdate();
            replies.register(sessionId, correlationId, result, partition.lastIncarnation(), partition.lastVersion(),
                partition.lastOwnerSession(), partition.lastRecord().leaseNs());
        } else {
            stats.onRejection();
            final boolean conflict = result == RegistryResult.VERSION_CONFLICT;
            final boolean foreign = result == RegistryResult.NOT_OWNER;
            replies.register(sessionId, correlationId, result, conflict ? partition.lastIncarnation() : 0,
                conflict ? partition.lastVersion() : 0, conflict || foreign ? partition.lastOwnerSession() : 0, 0);
        }
    }

    private void onDropNamespace() {
        final long sessionId = drop.sessionId();
        final long correlationId = drop.correlationId();
        output.cause(Cause.OTHER, sessionId);
        if (mayNotRemove()) {
            stats.onRejection();
            replies.dropRefused(sessionId, correlationId, partition);
            return;
        }
        if (pendingDrops.isFull()) {
            stats.onRejection();
            replies.dropOverloaded(sessionId, correlationId, partition);
            return;
        }
        try {
            drop.wrapNamespaceName(namespace);
            final int dropped = partition.dropNamespace(namespace, 0, namespace.capacity(), drop.graceNs(), nowNs);
            if (dropped >= 0) {
                stats.onNamespaceDrop();
                pendingDrops.add(sessionId, correlationId, partition, namespace, dropped);
            } else {
                stats.onRejection();
                replies.dropped(sessionId, correlationId, partition, dropped);
            }
        } catch (final RuntimeException ex) {
            onFailure(ex);
            replies.dropFailed(sessionId, correlationId, partition);
        }
    }

    /** A removal needs no room, so only a failed store refuses it. */
    private boolean mayNotRemove() {
        return gate.check() == WriteGate.STORE_FAILED;
    }

    private void onUnregister() {
        final long sessionId = unregister.sessionId();
        final long correlationId = unregister.correlationId();
        output.cause(Cause.OTHER, sessionId);
        final int result;
        try {
            unregister.wrapNamespaceName(namespace);
            unregister.wrapName(name);
            result = mayNotRemove() ? WriteGate.STORE_FAILED : partition.unregister(
                namespace, 0, namespace.capacity(), name, 0, name.capacity(), sessionId,
                sessionId == 0 || unregister.administrator() != 0, nowNs);
        } catch (final RuntimeException ex) {
            onFailure(ex);
            if (sessionId != 0) {
                replies.unregisterFailed(sessionId, correlationId);
            }
            return;
        }
        if (result == RegistryResult.OK) {
            stats.onUnregistration();
        } else {
            stats.onRejection();
        }
        if (sessionId != 0) {
            replies.unregister(
                sessionId, correlationId, result, result == RegistryResult.OK ? partition.lastIncarnation() : 0);
        }
    }

    private void onRenew() {
        output.cause(Cause.RENEWAL, renew.sessionId());
        try {
            final long sessionId = renew.sessionId();
            final int result = partition.renew(
                renew.agentId(), sessionId, (byte) renew.readiness(), renew.inFlight(), renew.estimatedWaitNs(), nowNs);
            if (result == RegistryResult.OK) {
                stats.onRenewal();
            } else {
                stats.onRejection();
                if (sessionId != 0) {
                    output.notRegistered(sessionId, renew.agentId());
                }
            }
        } catch (final RuntimeException ex) {
            onFailure(ex);
        }
    }

    private void onRelease() {
        try {
            partition.releaseSession(release.sessionId());
            // Every partition is told; what concerns watches comes through the first one's ring, in the order of ingress.
            if (partition == partitions[0]) {
                watches.onSessionEnded(release.sessionId());
            }
        } catch (final RuntimeException ex) {
            onFailure(ex);
        }
    }

    private void reportOwn(final int result) {
        if (result != RegistryResult.OK) {
            errorHandler.onError(new IllegalStateException("the registration of the server's own " + text(namespace) + "/" +
                text(name) + " was refused: " + RegistryResult.name(result)));
        }
    }

    private void onFailure(final RuntimeException ex) {
        stats.onFailure();
        errorHandler.onError(ex);
    }

    private static String text(final UnsafeBuffer buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
