package io.alluvium.webhook.sink;

import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.WebhookStack;
import io.alluvium.webhook.topic.WebhookEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever writes to the topic: what is an event is stored once, what is none is a dead letter with the reason. */
@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class WebhookSinkIT {

    @Inject
    StoredEvents stored;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void open() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private static String event(String source, String id) {
        return """
                {"source":"%s","event_id":"%s","event_type":"t","record_data":{"a": 1.10},"headers":{},
                 "event_timestamp":"2026-11-21T10:00:00Z","received_at":"2026-11-21T10:00:01Z","body_sha256":"%s"}"""
                .formatted(source, id, "0".repeat(64));
    }

    private void send(String ceId, String type, String data) {
        producer.send(new ProducerRecord<>(
                "webhook.received",
                null,
                null,
                utf8("key"),
                utf8(data),
                CloudEventHeaders.binary(ceId, "/webhooks/elsewhere", type, null, null)));
        producer.flush();
    }

    @Test
    void twoSourcesMaySendTheSameId() {
        String id = UUID.randomUUID().toString();
        send(id, WebhookEvent.TYPE, event("one", id));
        send(id, WebhookEvent.TYPE, event("two", id));
        send("another envelope", WebhookEvent.TYPE, event("one", id));
        String last = UUID.randomUUID().toString();
        send(last, WebhookEvent.TYPE, event("one", last));

        stored.await("one", last);
        assertThat(stored.count("one", id)).isEqualTo(1);
        assertThat(stored.count("two", id)).isEqualTo(1);
        assertThat(stored.column("id", "one", id)).isNotEqualTo(id).isNotEqualTo(stored.column("id", "two", id));
        assertThat(stored.column("order_key", "one", id)).isEqualTo("one:" + id);
        assertThat(stored.column("record_data", "one", id)).isEqualTo("{\"a\": 1.10}");
        assertThat(stored.column("modified_fields", "one", id)).isEqualTo("null");
    }

    @Test
    void theLongestIdOfTheLongestSourceIsStored() {
        String source = "s".repeat(WebhookEvent.MAX_SOURCE);
        String id = "i".repeat(WebhookEvent.MAX_EVENT_ID);
        send(id, WebhookEvent.TYPE, event(source, id));

        stored.await(source, id);
        assertThat(stored.column("order_key", source, id)).isEqualTo(source + ":" + id);
    }

    @Test
    void whatIsNoEventIsADeadLetterWithTheReason() {
        send("1", "something.else.v1", event("dead", "1"));
        send("2", WebhookEvent.TYPE, event("dead", "2").replace("\"a\": 1.10", "\"a\": \"\\u0000\""));
        send("3", WebhookEvent.TYPE, event("dead", "3").replace("event_type", "kind"));

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(reasons("event type must be alluvium.webhook.received.v1"))
                    .isPositive();
            assertThat(reasons("data: record_data: holds U+0000 in a string, which cannot be stored"))
                    .isPositive();
            assertThat(reasons("data: event_type: is required")).isPositive();
        });
        assertThat(stored.text("SELECT count(*) FROM webhook_events WHERE source = 'dead'"))
                .isEqualTo("0");
    }

    private long reasons(String reason) {
        return Long.parseLong(stored.text(
                "SELECT count(*) FROM dead_letter WHERE topic = 'webhook.received' AND reason = ?", reason));
    }
}
