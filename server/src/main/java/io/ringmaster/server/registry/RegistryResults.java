package io.ringmaster.server.registry;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;

import java.nio.charset.StandardCharsets;

/**
 * Translates results of the registry to codes and texts of the wire. Texts are encoded once, so that a refusal allocates
 * nothing.
 * <p>
 * Threading: immutable.
 */
public final class RegistryResults {
    /** When to come back after the registry was full: leases run out and sessions end in the meantime. */
    public static final int FULL_RETRY_AFTER_MS = 1000;

    private static final byte[] NO_TEXT = new byte[0];
    private static final int RESULTS = RegistryResult.INVALID_ATTRIBUTES + 1;

    private final byte[][] texts = new byte[RESULTS][];
    private final int maxNameLength;
    private final byte[] unknownText;
    private final byte[] leaseExpiredText = ascii("the agent's lease ran out: register it again");
    private final byte[] namespaceDroppedText = ascii("an administrator dropped the record's namespace");
    private final byte[] removedText = ascii("an administrator removed the record or dropped its namespace");
    private final byte[] notRegisteredText = ascii("the agent is not registered (any more): register it again");
    private final byte[] storeFailedText = ascii(
        "the registry's store has failed, so nothing more is registered or removed until the server is started again; see its error log");
    private final byte[] dropsFullText =
        ascii("drops of namespaces that go on = " + PendingDrops.MAX + " is the bound: come again when some are done");
    private final byte[] failedText = ascii("the registry failed on this command; the server's error log has more");

    /**
     * Texts that name the bounds of a registry.
     *
     * @param settings of the registry.
     */
    public RegistryResults(final RegistrySettings settings) {
        maxNameLength = settings.maxNameLength();
        unknownText = ascii("unknown result of the registry");
        texts[RegistryResult.OK] = NO_TEXT;
        text(RegistryResult.NOT_FOUND, "no such record");
        text(RegistryResult.ALREADY_REGISTERED, "the name belongs to another live session");
        text(RegistryResult.NOT_OWNER, "another session owns the record");
        text(RegistryResult.FULL, "the registry is full: ringmaster.registry.entries = " + settings.entries());
        text(RegistryResult.SLAB_FULL,
            "no room for names and metadata: ringmaster.registry.slab-bytes = " + settings.slabBytes());
        text(RegistryResult.INVALID_NAMESPACE, "the namespace is not 1 to " + settings.maxNameLength() + " bytes long");
        text(RegistryResult.INVALID_NAME, "the name is not 1 to " + settings.maxNameLength() + " bytes long");
        text(RegistryResult.INVALID_KIND, "the kind is not agent or service");
        text(RegistryResult.INVALID_LEASE, "the lease is not 0 to " + Registration.MAX_LEASE_NS / 1_000_000 + " ms");
        text(RegistryResult.METADATA_TOO_LONG,
            "the metadata is longer than ringmaster.registry.max-metadata = " + settings.maxMetadataLength());
        text(RegistryResult.INVALID_CAPACITY, "capacity or parallelism is negative");
        text(RegistryResult.WRONG_PARTITION, "the command came to the wrong partition");
        text(RegistryResult.VERSION_CONFLICT, "the record has another version than the one expected");
        text(RegistryResult.NAMESPACES_FULL, "there are " + settings.maxNamespaces() + " namespaces already");
        text(RegistryResult.INVALID_ATTRIBUTES, "an attribute is not declared, or the flags of the update are none");
    }

    /**
     * Code of a result.
     *
     * @param result one of {@link RegistryResult}.
     * @return code for the wire.
     */
    public static ResultCode code(final int result) {
        return switch (result) {
            case RegistryResult.OK -> ResultCode.OK;
            case RegistryResult.NOT_FOUND -> ResultCode.NOT_FOUND;
            case RegistryResult.ALREADY_REGISTERED -> ResultCode.ALREADY_REGISTERED;
            case RegistryResult.NOT_OWNER -> ResultCode.NOT_OWNER;
            case RegistryResult.FULL, RegistryResult.SLAB_FULL, RegistryResult.NAMESPACES_FULL -> ResultCode.REGISTRY_FULL;
            case RegistryResult.INVALID_NAMESPACE, RegistryResult.INVALID_NAME, RegistryResult.INVALID_KIND,
                RegistryResult.INVALID_LEASE, RegistryResult.INVALID_CAPACITY,
                RegistryResult.INVALID_ATTRIBUTES -> ResultCode.INVALID_ARGUMENT;
            case RegistryResult.VERSION_CONFLICT -> ResultCode.VERSION_CONFLICT;
            case RegistryResult.METADATA_TOO_LONG -> ResultCode.TOO_LARGE;
            default -> ResultCode.INTERNAL;
        };
    }

    /**
     * When to come back after a result.
     *
     * @param result one of {@link RegistryResult}.
     * @return milliseconds; 0 where coming back does not help by itself.
     */
    public static int retryAfterMs(final int result) {
        return code(result) == ResultCode.REGISTRY_FULL ? FULL_RETRY_AFTER_MS : 0;
    }

    /**
     * Why a remote agent was removed, for its owner.
     *
     * @param reason one of {@link RegistryEffects}.
     * @return code for the wire: DEADLINE_EXCEEDED for a lease, SESSION_CLOSED for a session, CANCELLED for what an administrator
     *     removed.
     */
    public static ResultCode lostCode(final int reason) {
        return switch (reason) {
            case RegistryEffects.LEASE_EXPIRED -> ResultCode.DEADLINE_EXCEEDED;
            case RegistryEffects.SESSION_ENDED -> ResultCode.SESSION_CLOSED;
            default -> ResultCode.CANCELLED;
        };
    }

    /** Text of a result: printable ASCII, not to be changed. */
    byte[] text(final int result) {
        if (result == WriteGate.STORE_FAILED) {
            return storeFailedText;
        }
        return result >= 0 && result < RESULTS ? texts[result] : unknownText;
    }

    /** Why a remote agent was removed, for its owner. */
    byte[] lostText(final int reason) {
        return switch (reason) {
            case RegistryEffects.LEASE_EXPIRED -> leaseExpiredText;
            case RegistryEffects.NAMESPACE_DROPPED -> namespaceDroppedText;
            default -> removedText;
        };
    }

    byte[] noText() {
        return NO_TEXT;
    }

    byte[] notRegisteredText() {
        return notRegisteredText;
    }

    byte[] dropsFullText() {
        return dropsFullText;
    }

    byte[] failedText() {
        return failedText;
    }

    int maxNameLength() {
        return maxNameLength;
    }

    /** Length of the longest text. */
    int maxTextLength() {
        int max = Math.max(Math.max(unknownText.length, failedText.length),
            Math.max(leaseExpiredText.length, notRegisteredText.length));
        max = Math.max(max, Math.max(storeFailedText.length, dropsFullText.length));
        max = Math.max(max, Math.max(namespaceDroppedText.length, removedText.length));
        for (final byte[] text : texts) {
            max = Math.max(max, text.length);
        }
        return max;
    }

    private void text(final int result, final String text) {
        texts[result] = ascii(text);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
