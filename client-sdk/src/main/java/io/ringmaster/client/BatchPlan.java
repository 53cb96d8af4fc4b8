package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the items of a batch registration go into messages: one after the other, as many as fit, apart by lease, because a
 * message carries one. Items that cannot be sent at all are refused here.
 * <p>
 * Threading: confined to its user.
 */
final class BatchPlan {
    /** One entry for each item; null: it is in a message. */
    final RegistrationEntry[] entries;
    /** Positions of the items of each message. */
    final List<List<Integer>> messages = new ArrayList<>();
    /** Why the first item that was refused here was refused; empty: none was. */
    String text = "";
    private final String namespace;
    private final List<RegistrationRequest> items;

    /**
     * Plans.
     *
     * @param maxLength   of a message.
     * @param limits    of the server.
     */
    BatchPlan(final String namespace, final List<RegistrationRequest> items, final int maxLength,
              final ServerLimits limits) {
        this.namespace = namespace;
        this.items = items;
        entries = new RegistrationEntry[items.size()];
        final Map<Integer, Open> openByLease = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            final RegistrationRequest item = items.get(i);
            final int length = RegistryRequestEncoder.itemLength(item);
            final int room = maxLength - RegistryRequestEncoder.batchLength(namespace);
            if (item.metadata().length > limits.maxMetadataLength()) {
                refuse(i, ClientChannel.TOO_LARGE, "metadata of " + item.metadata().length + " bytes is over "
                    + limits.maxMetadataLength());
            } else if (RegistryRequestEncoder.fault(item) != 0) {
                refuse(i, RegistryRequestEncoder.fault(item), "a name is empty, too long or not printable ASCII");
            } else if (length > room) {
                refuse(i, ClientChannel.TOO_LARGE, length + " bytes do not fit into a message of " + maxLength);
            } else {
                final Open open = openByLease.computeIfAbsent(item.leaseMs(), ignore -> new Open());
                if (open.length + length > room || open.positions.size() == limits.maxKeys()) {
                    messages.add(open.positions);
                    open.positions = new ArrayList<>();
                    open.length = 0;
                }
                open.positions.add(i);
                open.length += length;
            }
        }
        openByLease.values().forEach(open -> messages.add(open.positions));
    }

    private void refuse(final int index, final int code, final String reason) {
        final RegistrationRequest item = items.get(index);
        entries[index] = new RegistrationEntry(item.name(), code == ClientChannel.TOO_LARGE ? ResultCode.TOO_LARGE
            : ResultCode.INVALID_ARGUMENT, 0, 0, 0, 0, 0);
        if (text.isEmpty()) {
            text = "item " + index + ", " + namespace + '/' + item.name() + ": " + reason;
        }
    }

    /** The items of one message. */
    List<RegistrationRequest> itemsOf(final List<Integer> message) {
        final List<RegistrationRequest> some = new ArrayList<>(message.size());
        for (final int index : message) {
            some.add(items.get(index));
        }
        return some;
    }

    /** Takes what came of one message. */
    void take(final List<Integer> message, final WriteCalls.RegisterBatch call) {
        for (int i = 0; i < message.size(); i++) {
            entries[message.get(i)] = call.entries[i];
        }
        if (text.isEmpty() && call.text() != null) {
            text = call.text();
        }
    }

    BatchRegistration result() {
        return new BatchRegistration(List.of(entries), messages.size(), text);
    }

    private static final class Open {
        private List<Integer> positions = new ArrayList<>();
        private int length;
    }
}
