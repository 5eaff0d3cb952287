package io.alluvium.webhook.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many attempts a second, and as many at once as a second has. Whoever finds it empty is told when to come
 * again, each a little later than the one before, so that those who wait come as fast as tokens do. Thread-safe.
 */
final class RateLimit {

    /** Nobody is sent away for longer: the limit may have been raised meanwhile. */
    private static final long MOST_NANOS = Duration.ofMinutes(5).toNanos();

    private final long interval;
    private final long burst;
    private final LongSupplier nanoTime;

    /** When the bucket would have been empty for as long as tokens have been taken from it. */
    private long spent;

    private long nextVisit;

    /** @param perSecond 0 for no limit */
    RateLimit(double perSecond, LongSupplier nanoTime) {
        if (!(perSecond >= 0) || perSecond > 0 && perSecond < 0.001) {
            throw new IllegalArgumentException("a rate is 0 for none, or at least 0.001 a second, got " + perSecond);
        }
        this.interval = perSecond == 0 ? 0 : (long) (1e9 / perSecond);
        this.burst = Math.max(interval, (long) 1e9);
        this.nanoTime = nanoTime;
        this.spent = nanoTime.getAsLong() - burst;
        this.nextVisit = nanoTime.getAsLong();
    }

    /** @return zero when a token was taken; otherwise none was, and this is when to come again */
    synchronized Duration take() {
        if (interval == 0) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong();
        spent = Math.max(spent, now - burst);
        if (spent + interval <= now) {
            spent += interval;
            return Duration.ZERO;
        }
        nextVisit = Math.max(nextVisit, now) + interval;
        return Duration.ofNanos(Math.min(nextVisit - now, MOST_NANOS));
    }
}
