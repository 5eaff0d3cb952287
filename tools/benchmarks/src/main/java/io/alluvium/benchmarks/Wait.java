package io.alluvium.benchmarks;

import java.time.Duration;

/** Waiting, always with an end. */
final class Wait {

    private static final long PAUSE_MILLIS = 5;

    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private Wait() {}

    /** @throws IllegalStateException saying what did not come about in time */
    static void until(String what, Duration patience, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + patience + ": " + what);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static boolean holds(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (InterruptedException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
