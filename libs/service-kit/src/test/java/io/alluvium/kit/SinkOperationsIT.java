package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(KitStack.class)
@TestSecurity(user = "olga", roles = "operator")
class SinkOperationsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    SampleSink sink;

    @Inject
    Admin admin;

    @Inject
    AgroalDataSource dataSource;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    @TestHTTPResource(value = "/health", management = true)
    URI health;

    private SampleTopic topic;

    @BeforeEach
    void open() {
        topic = new SampleTopic(brokers);
        await().atMost(PATIENCE).untilAsserted(() -> flush("PT20S").statusCode(200));
    }

    @AfterEach
    void everythingIsStoredAndTheBooksBalance() {
        topic.close();
        sink.hold(false);
        flush("PT30S").statusCode(200).body("sinks[0].after.pending", equalTo(0));
        status().body("sinks[0].books.balanced", equalTo(true)).body("sinks[0].pending", equalTo(0));
    }

    private static ValidatableResponse status() {
        return given().get("/api/sink/status").then().statusCode(200);
    }

    private static ValidatableResponse flush(String timeout) {
        return given().queryParam("timeout", timeout).post("/api/sink/flush").then();
    }

    private static ValidatableResponse reconciliation() {
        return given().get("/api/sink/reconciliation").then().statusCode(200);
    }

    private static String text() {
        return UUID.randomUUID().toString();
    }

    private void hold() {
        sink.hold(true);
        await().until(sink::isHolding);
    }

    private void letRetentionRemoveAll() throws Exception {
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        for (int partition = 0; partition < 3; partition++) {
            all.put(new TopicPartition(SampleSink.TOPIC, partition), RecordsToDelete.beforeOffset(-1));
        }
        admin.deleteRecords(all).all().get();
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void statusTellsHowFarEachPartitionIs() throws Exception {
        topic.send(text(), text(), text(), text());
        flush("PT30S").statusCode(200);
        status().body("sinks", hasSize(1))
                .body("sinks[0].topic", equalTo(SampleSink.TOPIC))
                .body("sinks[0].state", equalTo("RUNNING"))
                .body("sinks[0].reason", nullValue())
                .body("sinks[0].since", containsString("Z"))
                .body("sinks[0].rows_per_second", greaterThan(0f))
                .body("sinks[0].last_batch.at", containsString("Z"))
                .body("sinks[0].last_batch.size", greaterThan(0))
                .body("sinks[0].last_batch.took_ms", greaterThan(0f))
                .body("sinks[0].books.polled", greaterThanOrEqualTo(4))
                .body("sinks[0].last_commit_at", containsString("Z"))
                .body("sinks[0].broker_problem", nullValue())
                .body("sinks[0].database_problem", nullValue())
                .body("sinks[0].partitions.partition", equalTo(List.of(0, 1, 2)))
                .body("sinks[0].partitions.lag", everyItem(equalTo(0)))
                .body("sinks[0].partitions.books.balanced", everyItem(equalTo(true)))
                .body("sinks[0].partitions.updated_at", everyItem(containsString("Z")));
    }

    @Test
    void flushReturnsWhenAllThatWasInTheTopicIsStored() throws Exception {
        hold();
        topic.send(text(), text(), text());
        status().body("sinks[0].pending", equalTo(3));
        sink.hold(false);
        flush("PT30S")
                .statusCode(200)
                .body("elapsed_ms", notNullValue())
                .body("sinks[0].topic", equalTo(SampleSink.TOPIC))
                .body("sinks[0].after.pending", equalTo(0));
    }

    @Test
    void flushSaysHowFarItIsWhenTheTimeIsOver() throws Exception {
        hold();
        topic.send(text(), text(), text());
        flush("PT0.3S")
                .statusCode(504)
                .contentType("application/problem+json")
                .body("detail", containsString("after PT0.3S 3 records of " + SampleSink.TOPIC))
                .body("pending", equalTo(3))
                .body("stored_offsets", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "PT6M", "-PT1S", "P1Y", "PT99999999999999999999S"})
    void aWaitThatIsNoneIsRefused(String timeout) {
        flush(timeout).statusCode(422).body("errors[0].field", equalTo("timeout"));
    }

    @Test
    void theMarkerOfATransactionIsNothingToWaitFor() {
        int before = reconciliation().extract().path("topics[0].partitions.not_polled.sum()");
        try (SampleTopic transactional = SampleTopic.transactional(brokers)) {
            transactional.sendInTransaction(text());
        }

        flush("PT20S").statusCode(200);

        // A marker at the end of a partition counts as lag until a record follows it.
        await().atMost(PATIENCE).untilAsserted(() -> {
            topic.send(text(), text(), text(), text(), text(), text(), text(), text(), text(), text());
            flush("PT20S").statusCode(200);
            status().body("sinks[0].pending", equalTo(0));
        });
        reconciliation()
                .body("balanced", equalTo(true))
                .body("topics[0].partitions.not_polled.sum()", equalTo(before + 1));
    }

    @Test
    void reconciliationAccountsForEveryRecord() throws Exception {
        String again = text();
        topic.send(again, again, "bad " + text(), text());
        flush("PT30S").statusCode(200);

        reconciliation()
                .body("balanced", equalTo(true))
                .body("topics[0].topic", equalTo(SampleSink.TOPIC))
                .body("topics[0].broker_problem", nullValue())
                .body("topics[0].partitions", hasSize(3))
                .body("topics[0].partitions.current", everyItem(equalTo(true)))
                .body("topics[0].partitions.balanced", everyItem(equalTo(true)))
                .body("topics[0].partitions.reason", everyItem(nullValue()))
                .body("topics[0].partitions.lag", everyItem(equalTo(0)))
                .body("topics[0].partitions.lost_to_retention", everyItem(equalTo(0)))
                .body("topics[0].partitions.books.duplicate.sum()", greaterThanOrEqualTo(1))
                .body("topics[0].partitions.dead_letters.open.sum()", greaterThanOrEqualTo(1));
    }

    @Test
    void recordsThatRetentionRemovedBeforeTheyWereStoredAreMissed() throws Exception {
        hold();
        topic.send(text(), text(), text(), text(), text(), text());
        letRetentionRemoveAll();

        reconciliation()
                .body("balanced", equalTo(false))
                .body("topics[0].partitions.lost_to_retention.sum()", equalTo(6))
                .body("topics[0].partitions.reason", hasItem(containsString("its retention is too short")));
    }

    @Test
    void readingAgainBalancesThoughRetentionHasRemovedDeadLetters() throws Exception {
        topic.send("bad " + text(), "bad " + text());
        flush("PT30S").statusCode(200);
        letRetentionRemoveAll();
        run("DELETE FROM sink_offset");
        for (int partition = 0; partition < 3; partition++) {
            topic.send(new ProducerRecord<>(SampleSink.TOPIC, partition, null, "bad".getBytes(UTF_8)));
        }
        flush("PT30S").statusCode(200);
        reconciliation()
                .body("topics[0].partitions.reason", everyItem(nullValue()))
                .body("topics[0].partitions.dead_letters.open", everyItem(equalTo(1)));
    }

    @Test
    void aMissingTablePausesTheSinkAndStatusAndHealthSayWhy() throws Exception {
        int dead = status().extract().path("sinks[0].books.dead");
        run("ALTER TABLE sample RENAME TO sample_away");
        try {
            topic.send(text());
            await().atMost(PATIENCE).untilAsserted(() -> status().body("sinks[0].state", equalTo("PAUSED"))
                    .body("sinks[0].reason", containsString("sample"))
                    .body("sinks[0].pending", equalTo(1)));
            flush("PT30S")
                    .statusCode(503)
                    .body("detail", containsString("PAUSED"))
                    .body("pending", equalTo(1));
            given().get(health)
                    .then()
                    .statusCode(503)
                    .body(containsString("PAUSED: "))
                    .body(containsString("sample"));
            given().get(health + "/well").then().statusCode(503).body("status", equalTo("DOWN"));
            given().get(health + "/live").then().statusCode(200).body("status", equalTo("UP"));
            given().get(health + "/ready").then().statusCode(200).body(containsString("PAUSED"));
        } finally {
            run("ALTER TABLE sample_away RENAME TO sample");
        }

        flush("PT30S").statusCode(anyOfPausedOrStored());
        await().atMost(PATIENCE).untilAsserted(() -> status().body("sinks[0].state", equalTo("RUNNING")));
        status().body("sinks[0].books.dead", equalTo(dead)).body("sinks[0].reason", nullValue());
        given().get(health + "/well").then().statusCode(200).body(not(containsString("PAUSED")));
    }

    @Test
    void statusAnswersWithoutTheTableOfTheOffsets() throws SQLException {
        run("ALTER TABLE sink_offset RENAME TO sink_offset_away");
        try {
            status().body("sinks[0].state", notNullValue())
                    .body("sinks[0].database_problem", containsString("sink_offset"))
                    .body("sinks[0].books", nullValue())
                    .body("sinks[0].pending", nullValue())
                    .body("sinks[0].partitions.end_offset", everyItem(notNullValue()))
                    .body("sinks[0].partitions.lag", everyItem(nullValue()));
        } finally {
            run("ALTER TABLE sink_offset_away RENAME TO sink_offset");
        }
    }

    /** The next attempt may be under way. */
    private static Matcher<Integer> anyOfPausedOrStored() {
        return oneOf(200, 503);
    }

    @Test
    void theBacklogIsAMeter() {
        URI metrics = health.resolve("metrics");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(given().get(metrics).asString())
                        .contains("alluvium_sink_lag{partition=\"0\",topic=\"kit.samples\"}"));
    }
}
