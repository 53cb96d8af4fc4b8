package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilityBitmaps;

/**
 * Bounds of what a command brings.
 * <p>
 * Threading: immutable.
 */
final class RecordChecks {
    private final int maxNameLength;
    private final int maxMetadataLength;
    private final int attributeMask;

    RecordChecks(final RegistrySettings settings) {
        maxNameLength = settings.maxNameLength();
        maxMetadataLength = settings.maxMetadataLength();
        attributeMask = settings.attributes().mask();
    }

    /** A result: OK, or the code of the first argument out of its bounds. */
    int check(final Registration registration) {
        if (!isNameLength(registration.namespaceLength())) {
            return RegistryResult.INVALID_NAMESPACE;
        }
        if (!isNameLength(registration.nameLength())) {
            return RegistryResult.INVALID_NAME;
        }
        if (registration.kind() < 1 || registration.kind() > CapabilityBitmaps.MAX_KIND) {
            return RegistryResult.INVALID_KIND;
        }
        if (registration.leaseNs() < 0 || registration.leaseNs() > Registration.MAX_LEASE_NS) {
            return RegistryResult.INVALID_LEASE;
        }
        if (registration.metadataLength() > maxMetadataLength) {
            return RegistryResult.METADATA_TOO_LONG;
        }
        if ((registration.attributes().present() & ~attributeMask) != 0) {
            return RegistryResult.INVALID_ATTRIBUTES;
        }
        return registration.capacity() < 0 || registration.parallelism() < 0 ? RegistryResult.INVALID_CAPACITY : RegistryResult.OK;
    }

    /** A result: OK, or the code of the first argument out of its bounds. */
    int check(final RecordUpdate update) {
        if (update.has(RecordUpdate.METADATA) && update.metadataLength() > maxMetadataLength) {
            return RegistryResult.METADATA_TOO_LONG;
        }
        final int used = update.attributes().present() | update.removedAttributes();
        return update.hasValidFlags() && (used & ~attributeMask) == 0 ? RegistryResult.OK : RegistryResult.INVALID_ATTRIBUTES;
    }

    boolean isNameLength(final int length) {
        return length >= 1 && length <= maxNameLength;
    }
}
