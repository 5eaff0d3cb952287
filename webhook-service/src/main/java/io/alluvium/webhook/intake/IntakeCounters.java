package io.alluvium.webhook.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of deliveries to known sources since the start: {@code alluvium.webhook.deliveries} by source and outcome,
 * {@code total = accepted + duplicate + rejected + failed} once all are answered; and what waits in
 * the spool: {@code alluvium.webhook.spool.entries} and {@code .bytes}. Alert when the spool is not empty for minutes, and
 * when {@code rejected} grows faster than it used to: a secret was changed, or somebody is trying.
 */
@Singleton
final class IntakeCounters {

    private final MeterRegistry meters;
    private final LongAdder total = new LongAdder();
    private final LongAdder verified = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder duplicated = new LongAdder();
    private final LongAdder queued = new LongAdder();
    private final LongAdder failed = new LongAdder();

    IntakeCounters(MeterRegistry meters, Outlet outlet) {
        this.meters = meters;
        Spool spool = outlet.spool();
        if (spool != null) {
            Gauge.builder("alluvium.webhook.spool.entries", spool, Spool::waiting)
                    .description("Deliveries that wait on disk for the broker")
                    .register(meters);
            Gauge.builder("alluvium.webhook.spool.bytes", spool, Spool::bytes)
                    .description("Bytes of the spool's files")
                    .baseUnit("bytes")
                    .register(meters);
        }
    }

    void received() {
        total.increment();
    }

    void verified() {
        verified.increment();
    }

    void rejected(String source) {
        rejected.increment();
        outcome(source, "rejected");
    }

    void accepted(String source) {
        queued.increment();
        outcome(source, "accepted");
    }

    void duplicate(String source) {
        duplicated.increment();
        outcome(source, "duplicate");
    }

    void failed(String source) {
        failed.increment();
        outcome(source, "failed");
    }

    /** An accepted delivery whose id another one had. */
    void conflict(String source) {
        Counter.builder("alluvium.webhook.id.conflicts")
                .description("Accepted deliveries under an id that another delivery had, stored under one of their own")
                .tag("source", source)
                .register(meters)
                .increment();
    }

    private void outcome(String source, String outcome) {
        Counter.builder("alluvium.webhook.deliveries")
                .description("Deliveries by what they were answered")
                .tags("source", source, "outcome", outcome)
                .register(meters)
                .increment();
    }

    long total() {
        return total.sum();
    }

    long verifiedCount() {
        return verified.sum();
    }

    long rejectedCount() {
        return rejected.sum();
    }

    long duplicatedCount() {
        return duplicated.sum();
    }

    long queuedCount() {
        return queued.sum();
    }

    long failedCount() {
        return failed.sum();
    }
}
