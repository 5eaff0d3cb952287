package io.alluvium.localstack;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is running, to be closed once, last started first, whoever asks: the end of the demo, the death of a service, or
 * Ctrl-C in the middle of a start, which then waits until the part being started can be stopped. Thread-safe.
 */
final class Parts implements AutoCloseable {

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final CountDownLatch ending = new CountDownLatch(1);

    /** @throws LocalStackException if everything is being stopped already */
    synchronized <P extends AutoCloseable> P start(Supplier<P> part) {
        if (isEnding()) {
            throw new LocalStackException("stopped before it was ready");
        }
        P started = part.get();
        running.push(started);
        return started;
    }

    boolean isEnding() {
        return ending.getCount() == 0;
    }

    /** Ctrl-C reaches the services as soon as us: one that has just ended may be the first sign of it. */
    boolean isEndingWithin(Duration patience) {
        try {
            return ending.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return isEnding();
        }
    }

    @Override
    public void close() {
        ending.countDown();
        closeAll();
    }

    private synchronized void closeAll() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failure) { // the others must be stopped all the same
                System.err.println("run: not stopped cleanly: " + failure.getMessage());
            }
        }
    }
}
