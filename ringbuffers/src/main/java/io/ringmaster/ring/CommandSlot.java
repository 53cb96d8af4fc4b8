package io.ringmaster.ring;

/**
 * The Disruptor's event: the place of a slot in the ring's buffer. It holds no reference to a command.
 * <p>
 * Threading: immutable.
 */
final class CommandSlot {
    final int headerOffset;
    final int messageOffset;

    CommandSlot(final int headerOffset) {
        this.headerOffset = headerOffset;
        this.messageOffset = headerOffset + CommandSlotDescriptor.HEADER_LENGTH;
    }
}
