package io.alluvium.webhook.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a route tries an event again.
 *
 * @param attempts in all, the first included; ignored where there are explicit delays
 * @param base     the delay after the first attempt; it doubles with each one
 * @param max      the longest delay
 * @param delays   the delay after each attempt; empty for the exponential ones
 */
record RetrySchedule(int attempts, Duration base, Duration max, List<Duration> delays) {

    /** A destination may ask for patience, but not for ever. */
    static final Duration MOST_RETRY_AFTER = Duration.ofDays(1);

    private static final double JITTER = 0.2;

    RetrySchedule {
        delays = List.copyOf(delays);
        if (attempts < 1 || base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException("retries need at least one attempt and 0 < base <= max, got " + attempts
                    + ", " + base + ", " + max);
        }
        if (delays.stream().anyMatch(delay -> delay.isNegative() || delay.compareTo(Duration.ofDays(30)) > 0)) {
            throw new IllegalArgumentException("a delay between attempts is from 0 to 30 days, got " + delays);
        }
    }

    /**
     * @param made       attempts that have failed, at least 1
     * @param retryAfter what the destination asked for; it lengthens the delay and never shortens it
     * @return empty when that was the last attempt
     */
    Optional<Duration> delayAfter(int made, @Nullable Duration retryAfter, RandomGenerator random) {
        int all = delays.isEmpty() ? attempts : delays.size() + 1;
        if (made >= all) {
            return Optional.empty();
        }
        Duration delay = delays.isEmpty() ? exponential(made) : delays.get(made - 1);
        // Upwards only: a delay is a promise to leave the destination alone for so long.
        Duration jittered = Duration.ofMillis(Math.round(delay.toMillis() * (1 + JITTER * random.nextDouble())));
        Duration asked = retryAfter == null
                ? Duration.ZERO
                : retryAfter.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : retryAfter;
        return Optional.of(jittered.compareTo(asked) > 0 ? jittered : asked);
    }

    private Duration exponential(int made) {
        Duration delay = base;
        for (int i = 1; i < made && delay.compareTo(max) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(max) > 0 ? max : delay;
    }

    /**
     * Reads the header Retry-After: seconds, or a date.
     *
     * @return null where it says nothing that can be understood; never negative
     */
    static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null || header.length() > 40) {
            return null;
        }
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
        } catch (DateTimeException neither) {
            return null;
        }
    }
}
