package io.ringmaster.server.registry;

import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.ring.CommandHandler;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.CapabilityWordsDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import io.ringmaster.server.codec.ReleaseSessionCommandDecoder;
import io.ringmaster.server.codec.RenewCommandDecoder;
import io.ringmaster.server.codec.UnregisterCommandDecoder;
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
    private final ErrorHandler errorHandler;
    private final RegistryStats stats = new RegistryStats();
    private final CommandHandler handler = this::onCommand;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final RegisterCommandDecoder register = new RegisterCommandDecoder();
    private final UnregisterCommandDecoder unregister = new UnregisterCommandDecoder();
    private final RenewCommandDecoder renew = new RenewCommandDecoder();
    private final ReleaseSessionCommandDecoder release = new ReleaseSessionCommandDecoder();
    private final Registration registration = new Registration();
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
     * @param errorHandler told of commands that fail and of the server's own registrations that are refused.
     */
    public RegistryRole(
        final RegistryPartition[] partitions, final CommandRing[] rings, final RegistryOutput output,
        final ErrorHandler errorHandler) {
        if (partitions.length == 0 || partitions.length != rings.length) {
            throw new IllegalArgumentException(partitions.length + " partitions need as many rings, not " + rings.length);
        }
        this.partitions = partitions.clone();
        this.rings = rings.clone();
        this.output = output;
        this.errorHandler = errorHandler;
    }

    @Override
    public int doWork(final long cycleNowNs) {
        nowNs = cycleNowNs;
        int workCount = output.drain(cycleNowNs);
        for (int i = 0; i < partitions.length; i++) {
            partition = partitions[i];
            workCount += partition.doWork(cycleNowNs);
            workCount += takeCommands(rings[i]);
        }
        return workCount;
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
            final int room = output.commandRoom(COMMAND_LIMIT - taken);
            final int commands = room == 0 ? 0 : ring.poll(handler, room, nowNs);
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
            default -> onFailure(new IllegalStateException(
                "command with template " + header.templateId() + " and " + length + " bytes is not one of the registry's"));
        }
    }

    private void onRegister() {
        final long sessionId = register.sessionId();
        final long correlationId = register.correlationId();
        final long leaseNs = register.leaseNs();
        final int result;
        try {
            final CapabilityWordsDecoder words = register.capabilities();
            registration.reset()
                .kind((byte) register.kind())
                .ownerSession(sessionId)
                .leaseNs(leaseNs)
                .capacity(register.capacity())
                .parallelism(register.parallelism())
                .localAgent(register.localAgent())
                .capabilities().words(words.w0(), words.w1(), words.w2(), words.w3());
            register.wrapNamespaceName(namespace);
            register.wrapName(name);
            register.wrapMetadata(metadata);
            registration.namespace(namespace, 0, namespace.capacity())
                .name(name, 0, name.capacity())
                .metadata(metadata, 0, metadata.capacity());
            result = partition.register(registration, nowNs);
        } catch (final RuntimeException ex) {
            onFailure(ex);
            if (sessionId != 0) {
                output.registerFailed(sessionId, correlationId);
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
        } else if (result == RegistryResult.OK) {
            output.registerReply(sessionId, correlationId, result,
                partition.lastIncarnation(), partition.lastVersion(), sessionId, leaseNs);
        } else {
            final long ownerSessionId =
                result == RegistryResult.ALREADY_REGISTERED ? partition.lastOwnerSession() : 0;
            output.registerReply(sessionId, correlationId, result, 0, 0, ownerSessionId, 0);
        }
    }

    private void onUnregister() {
        final long sessionId = unregister.sessionId();
        final long correlationId = unregister.correlationId();
        final int result;
        try {
            unregister.wrapNamespaceName(namespace);
            unregister.wrapName(name);
            result = partition.unregister(
                namespace, 0, namespace.capacity(), name, 0, name.capacity(), sessionId, nowNs);
        } catch (final RuntimeException ex) {
            onFailure(ex);
            if (sessionId != 0) {
                output.unregisterFailed(sessionId, correlationId);
            }
            return;
        }
        if (result == RegistryResult.OK) {
            stats.onUnregistration();
        } else {
            stats.onRejection();
        }
        if (sessionId != 0) {
            output.unregisterReply(
                sessionId, correlationId, result, result == RegistryResult.OK ? partition.lastIncarnation() : 0);
        }
    }

    private void onRenew() {
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
