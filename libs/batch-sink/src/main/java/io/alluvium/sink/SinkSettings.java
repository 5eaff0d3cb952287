package io.alluvium.sink;

import java.time.Duration;

/**
 * @param maxPoisonShare   share of a batch that the database may refuse row by row; above it the failure counts as
 *     systemic and nothing is thrown away (0 to 1)
 * @param toleratedPoison  rows of a batch that may be refused whatever the share: a batch of one is no evidence
 * @param minBackoff       pause after the first failure that may pass by itself; doubles with each further one
 * @param maxBackoff       longest such pause
 * @param systemicPause    pause before a batch is tried again after a failure that needs mending
 * @param brokerTimeout    how long the broker may take to say which topic it is
 */
public record SinkSettings(
        double maxPoisonShare,
        int toleratedPoison,
        Duration minBackoff,
        Duration maxBackoff,
        Duration systemicPause,
        Duration brokerTimeout) {

    public static final SinkSettings DEFAULTS = new SinkSettings(
            0.5, 100, Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(10));

    public SinkSettings {
        if (!(maxPoisonShare >= 0 && maxPoisonShare <= 1)) {
            throw new IllegalArgumentException("maxPoisonShare must lie between 0 and 1, got " + maxPoisonShare);
        }
        if (toleratedPoison < 0) {
            throw new IllegalArgumentException("toleratedPoison must not be negative, got " + toleratedPoison);
        }
        if (minBackoff.isNegative() || minBackoff.isZero() || maxBackoff.compareTo(minBackoff) < 0) {
            throw new IllegalArgumentException(
                    "backoff must satisfy 0 < min <= max, got " + minBackoff + " and " + maxBackoff);
        }
        if (systemicPause.isNegative() || systemicPause.isZero()) {
            throw new IllegalArgumentException("systemicPause must be positive, got " + systemicPause);
        }
    }

    int mostPoison(int batch) {
        return Math.max(toleratedPoison, (int) (batch * maxPoisonShare));
    }
}
