package io.alluvium.webhook.delivery;

import io.alluvium.webhook.delivery.LaneResult.EventResult;
import io.alluvium.webhook.table.EventStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What this process has delivered since it started: processed = succeeded + dead letters, each event once. Alert when {@code
 * alluvium.delivery.events{fate=dead_letter}} grows. Thread-safe.
 */
final class DeliveryMetrics {

    /** Of one moment. */
    record Figures(
            long processed,
            long succeeded,
            long deadLetters,
            long rounds,
            long batches,
            double meanBatchSeconds,
            @Nullable Instant last) {}

    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};

    private final MeterRegistry registry;
    private final Clock clock;
    private final DistributionSummary duration;

    private long succeeded;
    private long deadLetters;
    private long rounds;
    private long batches;
    private double batchSeconds;
    private @Nullable Instant last;

    DeliveryMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        // Not a timer: those get a unit in their name, and this one is known by the name it has.
        this.duration = DistributionSummary.builder("webhook_processing_duration")
                .description("Seconds from taking an event up to its routes' answers")
                .serviceLevelObjectives(SECONDS)
                .register(registry);
    }

    void watch(Route route) {
        Gauge.builder("alluvium.delivery.circuit", route, it -> it.circuit()
                        .state()
                        .ordinal())
                .description("Of each route: 0 closed, 1 half open, 2 open")
                .tag("route", route.name())
                .register(registry);
    }

    synchronized void batch(Duration took) {
        batches++;
        batchSeconds += took.toNanos() / 1e9;
    }

    synchronized void settled(List<LaneResult> results) {
        for (LaneResult result : results) {
            result.events().forEach(this::settled);
            result.attempts().forEach(this::attempted);
        }
    }

    private void settled(EventResult event) {
        rounds++;
        duration.record(event.took().toNanos() / 1e9);
        if (event.status() == EventStatus.PENDING) {
            return;
        }
        last = clock.instant();
        if (event.status() == EventStatus.COMPLETED) {
            succeeded++;
        } else {
            deadLetters++;
        }
        Counter.builder("alluvium.delivery.events")
                .description("Events that are settled, by what became of them")
                .tag("fate", event.status().text())
                .register(registry)
                .increment();
    }

    private void attempted(Attempt attempt) {
        Counter.builder("alluvium.delivery.attempts")
                .description("Attempts to hand an event to a route")
                .tag("route", attempt.route())
                .tag("outcome", attempt.outcome().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    synchronized Figures figures() {
        double mean = batches == 0 ? 0 : batchSeconds / batches;
        return new Figures(succeeded + deadLetters, succeeded, deadLetters, rounds, batches, mean, last);
    }
}
