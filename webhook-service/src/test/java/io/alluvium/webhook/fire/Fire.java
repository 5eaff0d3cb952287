package io.alluvium.webhook.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.ServiceProcess;
import io.alluvium.webhook.TestSources;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kafka and PostgreSQL of a test's own, and a webhook-service beside them that can be killed. */
final class Fire implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String OUT_OF_ORDER =
            """
            SELECT count(*) FROM (
                SELECT CAST(record_data ->> 'n' AS integer) AS n,
                       lag(CAST(record_data ->> 'n' AS integer)) OVER (PARTITION BY record_id ORDER BY seq) AS before
                FROM webhook_events
            ) AS events WHERE n <> coalesce(before, 0) + 1
            """;

    private final Path directory;
    private final Path log;
    private final LocalStack stack;
    private final List<ServiceProcess> started = new ArrayList<>();
    private volatile ServiceProcess service;

    /** @param name of the file that has what the services write */
    Fire(Path directory, String name) throws IOException {
        this.directory = directory;
        this.log = Files.createDirectories(Path.of("target", "fire")).resolve(name + ".log");
        Files.deleteIfExists(log);
        this.stack = LocalStack.start(directory.resolve("stack"), 0, 0);
        stack.postgres().createSchemaWithRole("webhook");
    }

    LocalStack stack() {
        return stack;
    }

    /** The one that webhooks are sent to. */
    ServiceProcess service() {
        return service;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    void startService(Map<String, String> settings) throws IOException {
        service = another(settings);
    }

    ServiceProcess another(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(TestSources.sources());
        all.put("webhook.intake.spool.directory", directory.resolve("spool").toString());
        all.put("mp.messaging.incoming.webhooks.session.timeout.ms", "6000");
        // Ids that are made here change with each window: not between a try and the next one of these tests.
        all.put("webhook.intake.replay.window", "1D");
        all.putAll(settings);
        ServiceProcess process = ServiceProcess.start(stack, log, all);
        started.add(process);
        return process;
    }

    void awaitReady() {
        await("the service is up").atMost(PATIENCE).ignoreExceptions().until(() -> health().contains("\"healthy\""));
    }

    void awaitDirect() {
        await("the spool is empty").atMost(PATIENCE).ignoreExceptions().until(() -> health().contains(
                        "\"redis_connected\":true"));
    }

    String health() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(service.uri("/webhooks/health")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Waits until so many events are stored; then each is there once, in the order of its record, and the books balance. */
    void awaitStored(long events) throws SQLException {
        await("all is stored").atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        number("SELECT count(*) FROM webhook_events"))
                .isEqualTo(events));
        assertThat(number("SELECT count(DISTINCT event_id) FROM webhook_events"))
                .isEqualTo(events);
        assertThat(number(OUT_OF_ORDER)).isZero();
        assertThat(number("SELECT sum(dead) FROM sink_offset")).isZero();
        assertThat(number("SELECT count(*) FROM sink_offset WHERE polled <> stored + duplicate + collapsed + dead"))
                .isZero();
    }

    /** Waits until every event was taken by its route. */
    void awaitDelivered() {
        await("all is delivered")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> number("SELECT count(*) FROM webhook_events WHERE status <> 'completed'") == 0);
    }

    Set<String> eventIds() throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Connection connection =
                        DriverManager.getConnection(stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "webhook"));
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT event_id FROM webhook_events")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private long number(String query) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "webhook"));
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        started.forEach(ServiceProcess::close);
        stack.close();
    }
}
