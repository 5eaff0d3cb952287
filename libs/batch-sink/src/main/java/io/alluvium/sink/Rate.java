package io.alluvium.sink;

import java.util.function.LongSupplier;

/** How many per second, over the last ten seconds. Thread-safe. */
final class Rate {

    private static final int SECONDS = 10;
    private static final long NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final long[] counts = new long[SECONDS];
    private final long[] second = new long[SECONDS];

    Rate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(long count) {
        long now = nanoTime.getAsLong() / NANOS;
        int slot = Math.floorMod(now, SECONDS);
        if (second[slot] != now) {
            second[slot] = now;
            counts[slot] = 0;
        }
        counts[slot] += count;
    }

    synchronized double perSecond() {
        long now = nanoTime.getAsLong() / NANOS;
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            sum += now - second[i] < SECONDS ? counts[i] : 0;
        }
        return (double) sum / SECONDS;
    }
}
