package io.ringmaster.server.cli;

import picocli.CommandLine;

/**
 * Hands the signal to the commands that wait for it.
 * <p>
 * Threading: confined to the main thread.
 */
final class CommandFactory implements CommandLine.IFactory {
    private final ShutdownSignal signal;

    CommandFactory(final ShutdownSignal signal) {
        this.signal = signal;
    }

    @Override
    public <K> K create(final Class<K> type) throws Exception {
        if (type == ServerCommand.class) {
            return type.cast(new ServerCommand(signal));
        }
        if (type == WatchCommand.class) {
            return type.cast(new WatchCommand(signal));
        }
        return type == RegisterCommand.class ? type.cast(new RegisterCommand(signal)) : CommandLine.defaultFactory().create(type);
    }
}
