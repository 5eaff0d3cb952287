package io.alluvium.webhook.delivery;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.TopicSpec;
import io.alluvium.webhook.DeliveryConfig;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.WebhookConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of this process, from start to stop. */
@Singleton
final class Delivery {

    private static final Logger LOGGER = LoggerFactory.getLogger(Delivery.class);

    private final WebhookConfig config;
    private final AgroalDataSource dataSource;
    private final EventPublisher publisher;
    private final Vertx vertx;
    private final Config values;
    private final DeliveryMetrics metrics;
    private final List<DeliveryWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Routes routes;

    Delivery(
            WebhookConfig config,
            AgroalDataSource dataSource,
            EventPublisher publisher,
            Vertx vertx,
            Config values,
            MeterRegistry registry) {
        this.config = config;
        this.dataSource = dataSource;
        this.publisher = publisher;
        this.vertx = vertx;
        this.values = values;
        this.metrics = new DeliveryMetrics(registry, Clock.systemUTC());
    }

    @Produces
    @Dependent
    static @Nullable TopicSpec syncTopic(WebhookConfig config) {
        String topic = Routes.syncTopic(config.delivery());
        return topic == null || !config.delivery().enabled()
                ? null
                : new TopicSpec(
                        topic,
                        config.topic().partitions(),
                        config.topic().replicationFactor(),
                        config.topic().retention());
    }

    void start(@Observes StartupEvent started) {
        DeliveryConfig delivery = config.delivery();
        if (!isNeeded(delivery)) {
            return;
        }
        warnOfUnknownSources();
        Routes built = new Routes(delivery, publisher::publish, vertx, Secret.Places.of(values));
        routes = built;
        built.all().forEach(metrics::watch);
        Duration needed = built.longestRound().multipliedBy(2);
        if (delivery.lease().compareTo(needed) < 0) {
            built.close();
            throw new ConfigurationException(
                    "webhook.delivery.lease: must be at least twice the longest timeout of a route with what is"
                            + " around it, which is " + needed);
        }
        String owner = ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        DeliveryWorker.Settings settings = new DeliveryWorker.Settings(
                delivery.batchSize(),
                delivery.maxInFlight(),
                delivery.pollInterval(),
                built.longestRound(),
                delivery.stopTimeout());
        for (int i = 1; i <= delivery.workers(); i++) {
            begin(built, settings, owner + "-" + i);
        }
    }

    /** Without routes events stay pending: to nobody is not the same as delivered, and routes may be forgotten. */
    static boolean isNeeded(DeliveryConfig delivery) {
        if (delivery.enabled() && delivery.routes().isEmpty()) {
            LOGGER.atWarn().log("no routes are configured: nothing is delivered, and events stay pending");
        }
        return delivery.enabled() && !delivery.routes().isEmpty();
    }

    /** Where webhooks are taken elsewhere, nobody here knows which sources there are. */
    private void warnOfUnknownSources() {
        if (config.intake().enabled()) {
            Routes.unknownSources(config.delivery(), config.intake().sources().keySet())
                    .forEach((route, sources) -> LOGGER.atWarn()
                            .addKeyValue("route", route)
                            .addKeyValue("sources", sources)
                            .log("a route names sources that are not configured"));
        }
    }

    private void begin(Routes built, DeliveryWorker.Settings settings, String owner) {
        DeliveryWorker worker = new DeliveryWorker(
                new Lanes(dataSource, owner, config.delivery().lease()),
                new Settlement(dataSource),
                built.all(),
                settings,
                metrics,
                Clock.systemUTC());
        Thread thread = new Thread(worker, "delivery-" + (workers.size() + 1));
        workers.add(worker);
        threads.add(thread);
        thread.start();
    }

    /** Before the connections to the database and to destinations go. */
    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        workers.forEach(DeliveryWorker::stop);
        Duration patience = config.delivery().stopTimeout().plusSeconds(5);
        long until = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
            thread.interrupt();
        }
        if (routes != null) {
            routes.close();
        }
        LOGGER.atInfo().addKeyValue("workers", workers.size()).log("delivery stopped");
    }

    boolean isEnabled() {
        return config.delivery().enabled();
    }

    DeliveryMetrics metrics() {
        return metrics;
    }

    List<DeliveryWorker.State> workers() {
        return workers.stream().map(DeliveryWorker::state).toList();
    }

    List<Route> routes() {
        return routes == null ? List.of() : routes.all();
    }
}
