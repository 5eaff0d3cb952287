package io.alluvium.webhook.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Leaves a destination alone that fails again and again. Closed: everybody may try. Open after so many failures in a row: nobody
 * may, until the recovery time is over. Then half open: a few may try at a time; so many successes close it, one failure opens
 * it again. Thread-safe; of one process, since each finds out for itself.
 */
final class CircuitBreaker {

    /**
     * @param failures  in a row that open it
     * @param recovery  how long it stays open
     * @param trials    that may be under way at once when it is half open
     * @param successes that close it again
     */
    record Settings(int failures, Duration recovery, int trials, int successes) {}

    enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    private final Settings settings;
    private final LongSupplier nanoTime;

    private State state = State.CLOSED;
    private int failures;
    private int successes;
    private int trials;
    private long openUntil;

    /** How often it has opened: what began before does not count afterwards. */
    private int era;

    CircuitBreaker(Settings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    synchronized State state() {
        return state == State.OPEN && nanoTime.getAsLong() - openUntil >= 0 ? State.HALF_OPEN : state;
    }

    /**
     * Asks to try.
     *
     * @return the permit, to be given back to {@link #succeeded} or {@link #failed}; empty when the destination is to be left
     *     alone, for {@link #openFor()}
     */
    synchronized Optional<Integer> permit() {
        if (state == State.OPEN && nanoTime.getAsLong() - openUntil >= 0) {
            state = State.HALF_OPEN;
            successes = 0;
            trials = 0;
        }
        if (state == State.OPEN || state == State.HALF_OPEN && trials >= settings.trials()) {
            return Optional.empty();
        }
        if (state == State.HALF_OPEN) {
            trials++;
        }
        return Optional.of(era);
    }

    /** How long it will stay open; zero when it is not. */
    synchronized Duration openFor() {
        long nanos = state == State.OPEN ? openUntil - nanoTime.getAsLong() : 0;
        return Duration.ofNanos(Math.max(0, nanos));
    }

    synchronized void succeeded(int permit) {
        if (permit != era) {
            return;
        }
        failures = 0;
        if (state == State.HALF_OPEN) {
            trials--;
            successes++;
            if (successes >= settings.successes()) {
                state = State.CLOSED;
                era++;
            }
        }
    }

    synchronized void failed(int permit) {
        if (permit != era) {
            return;
        }
        failures++;
        if (state == State.HALF_OPEN || failures >= settings.failures()) {
            state = State.OPEN;
            openUntil = nanoTime.getAsLong() + settings.recovery().toNanos();
            failures = 0;
            era++;
        }
    }

    /** Gives a permit back that was not used. */
    synchronized void unused(int permit) {
        if (permit == era && state == State.HALF_OPEN) {
            trials--;
        }
    }
}
