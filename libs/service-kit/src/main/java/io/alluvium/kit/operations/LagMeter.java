package io.alluvium.kit.operations;

import io.alluvium.kit.DaemonThread;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets of each partition that are not stored yet, as {@code alluvium.sink.lag}. Looked up every quarter of a minute
 * and not when somebody scrapes; while broker or database do not answer there is no such meter.
 */
@Singleton
final class LagMeter {

    private static final Logger LOGGER = LoggerFactory.getLogger(LagMeter.class);
    private static final Duration EVERY = Duration.ofSeconds(15);

    private final SinkOverview overview;
    private final MultiGauge lag;
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(new DaemonThread("sink-lag"));

    LagMeter(SinkOverview overview, MeterRegistry registry) {
        this.overview = overview;
        this.lag = MultiGauge.builder("alluvium.sink.lag")
                .description("Offsets of the partition that are not stored yet")
                .register(registry);
    }

    void start(@Observes StartupEvent started) {
        scheduler.scheduleWithFixedDelay(this::look, 1, EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void look() {
        try {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (SinkReport sink : overview.all()) {
                for (SinkReport.Partition partition : sink.partitions()) {
                    Long behind = partition.lag();
                    if (behind != null) {
                        Tags tags =
                                Tags.of("topic", sink.topic(), "partition", Integer.toString(partition.partition()));
                        rows.add(MultiGauge.Row.of(tags, behind));
                    }
                }
            }
            lag.register(rows, true);
        } catch (RuntimeException failure) {
            // The scheduler would never call again.
            LOGGER.atWarn().setCause(failure).log("lag cannot be looked up");
        }
    }

    @PreDestroy
    void close() {
        scheduler.shutdownNow();
    }
}
