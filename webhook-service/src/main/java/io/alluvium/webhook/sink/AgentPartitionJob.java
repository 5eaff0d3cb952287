package io.alluvium.webhook.sink;

import io.alluvium.kit.DaemonThread;
import io.alluvium.webhook.WebhookConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates partitions ahead and drops old ones, on start and every hour; every process with a sink does. */
@Singleton
final class AgentPartitionJob {

    private static final Logger LOGGER = LoggerFactory.getLogger(AgentPartitionJob.class);

    private final AgentPartitions partitions;
    private final AgentMonths months;
    private final boolean enabled;
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(new DaemonThread("agent-partitions"));
    private final Counter failures;
    private volatile YearMonth createdTo;

    AgentPartitionJob(AgentPartitions partitions, AgentMonths months, WebhookConfig config, MeterRegistry meters) {
        this.partitions = partitions;
        this.months = months;
        this.enabled = config.sink().enabled();
        this.createdTo = months.last(); // the sink made sure before it began
        this.failures = Counter.builder("alluvium.agent.partitions.failures")
                .description("Runs of the maintenance of partitions that failed; the log says why")
                .register(meters);
        if (enabled) {
            Gauge.builder("alluvium.agent.partitions.ahead", this, AgentPartitionJob::ahead)
                    .description("Months after the present one that have a partition, as far as this process made sure")
                    .register(meters);
        }
    }

    private double ahead() {
        return ChronoUnit.MONTHS.between(months.present(), createdTo);
    }

    void start(@Observes StartupEvent started) {
        if (enabled) {
            scheduler.scheduleWithFixedDelay(this::run, 0, 1, TimeUnit.HOURS);
        }
    }

    /** The month before the first one from the present on that has no partition. */
    private YearMonth lastBefore(SortedSet<YearMonth> missing) {
        SortedSet<YearMonth> ahead = missing.tailSet(months.present());
        return ahead.isEmpty() ? months.last() : ahead.first().minusMonths(1);
    }

    private void run() {
        try {
            createdTo = lastBefore(partitions.create());
            partitions.dropOld();
        } catch (Throwable failure) { // one that got out would end the job for good
            if (!scheduler.isShutdown()) {
                failures.increment();
                LOGGER.atWarn()
                        .setCause(failure)
                        .log("partitions of audit_events not maintained; tried again in an hour");
            }
        }
    }

    @PreDestroy
    void stop() {
        scheduler.shutdownNow();
    }
}
