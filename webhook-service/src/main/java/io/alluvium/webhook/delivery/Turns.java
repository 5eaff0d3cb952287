package io.alluvium.webhook.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * When those come again who found all places of a destination taken: one after the other, as fast as places become free. So a
 * slow destination is not asked for all the time by the many who wait for it. Thread-safe.
 */
final class Turns {

    private static final long LEAST_NANOS = Duration.ofMillis(50).toNanos();

    /** Nobody waits longer than that for a destination that may have become quick meanwhile. */
    private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

    private static final long UNKNOWN = Duration.ofSeconds(1).toNanos();

    private final int places;
    private final LongSupplier nanoTime;

    /** What an attempt takes, the late ones above all. */
    private long took = UNKNOWN;

    private long last;

    Turns(int places, LongSupplier nanoTime) {
        this.places = places;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /** @param free places after an attempt that took so long; where most are, nobody needs to queue any more */
    synchronized void ended(long nanos, int free) {
        took += (nanos - took) / 8;
        if (free * 2 > places) {
            last = nanoTime.getAsLong();
        }
    }

    /** Takes a turn: how long from now. */
    synchronized Duration next() {
        long now = nanoTime.getAsLong();
        long turn = Math.max(last - now, LEAST_NANOS) + Math.max(1, took / places);
        last = now + Math.min(turn, MOST_NANOS);
        return Duration.ofNanos(turn < MOST_NANOS ? turn : MOST_NANOS / 2 + random(MOST_NANOS / 2));
    }

    private static long random(long nanos) {
        return ThreadLocalRandom.current().nextLong(nanos);
    }
}
