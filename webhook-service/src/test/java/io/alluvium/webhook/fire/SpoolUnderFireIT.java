package io.alluvium.webhook.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.TestSources;
import java.io.IOException;
import java.net.URI;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka away, the service killed, the disk full: what was answered 200 is stored, once, in the order of its record. */
class SpoolUnderFireIT {

    private static final int SENDERS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String OUT_OF_ORDER =
            """
            SELECT count(*) FROM (
                SELECT CAST(record_data ->> 'n' AS integer) AS n,
                       lag(CAST(record_data ->> 'n' AS integer)) OVER (PARTITION BY record_id ORDER BY seq) AS before
                FROM webhook_events
            ) AS events WHERE n <> coalesce(before, 0) + 1
            """;

    @TempDir
    Path directory;

    private final List<ServiceProcess> started = new ArrayList<>();
    private LocalStack stack;
    private volatile ServiceProcess service;

    @BeforeEach
    void start() throws IOException {
        stack = LocalStack.start(directory.resolve("stack"), 0, 0);
        stack.postgres().createSchemaWithRole("webhook");
    }

    @AfterEach
    void stop() {
        started.forEach(ServiceProcess::close);
        stack.close();
    }

    private ServiceProcess startService(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(TestSources.sources());
        all.put("webhook.intake.spool.directory", directory.resolve("spool").toString());
        all.put("mp.messaging.incoming.webhooks.session.timeout.ms", "6000");
        all.putAll(settings);
        Path log = Files.createDirectories(Path.of("target", "fire")).resolve("spool.log");
        ServiceProcess process = ServiceProcess.start(stack, log, all);
        started.add(process);
        return process;
    }

    private void awaitReady() {
        await("the service is up").atMost(PATIENCE).ignoreExceptions().until(() -> health().contains("\"healthy\""));
    }

    private String health() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(service.url("/webhooks/health")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void awaitDirect() {
        await("the spool is empty").atMost(PATIENCE).ignoreExceptions().until(() -> health().contains(
                        "\"redis_connected\":true"));
    }

    private static void awaitAnswers(Senders senders, int more) {
        int before = senders.answered();
        await("webhooks are answered").atMost(PATIENCE).until(() -> senders.answered() >= before + more);
    }

    @Test
    void whatWasAnsweredIsStoredOnceAndInOrderWhileKafkaIsAwayAndTheServiceIsKilled() throws Exception {
        service = startService(Map.of());
        awaitReady();
        int deliveries;
        try (Senders senders = new Senders(() -> service)) {
            senders.start(SENDERS);
            awaitAnswers(senders, 100);

            stack.kafka().stop();
            senders.slowest();
            awaitAnswers(senders, 500);
            assertThat(senders.slowest()).as("nobody waits for Kafka").isLessThan(Duration.ofSeconds(5));
            assertThat(senders.refused()).isZero();
            assertThat(health()).contains("\"redis_connected\":false");

            service.kill();
            service = startService(Map.of());
            awaitAnswers(senders, 300);
            senders.refused();
            stack.kafka().start();
            awaitAnswers(senders, 300);
            awaitDirect();
            awaitAnswers(senders, 300);
            assertThat(senders.refused()).isZero();
            deliveries = senders.finish();
        }

        await("all is stored").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        number("SELECT count(*) FROM webhook_events"))
                .isEqualTo(2L * deliveries));
        assertThat(number("SELECT count(DISTINCT event_id) FROM webhook_events"))
                .isEqualTo(2L * deliveries);
        assertThat(number(OUT_OF_ORDER)).isZero();
        assertThat(number("SELECT sum(dead) FROM sink_offset")).isZero();
        assertThat(number("SELECT count(*) FROM sink_offset WHERE polled <> stored + duplicate + collapsed + dead"))
                .isZero();
    }

    @Test
    void aFullSpoolIsAnswered503AndTakesWebhooksAgainWhenItIsDrained() throws Exception {
        service = startService(
                Map.of("webhook.intake.spool.max-size", "20000", "webhook.intake.spool.segment-size", "5000"));
        awaitReady();
        Senders sender = new Senders(() -> service);
        assertThat(sender.post("full", 1).statusCode()).isEqualTo(200);
        stack.kafka().stop();

        int answered = 1;
        HttpResponse<String> last = sender.post("full", answered + 1);
        while (last.statusCode() == 200) {
            answered++;
            last = sender.post("full", answered + 1);
        }

        assertThat(answered).isBetween(5, 50);
        assertThat(last.statusCode()).isEqualTo(503);
        assertThat(last.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(last.body()).contains("Queue full or unavailable");
        assertThatNoneStartsBeside();

        stack.kafka().start();
        awaitDirect();
        assertThat(sender.post("full", answered + 1).body()).contains("accepted");
        long events = 2L * (answered + 1);
        await("all is stored").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        number("SELECT count(*) FROM webhook_events"))
                .isEqualTo(events));
        assertThat(number(OUT_OF_ORDER)).isZero();
        sender.close();
    }

    /** Neither with the same spool, nor with a source that is not sound. */
    private void assertThatNoneStartsBeside() throws IOException {
        ServiceProcess second = startService(Map.of());
        ServiceProcess unsound = startService(Map.of("webhook.intake.sources.shop.verifier", "shopfiy"));
        assertThat(second.exitValue()).isNotZero();
        assertThat(unsound.exitValue()).isNotZero();
        assertThat(Files.readString(Path.of("target", "fire", "spool.log")))
                .contains("webhook.intake.spool.directory")
                .contains("another process uses it")
                .contains("webhook.intake.sources.shop: verifier must be one of standard-webhooks, zoho");
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
}
