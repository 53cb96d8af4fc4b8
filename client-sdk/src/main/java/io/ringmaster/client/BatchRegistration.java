package io.ringmaster.client;

import java.util.List;

/**
 * What became of a batch registration.
 * <p>
 * Threading: immutable.
 *
 * @param entries  one for each item, in the order of the items.
 * @param requests messages that it took: more than one where the items did not fit into one, or asked for different leases.
 * @param text     why the first item that was refused was refused; empty: none was.
 */
public record BatchRegistration(List<RegistrationEntry> entries, int requests, String text) {
    /**
     * Items that were registered.
     *
     * @return the number.
     */
    public int registered() {
        int count = 0;
        for (final RegistrationEntry entry : entries) {
            count += entry.registered() ? 1 : 0;
        }
        return count;
    }
}
