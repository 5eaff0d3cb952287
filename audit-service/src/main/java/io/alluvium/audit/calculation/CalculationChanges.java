package io.alluvium.audit.calculation;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditConfig;
import io.alluvium.emitter.ChangeCapture;
import io.alluvium.emitter.OutboxRelay;
import io.alluvium.emitter.RelaySettings;
import io.alluvium.emitter.RelayStatus;
import io.alluvium.kit.DatabaseUse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Brings the changes of this stage to the topic: Hibernate's commits leave them in the outbox, and a relay publishes them.
 * One runs in each replica; they take turns.
 */
@Singleton
final class CalculationChanges {

    private final AuditConfig config;
    private final SessionFactory sessions;
    private final AgroalDataSource dataSource;
    private final Map<String, Object> kafka;
    private final MeterRegistry meters;
    private volatile @Nullable OutboxRelay relay;

    CalculationChanges(
            AuditConfig config,
            SessionFactory sessions,
            AgroalDataSource dataSource,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            MeterRegistry meters) {
        this.config = config;
        this.sessions = sessions;
        this.dataSource = dataSource;
        this.kafka = kafka;
        this.meters = meters;
    }

    @Produces
    @Singleton
    static DatabaseUse database(AuditConfig config) {
        return new DatabaseUse("calculation", config.calculation().enabled());
    }

    void start(@Observes StartupEvent started) {
        if (!config.calculation().enabled()) {
            return;
        }
        ChangeCapture capture = ChangeCapture.of(sessions);
        OutboxRelay running = OutboxRelay.start(dataSource, kafka, RelaySettings.of(capture.outbox()));
        capture.whenCommitted(running::wake);
        relay = running;
        measure(running);
    }

    void stop(@Observes ShutdownEvent stopping) {
        OutboxRelay running = relay;
        if (running != null) {
            running.close();
        }
    }

    private void measure(OutboxRelay running) {
        FunctionCounter.builder(
                        "alluvium.outbox.published", running, r -> r.status().published())
                .description("Events of the outbox that Kafka has acknowledged to this replica")
                .register(meters);
        FunctionCounter.builder(
                        "alluvium.outbox.failures", running, r -> r.status().failures())
                .description("Attempts to publish that failed and are repeated")
                .register(meters);
        Gauge.builder("alluvium.outbox.refused", running, r -> r.status()
                        .refusedKeys()
                        .size())
                .description("Entities whose changes wait because Kafka refuses one of them")
                .register(meters);
        Gauge.builder("alluvium.outbox.age", running, r -> age(r.status()).toMillis() / 1000.0)
                .description("How long the oldest event has been waiting in the outbox")
                .baseUnit("seconds")
                .register(meters);
    }

    private static Duration age(RelayStatus status) {
        Instant oldest = status.oldestWaiting();
        return oldest == null ? Duration.ZERO : Duration.between(oldest, Instant.now());
    }
}
