package io.ringmaster.thread;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Writes down what happens to it. */
class RecordingRole implements Role {
    final CountDownLatch worked = new CountDownLatch(1);
    volatile long lastNowNs;
    volatile int cycles;
    volatile int work;
    volatile Exception failure;
    volatile RuntimeException startFailure;
    volatile Thread workThread;
    volatile Thread closeThread;

    private final String name;
    private final List<String> log;

    RecordingRole(final String name, final List<String> log) {
        this.name = name;
        this.log = log;
    }

    @Override
    public void onStart() {
        log.add("start " + name);
        if (null != startFailure) {
            throw startFailure;
        }
    }

    @Override
    public int doWork(final long nowNs) throws Exception {
        workThread = Thread.currentThread();
        lastNowNs = nowNs;
        final int seen = cycles;
        cycles = seen + 1;
        worked.countDown();
        if (null != failure) {
            throw failure;
        }
        return work;
    }

    @Override
    public void onClose() {
        closeThread = Thread.currentThread();
        log.add("close " + name);
    }

    @Override
    public String roleName() {
        return name;
    }
}
