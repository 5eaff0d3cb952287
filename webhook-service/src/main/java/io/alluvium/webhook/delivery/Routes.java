package io.alluvium.webhook.delivery;

import io.alluvium.kit.EventPublisher;
import io.alluvium.webhook.DeliveryConfig;
import io.alluvium.webhook.DeliveryConfig.CircuitConfig;
import io.alluvium.webhook.DeliveryConfig.Kind;
import io.alluvium.webhook.DeliveryConfig.RetryConfig;
import io.alluvium.webhook.DeliveryConfig.RouteConfig;
import io.alluvium.webhook.Secret;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The routes of a configuration. One that cannot work stops the start, with the key that is wrong. */
final class Routes implements AutoCloseable {

    static final String SYNC_TOPIC = "account.sync-requests";

    /** What Kafka's acknowledgement may take, which nobody configures: see {@link EventPublisher}. */
    private static final Duration KAFKA = Duration.ofSeconds(16);

    /** A broker that is back is not to be waited for: it has its own protection against too many. */
    private static final Duration KAFKA_RECOVERY = Duration.ofSeconds(5);

    private final DeliveryConfig config;
    private final KafkaDestination.Publisher kafka;
    private final Vertx vertx;
    private final Secret.Places places;
    private final List<Route> routes = new ArrayList<>();
    private final List<HttpDestination> open = new ArrayList<>();
    private Duration longest = Duration.ofSeconds(1);

    /** @throws ConfigurationException naming the key */
    Routes(DeliveryConfig config, KafkaDestination.Publisher kafka, Vertx vertx, Secret.Places places) {
        this.config = config;
        this.kafka = kafka;
        this.vertx = vertx;
        this.places = places;
        config.routes().forEach((name, route) -> {
            try {
                routes.add(route(name, route));
            } catch (IllegalArgumentException wrong) {
                close();
                throw new ConfigurationException("webhook.delivery.routes." + name + ": " + wrong.getMessage());
            }
        });
    }

    List<Route> all() {
        return List.copyOf(routes);
    }

    /** The longest time that one round of an event may take. */
    Duration longestRound() {
        return longest.plusSeconds(2);
    }

    private Route route(String name, RouteConfig route) {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("a route's name has 1 to 64 small letters, digits and dashes");
        }
        Destination destination = destination(name, route);
        return new Route(
                name,
                new Route.Filter(set(route.sources()), set(route.types()), set(route.modules())),
                schedule(route.retry()),
                destination,
                new CircuitBreaker(circuit(config.circuit(), route.kind()), System::nanoTime),
                new RateLimit(route.rate(), System::nanoTime),
                route.maxConcurrent());
    }

    private Destination destination(String name, RouteConfig route) {
        return switch (route.kind()) {
            case HTTP -> http(name, route);
            case TOPIC -> {
                refuse(route.url().isPresent() || route.secrets().isPresent(), "kind topic has no url and no secrets");
                longer(KAFKA);
                yield KafkaDestination.republish(required("topic", route.topic()), kafka);
            }
            case ACCOUNT_SYNC -> {
                refuse(
                        route.url().isPresent() || route.secrets().isPresent(),
                        "kind account-sync has no url and no secrets");
                longer(KAFKA);
                yield KafkaDestination.accountSync(route.topic().orElse(SYNC_TOPIC), kafka);
            }
        };
    }

    private Destination http(String name, RouteConfig route) {
        refuse(route.topic().isPresent(), "kind http has no topic");
        refuse(route.timeout().compareTo(Duration.ofMillis(10)) < 0, "timeout is at least 10 ms");
        List<String> secrets = required("secrets", route.secrets()).stream()
                .map(reference -> Secret.find(reference, places).text())
                .toList();
        HttpDestination.Settings settings = new HttpDestination.Settings(
                name,
                required("url", route.url()),
                route.timeout(),
                route.maxConcurrent(),
                route.allowPrivateAddresses());
        HttpDestination destination =
                new HttpDestination(settings, new WebhookSignature(secrets), vertx, InetAddress::getAllByName);
        open.add(destination);
        longer(route.timeout());
        return destination;
    }

    private void longer(Duration time) {
        longest = longest.compareTo(time) < 0 ? time : longest;
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new IllegalArgumentException(sentence);
        }
    }

    private static <T> T required(String key, Optional<T> value) {
        return value.orElseThrow(() -> new IllegalArgumentException(key + " is missing"));
    }

    private static Set<String> set(Optional<List<String>> values) {
        return Set.copyOf(values.orElse(List.of()));
    }

    private static RetrySchedule schedule(RetryConfig retry) {
        return new RetrySchedule(
                retry.attempts(), retry.base(), retry.max(), retry.schedule().orElse(List.of()));
    }

    private static CircuitBreaker.Settings circuit(CircuitConfig config, Kind kind) {
        boolean shorter = kind != Kind.HTTP && config.recovery().compareTo(KAFKA_RECOVERY) > 0;
        return new CircuitBreaker.Settings(
                config.threshold(), shorter ? KAFKA_RECOVERY : config.recovery(), config.halfOpen(), config.success());
    }

    /** The topic of synchronisation requests, where there is a route that needs it. */
    static @Nullable String syncTopic(DeliveryConfig config) {
        return config.routes().values().stream()
                .filter(route -> route.kind() == Kind.ACCOUNT_SYNC)
                .map(route -> route.topic().orElse(SYNC_TOPIC))
                .findFirst()
                .orElse(null);
    }

    /** By route: the sources it is for of which nothing can come, since they are not among these. */
    static Map<String, List<String>> unknownSources(DeliveryConfig config, Set<String> known) {
        Map<String, List<String>> unknown = new TreeMap<>();
        config.routes().forEach((name, route) -> {
            List<String> missing = route.sources().orElse(List.of()).stream()
                    .filter(source -> !known.contains(source))
                    .toList();
            if (!missing.isEmpty()) {
                unknown.put(name, missing);
            }
        });
        return unknown;
    }

    @Override
    public void close() {
        open.forEach(HttpDestination::close);
    }
}
