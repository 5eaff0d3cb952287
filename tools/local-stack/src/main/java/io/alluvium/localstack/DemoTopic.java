package io.alluvium.localstack;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringSerializer;

/** An application that writes to the topic itself, with CloudEvents headers. A return means that the broker has it all. */
final class DemoTopic implements AutoCloseable {

    static final String NAME = "audit.changes";

    private final KafkaProducer<String, String> producer;
    private final List<Future<RecordMetadata>> underWay = new ArrayList<>();

    DemoTopic(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5", "client.id", "demo"),
                new StringSerializer(),
                new StringSerializer());
    }

    void send(List<DemoEvents.Change> changes) {
        changes.forEach(change ->
                enqueue(change.key(), change.id().toString(), change.json().toString()));
        awaitAcknowledgements();
    }

    void sendMalformed(String id, String value) {
        enqueue("order:malformed", id, value);
        awaitAcknowledgements();
    }

    @Override
    public void close() {
        producer.close();
    }

    private void enqueue(String key, String id, String value) {
        ProducerRecord<String, String> event = new ProducerRecord<>(NAME, key, value);
        header(event.headers(), "ce_specversion", "1.0");
        header(event.headers(), "ce_id", id);
        header(event.headers(), "ce_source", "/demo/shop");
        header(event.headers(), "ce_type", "alluvium.audit.change.v1");
        header(event.headers(), "ce_time", Instant.now().toString());
        header(event.headers(), "ce_subject", key);
        header(event.headers(), "content-type", "application/json");
        underWay.add(producer.send(event));
    }

    private void awaitAcknowledgements() {
        try {
            for (Future<RecordMetadata> sent : underWay) {
                sent.get();
            }
            underWay.clear();
        } catch (ExecutionException failure) {
            throw new LocalStackException("Kafka did not take an event of the demo: " + failure.getCause(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted while the demo was sending", interrupted);
        }
    }

    private static void header(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
