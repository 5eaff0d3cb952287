package io.alluvium.audit.sink;

import static io.alluvium.audit.FaultyChanges.SOUND;
import static io.alluvium.audit.FaultyChanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.alluvium.sink.SinkLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What anybody may write to the topic, and what becomes of it. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class ChangeSinkIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    AgroalDataSource dataSource;

    @Inject
    @Identifier("changes")
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
    void anEventOnTheTopicBecomesARow() throws Exception {
        UUID id = UUID.randomUUID();

        send(Changes.event(id, "order:1", Changes.update("1", 7)));

        assertThat(awaitRow(id, "entity_id")).isEqualTo("1");
        assertThat(awaitRow(id, "changed_fields")).isEqualTo("[\"amount\"]");
    }

    @Test
    void aStructuredCloudEventBecomesARowToo() throws Exception {
        UUID id = UUID.randomUUID();
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(
                Changes.TOPIC,
                Changes.utf8(
                        """
                        {"specversion":"1.0","id":"%s","source":"/test","type":"alluvium.audit.change.v1","data":%s}"""
                                .formatted(id, SOUND)));
        event.headers().add("content-type", Changes.utf8("application/cloudevents+json"));

        send(event);

        assertThat(awaitRow(id, "new_values")).isEqualTo("{\"amount\":1.10}");
    }

    @Test
    void imagesPassThroughByteForByte() throws Exception {
        UUID id = UUID.randomUUID();
        String image = "{ \"z\":1.50,\"a\":1e400 , \"n\":12345678901234567890.10,\"t\":\"\\u00e9é\uD83D\uDE00\\/\" }";

        send(Changes.event(id, "invoice:1", with("new_values", image)));

        assertThat(awaitRow(id, "new_values")).isEqualTo(image);
    }

    @Test
    void numbersThatNothingCanHoldAreComparedAsTheyAreWritten() throws Exception {
        UUID id = UUID.randomUUID();
        String change = Changes.update("huge", 1)
                .replace("\"amount\":1.50", "\"amount\":1e99999999999")
                .replace("\"amount\":2.50", "\"amount\":1e99999999998");

        send(Changes.event(id, "order:huge", change));

        assertThat(awaitRow(id, "changed_fields")).isEqualTo("[\"amount\"]");
    }

    @Test
    void fieldsOfANewerProducerAreIgnored() throws Exception {
        UUID id = UUID.randomUUID();

        send(Changes.event(id, "invoice:1", with("reason", "{\"code\":[1,2]}")));

        assertThat(awaitRow(id, "entity_type")).isEqualTo("invoice");
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("io.alluvium.audit.FaultyChanges#eventFaults")
    void aFaultBecomesADeadLetterWithTheReasonThatARequestGets(String data, String field, String message)
            throws Exception {
        assertThat(awaitDeadLetter(send(Changes.event(UUID.randomUUID(), "invoice:1", data))))
                .startsWith("data: ")
                .contains(field + ": ")
                .contains(message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("io.alluvium.audit.FaultyChanges#broken")
    void whatIsNoChangeBecomesADeadLetterWithTheReasonThatARequestGets(String data, String message) throws Exception {
        assertThat(awaitDeadLetter(send(Changes.event(UUID.randomUUID(), "invoice:1", data))))
                .startsWith("data: ")
                .contains(message);
    }

    @Test
    void textThatIsNotUtf8BecomesADeadLetter() throws Exception {
        byte[] data = SOUND.getBytes(StandardCharsets.UTF_8);
        data[SOUND.indexOf("invoice")] = (byte) 0xC3;
        ProducerRecord<byte[], byte[]> event = Changes.event(UUID.randomUUID(), "invoice:1", SOUND);

        RecordMetadata at = send(new ProducerRecord<>(event.topic(), null, event.key(), data, event.headers()));

        assertThat(awaitDeadLetter(at)).contains("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_source", "ce_type"})
    void anEnvelopeWithoutARequiredHeaderBecomesADeadLetter(String header) throws Exception {
        ProducerRecord<byte[], byte[]> event = Changes.event(UUID.randomUUID(), "invoice:1", SOUND);
        event.headers().remove(header);

        assertThat(awaitDeadLetter(send(event))).contains(header + " is missing");
    }

    @Test
    void anotherTypeVersionOrContentBecomesADeadLetter() throws Exception {
        assertThat(awaitDeadLetter(send(header("ce_type", "alluvium.audit.change.v9"))))
                .contains("event type must be alluvium.audit.change.v1");
        assertThat(awaitDeadLetter(send(header("ce_specversion", "0.3")))).contains("specversion must be 1.0");
        assertThat(awaitDeadLetter(send(header("content-type", "text/plain")))).contains("content-type must be");
        assertThat(awaitDeadLetter(send(header("content-type", "application/cloudevents+json"))))
                .contains("field data is missing");
    }

    @Test
    void aTombstoneBecomesADeadLetter() throws Exception {
        assertThat(awaitDeadLetter(send(new ProducerRecord<>(Changes.TOPIC, Changes.utf8("invoice:1"), null))))
                .contains("has no data");
    }

    private static ProducerRecord<byte[], byte[]> header(String name, String value) {
        ProducerRecord<byte[], byte[]> event = Changes.event(UUID.randomUUID(), "invoice:1", SOUND);
        event.headers().remove(name).add(name, Changes.utf8(value));
        return event;
    }

    private RecordMetadata send(ProducerRecord<byte[], byte[]> event) throws Exception {
        return producer.send(event).get();
    }

    private String awaitRow(UUID id, String column) {
        return await().atMost(PATIENCE)
                .until(
                        () -> text("SELECT " + column + " FROM audit_change WHERE event_id = '" + id + "'"),
                        found -> !found.isEmpty());
    }

    /** @return its reason */
    private String awaitDeadLetter(RecordMetadata at) {
        String letter = "SELECT reason FROM dead_letter WHERE kafka_partition = " + at.partition()
                + " AND kafka_offset = " + at.offset();
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
