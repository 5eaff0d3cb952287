package io.alluvium.webhook.sink;

import static io.alluvium.webhook.AgentEvents.event;
import static io.alluvium.webhook.AgentEvents.with;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.alluvium.sink.SinkLoop;
import io.alluvium.webhook.AgentEvents;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What anybody may write to the topic of agent events, and what becomes of it. */
@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class AgentEventSinkIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    AgroalDataSource dataSource;

    @Inject
    AgentMonths months;

    @Inject
    @Identifier("agent-events")
    SinkLoop loop;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void theBooksBalance() {
        producer.close();
        assertThat(loop.status().books().balanced()).isTrue();
    }

    @Test
    void anEventBecomesARowOfItsMonth() throws Exception {
        UUID id = UUID.randomUUID();
        Instant lastMonth = months.since().plus(3, ChronoUnit.DAYS);
        String metadata = "{ \"execution_time_ms\":1.50, \"a\":1e400 }";

        RecordMetadata at = send(
                event(id, with("timestamp", "\"" + lastMonth + "\"").replace("{\"status\":\"success\"}", metadata)));

        assertThat(awaitRow(id, "tableoid::regclass::text")).isEqualTo(AgentPartitions.name(months.first()));
        assertThat(awaitRow(id, "metadata")).isEqualTo(metadata);
        assertThat(awaitRow(id, "session_id || actor || action || resource || event_type"))
                .isEqualTo("s-1analystread_accountAccounts/4711tool_success");
        assertThat(awaitRow(id, "kafka_partition || ' ' || kafka_offset"))
                .isEqualTo(at.partition() + " " + at.offset());
    }

    @Test
    void theSameEventTwiceIsStoredOnce() throws Exception {
        UUID id = UUID.randomUUID();
        UUID last = UUID.randomUUID();
        String data = with("actor", "\"twice\"");
        long before = loop.status().books().duplicate();

        send(event(id, data));
        awaitRow(id, "actor");
        send(event(id, data));
        send(event(last, data));
        awaitRow(last, "actor");

        assertThat(text("SELECT count(*) FROM audit_events WHERE event_id = '" + id + "'"))
                .isEqualTo("1");
        assertThat(loop.status().books().duplicate()).isEqualTo(before + 1);
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("io.alluvium.webhook.AgentEvents#faults")
    void aFaultBecomesADeadLetterWithItsReason(String data, String field, String message) throws Exception {
        assertThat(awaitDeadLetter(send(event(UUID.randomUUID(), data))))
                .startsWith("data: " + field + ": ")
                .contains(message);
    }

    @Test
    void eventsOfMonthsThatAreNotKeptAreDeadLettersThoughABatchHasNothingElse() throws Exception {
        String old = with("timestamp", "\"" + months.since().minusNanos(1000) + "\"");
        String future = with("timestamp", "\"" + months.until() + "\"");
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            events.add(event(UUID.randomUUID(), i % 2 == 0 ? old : future));
        }
        UUID sound = UUID.randomUUID();

        List<RecordMetadata> sent = sendAsOneBatch(events);

        assertThat(awaitDeadLetter(sent.get(0))).contains("older than what is kept");
        assertThat(awaitDeadLetter(sent.get(299))).contains("too far ahead");
        assertThat(text("SELECT count(*) FROM dead_letter WHERE topic = '" + AgentEvents.TOPIC
                        + "' AND kafka_partition = 0" + " AND kafka_offset BETWEEN "
                        + sent.get(0).offset() + " AND " + sent.get(299).offset()))
                .isEqualTo("300");
        send(event(sound, with("actor", "\"sound\"")));
        assertThat(awaitRow(sound, "actor")).isEqualTo("sound");
    }

    /** Kafka stores what a producer sends at once as one, and hands it over as one: it is within one poll. */
    private List<RecordMetadata> sendAsOneBatch(List<ProducerRecord<byte[], byte[]>> events) throws Exception {
        Map<String, Object> atOnce = Map.of("bootstrap.servers", brokers, "linger.ms", 60_000, "batch.size", 1_000_000);
        try (KafkaProducer<byte[], byte[]> patient =
                new KafkaProducer<>(atOnce, new ByteArraySerializer(), new ByteArraySerializer())) {
            patient.partitionsFor(AgentEvents.TOPIC);
            List<Future<RecordMetadata>> sending = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> event : events) {
                sending.add(patient.send(
                        new ProducerRecord<>(event.topic(), 0, event.key(), event.value(), event.headers())));
            }
            patient.flush();
            List<RecordMetadata> sent = new ArrayList<>();
            for (Future<RecordMetadata> one : sending) {
                sent.add(one.get());
            }
            return sent;
        }
    }

    @Test
    void anotherTypeBecomesADeadLetter() throws Exception {
        ProducerRecord<byte[], byte[]> event = event(UUID.randomUUID(), with("actor", "null"));
        event.headers().remove("ce_type").add("ce_type", "alluvium.agent.event.v9".getBytes());

        assertThat(awaitDeadLetter(send(event))).contains("event type must be alluvium.agent.event.v1");
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void theStatusOfTheSinkShowsTheTopic() {
        assertThat(given().get("/api/sink/status")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .contains(AgentEvents.TOPIC);
    }

    private RecordMetadata send(ProducerRecord<byte[], byte[]> event) throws Exception {
        return producer.send(event).get();
    }

    private String awaitRow(UUID id, String column) {
        return await().atMost(PATIENCE)
                .until(
                        () -> text("SELECT " + column + " FROM audit_events WHERE event_id = '" + id + "'"),
                        found -> !found.isEmpty());
    }

    /** @return its reason */
    private String awaitDeadLetter(RecordMetadata at) {
        String letter = "SELECT reason FROM dead_letter WHERE topic = '" + AgentEvents.TOPIC
                + "' AND kafka_partition = " + at.partition() + " AND kafka_offset = " + at.offset();
        return await().atMost(PATIENCE).until(() -> text(letter), found -> !found.isEmpty());
    }

    private String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
