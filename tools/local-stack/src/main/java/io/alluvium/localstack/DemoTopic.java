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

/** An application that writes to a topic itself, with CloudEvents headers. */
final class DemoTopic implements AutoCloseable {

    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final String type;
    private final String source;
    private final List<Future<RecordMetadata>> underWay = new ArrayList<>();

    DemoTopic(RunOptions options, String topic, String type, String source) {
        this.topic = topic;
        this.type = type;
        this.source = source;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        Ports.HOST + ":" + options.kafkaPort(),
                        "linger.ms",
                        "5",
                        "client.id",
                        "demo"),
                new StringSerializer(),
                new StringSerializer());
    }

    void send(String key, String id, String value) {
        ProducerRecord<String, String> event = new ProducerRecord<>(topic, key, value);
        header(event.headers(), "ce_specversion", "1.0");
        header(event.headers(), "ce_id", id);
        header(event.headers(), "ce_source", source);
        header(event.headers(), "ce_type", type);
        header(event.headers(), "ce_time", Instant.now().toString());
        header(event.headers(), "ce_subject", key);
        header(event.headers(), "content-type", "application/json");
        underWay.add(producer.send(event));
    }

    /** A normal return means that the broker has everything that was sent. */
    void flush() {
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

    @Override
    public void close() {
        producer.close();
    }

    private static void header(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
