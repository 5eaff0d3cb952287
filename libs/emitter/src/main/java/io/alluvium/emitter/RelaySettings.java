package io.alluvium.emitter;

import java.time.Duration;

/**
 * How a relay works.
 *
 * @param outbox       the table
 * @param batch        rows that are published at once, 1 to 10,000
 * @param pollInterval how long an event waits at most that another process has committed; those of this one wake the relay
 * @param patience     how long one batch waits for Kafka before the relay lets go of the database and tries anew
 * @param maxBackoff   longest pause between attempts that fail
 * @param refusedPause how long the events of a key wait after Kafka has refused one of them for what it is (too large)
 */
public record RelaySettings(
        String outbox,
        int batch,
        Duration pollInterval,
        Duration patience,
        Duration maxBackoff,
        Duration refusedPause) {

    public RelaySettings {
        OutboxTable.requireName(outbox);
        if (batch < 1 || batch > 10_000) {
            throw new IllegalArgumentException("batch must be from 1 to 10000, got " + batch);
        }
        positive("pollInterval", pollInterval);
        positive("patience", patience);
        positive("maxBackoff", maxBackoff);
        positive("refusedPause", refusedPause);
    }

    private static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than nothing, got " + duration);
        }
    }

    /** What suits most: 500 rows, 200 ms, 10 s, 10 s, 30 s. */
    public static RelaySettings of(String outbox) {
        return new RelaySettings(
                outbox,
                500,
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }
}
