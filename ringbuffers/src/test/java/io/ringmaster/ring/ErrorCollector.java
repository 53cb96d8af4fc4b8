package io.ringmaster.ring;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.ErrorHandler;

/** Keeps the errors for assertions. */
final class ErrorCollector implements ErrorHandler {
    final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Override
    public void onError(final Throwable throwable) {
        errors.add(throwable);
    }
}
