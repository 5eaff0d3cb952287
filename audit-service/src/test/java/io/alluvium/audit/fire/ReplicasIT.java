package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.Changes;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One build, many kinds of replicas: with some of its stages, and with as many consumers as one likes. */
class ReplicasIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 4;

    private static final Map<String, String> INTAKE_ALONE = Map.of(
            "audit.intake.enabled", "true",
            "audit.sink.enabled", "false",
            "audit.query.enabled", "false",
            "audit.calculation.enabled", "false",
            "audit.topic.name", "audit.reported");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static LocalStack stack;
    private static Traffic traffic;
    private static Trail trail;
    private static boolean refusing;

    private Consumers services;

    @BeforeAll
    static void start() throws Exception {
        long seed = Long.getLong("fire.seed", System.nanoTime());
        System.out.println("fire.seed=" + seed);
        stack = LocalStack.start(directory, 0, 0);
        stack.postgres().createSchemaWithRole("audit");
        trail = new Trail(stack);
        traffic = new Traffic(stack.kafka().bootstrapServers(), seed);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Changes.TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    @BeforeEach
    void none() {
        services = new Consumers(stack);
    }

    @AfterEach
    void end() {
        services.close();
    }

    @AfterAll
    static void stop() {
        traffic.close();
        stack.close();
    }

    @Test
    void intakeAloneServesWhileTheDatabaseIsAwayAndAReplicaThatStoresIsNotReady() throws Exception {
        ServiceProcess intake = services.start("replica-intake", INTAKE_ALONE);
        ServiceProcess sink = startSink("replica-sink", "1");
        traffic.send(2000);
        settle();
        awaitReady(intake, 200);
        awaitReady(sink, 200);
        stack.postgres().stop();
        try {
            awaitReady(sink, 503);
            assertThat(ready(sink).body()).contains("the database answers").contains("by calculation, query, sink");

            assertThat(ready(intake).statusCode()).isEqualTo(200);
            assertThat(report(intake)).isEqualTo(202);
            ServiceProcess late =
                    services.start("replica-late", with(INTAKE_ALONE, "quarkus.flyway.migrate-at-start", "false"));
            awaitReady(late, 200);
            assertThat(report(late)).isEqualTo(202);
        } finally {
            stack.postgres().start();
        }
        trail.holds(traffic);
    }

    @Test
    void noConsumersStopTheStart() throws Exception {
        ServiceProcess service = services.start("replica-none", Map.of("audit.sink.consumers", "0"));

        await().atMost(PATIENCE).until(() -> !service.isAlive());

        assertThat(Files.readString(Consumers.log("replica-none")))
                .contains("audit.sink.consumers")
                .contains("greater than or equal to 1");
    }

    @Test
    void partitionsMoveBetweenTheConsumersOfAProcessWhileItStores() throws Exception {
        try (Conductor conductor = new Conductor(stack.kafka().bootstrapServers(), "audit-service", Changes.TOPIC)) {
            startSink("replica-moves", "6");
            for (int turn = 0; turn < 5; turn++) {
                traffic.send(300);
                await().atMost(PATIENCE).until(() -> conductor.owners().size() == PARTITIONS);
                Map<Integer, String> before = conductor.owners();
                assertThat(Set.copyOf(before.values())).hasSize(PARTITIONS);
                traffic.send(300);
                conductor.turn();
                traffic.send(1000);
                await().atMost(PATIENCE).until(() -> conductor.owners().size() == PARTITIONS);
                conductor.owners().forEach((partition, owner) -> assertThat(owner)
                        .isNotEqualTo(before.get(partition)));
            }
            settle();
        }

        trail.holds(traffic);
    }

    private ServiceProcess startSink(String name, String consumers) throws IOException {
        // A member hears of a new assignment with its next heartbeat.
        ServiceProcess service = services.start(
                name,
                Map.of(
                        "audit.sink.consumers",
                        consumers,
                        "mp.messaging.incoming.changes.heartbeat.interval.ms",
                        "200"));
        await("the schema is there").atMost(PATIENCE).ignoreExceptions().until(() -> {
            if (!refusing) {
                trail.refuseSomeRows();
                refusing = true;
            }
            return true;
        });
        return service;
    }

    private static void settle() {
        await("everything is settled").atMost(PATIENCE).until(() -> trail.settled() == traffic.sent());
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(key, value);
        return all;
    }

    private static void awaitReady(ServiceProcess service, int status) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> ready(service).statusCode() == status);
    }

    private static HttpResponse<String> ready(ServiceProcess service) throws IOException, InterruptedException {
        URI uri = URI.create(service.managementUrl("/q/health/ready"));
        return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static int report(ServiceProcess service) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.url("/api/audit/changes")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Changes.update("reported", 1)))
                .build();
        return HTTP.send(request, BodyHandlers.discarding()).statusCode();
    }
}
