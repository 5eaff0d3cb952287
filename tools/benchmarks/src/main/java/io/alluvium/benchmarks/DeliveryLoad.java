package io.alluvium.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Delivery of the webhook-service: a table full of events to an HTTP destination in order, and batches of the account-sync route. */
final class DeliveryLoad {

    private static final String MODULE = "webhook-service";
    private static final int PER_RECORD = 10;
    private static final int BATCH = 10;
    private static final int BATCHES = 1_000;
    private static final int WARM_UP_BATCHES = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    // As webhooks come in: each record now and then, a few thousand events in one transaction.
    private static final String FILL =
            """
            INSERT INTO webhook_events (id, source, event_id, event_type, module, record_id, record_data, modified_fields,
                event_timestamp, received_at, headers, body_sha256, order_key, kafka_partition, kafka_offset)
            SELECT gen_random_uuid(), 'load', n %% %1$d || '-' || n / %1$d + 1, 'update', 'Accounts', n %% %1$d,
                   json_build_object('id', n %% %1$d, 'Account_Name', 'Account ' || n, 'Annual_Revenue', n * 10.5,
                                     'Description', repeat('x', 400)),
                   '["Annual_Revenue"]', now(), now(), '{"user-agent":"load"}', repeat('ab', 32), 'load:' || n %% %1$d, 0, n
            FROM generate_series(%2$d, %3$d) AS n
            """;

    private static final String BATCH_OF_EVENTS =
            """
            INSERT INTO webhook_events (id, source, event_id, event_type, module, record_id, record_data, modified_fields,
                event_timestamp, received_at, headers, body_sha256, order_key, kafka_partition, kafka_offset)
            SELECT gen_random_uuid(), 'sync', '%1$d-' || n, 'update', 'Accounts', '%1$d-' || n, '{"Industry":"Steel"}',
                   '["Industry"]', now(), now(), '{}', repeat('ab', 32), 'sync:%1$d-' || n, 0, n
            FROM generate_series(1, %2$d) AS n
            """;

    private final Options options;
    private final int events;
    private final List<String> jvm;

    DeliveryLoad(Options options) {
        this.options = options;
        this.events = options.number("events", 1_000_000) / PER_RECORD * PER_RECORD;
        this.jvm = options.jvm("-Xmx512m");
    }

    void run() throws Exception {
        Report report = new Report("delivery", "Delivery of webhook events", options);
        try (StackProcess stack = StackProcess.start();
                Connection table = DriverManager.getConnection(stack.jdbcUrl())) {
            try (ServiceProcess service = start(stack, "migration", Map.of("webhook.delivery.enabled", "false"))) {
                service.awaitReady();
            }
            http(stack, table, report);
            accountSync(stack, table, report);
        }
        report.publish();
    }

    private ServiceProcess start(StackProcess stack, String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("webhook.intake.enabled", "false");
        all.put("webhook.sink.enabled", "false");
        return ServiceProcess.start(MODULE, stack, name, jvm, all);
    }

    private void http(StackProcess stack, Connection table, Report report) throws Exception {
        fill(table);
        Path secret = Files.createTempFile(Options.scratch(), "delivery-", ".secret");
        Files.writeString(secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        String route = "webhook.delivery.routes.load.";
        try (DeliverySink sink = new DeliverySink(events / PER_RECORD, PER_RECORD);
                ServiceProcess service = start(
                        stack,
                        "delivery",
                        Map.of(
                                route + "kind", "http",
                                route + "sources", "load",
                                route + "url", "http://127.0.0.1:" + sink.port() + "/",
                                route + "secrets", "file:" + secret,
                                route + "allow-private-addresses", "true"))) {
            double database = stack.databaseCpu();
            for (int shown = 0; sink.figures().events() < events; shown++) {
                Thread.sleep(1_000);
                service.mustBeAlive();
                if (shown % 15 == 14) {
                    Report.progress(sink.figures() + "");
                }
            }
            double serviceCpu = service.cpu();
            double databaseCpu = stack.databaseCpu() - database;
            Wait.until(
                    "all events are settled",
                    PATIENCE,
                    () -> number(table, "SELECT count(*) FROM webhook_events WHERE status <> 'completed'") == 0);
            report(report, sink.figures(), serviceCpu, databaseCpu);
        } finally {
            Files.delete(secret);
        }
    }

    private void fill(Connection table) throws SQLException {
        Report.progress("storing " + events + " events of " + events / PER_RECORD + " records");
        try (Statement statement = table.createStatement()) {
            for (int from = 0; from < events; from += 5_000) {
                int to = Math.min(from + 5_000, events) - 1;
                statement.execute(FILL.formatted(events / PER_RECORD, from, to));
            }
            statement.execute("VACUUM ANALYZE webhook_events");
        }
    }

    private void report(Report report, DeliverySink.Figures figures, double serviceCpu, double databaseCpu) {
        if (figures.overtaken() > 0 || figures.events() != events) {
            throw new IllegalStateException("the promise is broken: " + figures);
        }
        report.text(String.format(
                """
                %,d stored events of %,d records, %d of each, with a record of 0.5 kB, delivered by the packaged service with its defaults (3 workers,
                batches of 10) to an HTTP destination on the same machine, signed; service options `%s`. Wanted: 2,000 events/s with the
                order of each record kept.
                """,
                events, events / PER_RECORD, PER_RECORD, String.join(" ", jvm)));
        report.table(
                List.of(
                        "events/s",
                        "events",
                        "out of order",
                        "delivered twice",
                        "seconds",
                        "CPU s: service",
                        "CPU s: database"),
                List.of(List.of(
                        String.format("**%,.0f**", (events - 1) / figures.seconds()),
                        String.format("%,d", figures.events()),
                        String.valueOf(figures.overtaken()),
                        String.valueOf(figures.repeated()),
                        String.format("%.0f", figures.seconds()),
                        String.format("%.0f", serviceCpu),
                        String.format("%.0f", databaseCpu))));
        report.text("The time is from the first request to the last one. CPU of the service includes its start.");
    }

    /** One batch after the other, each stored when the one before is settled: nothing else is under way. */
    private void accountSync(StackProcess stack, Connection table, Report report) throws Exception {
        Report.progress("account-sync: " + BATCHES + " batches");
        String route = "webhook.delivery.routes.sync.";
        Map<String, String> settings = Map.of(
                route + "kind",
                "account-sync",
                route + "sources",
                "sync",
                "webhook.delivery.workers",
                "1",
                "webhook.delivery.poll-interval",
                "10MS");
        try (ServiceProcess service = start(stack, "account-sync", settings)) {
            service.awaitReady();
            batches(table, 0, WARM_UP_BATCHES);
            JsonNode before = metrics(service);
            batches(table, WARM_UP_BATCHES, BATCHES);
            JsonNode after = metrics(service);
            double count = after.path("batches_processed").asDouble()
                    - before.path("batches_processed").asDouble();
            double seconds = time(after) - time(before);
            report.table(
                    List.of("account-sync", "batches", "events of each", "mean milliseconds"),
                    List.of(List.of(
                            "from claiming a batch to its results being committed",
                            String.format("%,.0f", count),
                            String.valueOf(BATCH),
                            String.format("**%.2f**", seconds / count * 1000))));
            report.text(
                    "Each event is a request on `account.sync-requests`, acknowledged by the broker (`acks=all`) before the batch"
                            + " is settled. Wanted: below 5 ms.");
        }
    }

    private static double time(JsonNode metrics) {
        return metrics.path("batches_processed").asDouble()
                * metrics.path("average_processing_time").asDouble();
    }

    private static void batches(Connection table, int first, int batches) throws Exception {
        try (Statement statement = table.createStatement()) {
            for (int batch = first; batch < first + batches; batch++) {
                statement.execute(BATCH_OF_EVENTS.formatted(batch, BATCH));
                while (number(table, "SELECT count(*) FROM webhook_lanes") > 0) {
                    Thread.sleep(1);
                }
            }
        }
    }

    private static JsonNode metrics(ServiceProcess service) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + service.port() + "/api/webhooks/delivery/metrics");
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body);
    }

    private static long number(Connection table, String query) throws SQLException {
        try (Statement statement = table.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
