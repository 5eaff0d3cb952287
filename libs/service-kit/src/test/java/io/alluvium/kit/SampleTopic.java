package io.alluvium.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to the topic of {@link SampleSink} as anyone may. */
final class SampleTopic implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;

    SampleTopic(String brokers) {
        this(Map.of("bootstrap.servers", brokers, "max.block.ms", "30000"));
    }

    private SampleTopic(Map<String, Object> settings) {
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** One whose records are followed by the marker of their transaction. */
    static SampleTopic transactional(String brokers) {
        SampleTopic topic = new SampleTopic(Map.of(
                "bootstrap.servers",
                brokers,
                "transactional.id",
                UUID.randomUUID().toString()));
        topic.producer.initTransactions();
        return topic;
    }

    void sendInTransaction(String text) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(SampleSink.TOPIC, null, text.getBytes(UTF_8)));
        producer.commitTransaction();
    }

    void send(String... texts) throws ExecutionException, InterruptedException {
        List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
        for (String text : texts) {
            sent.add(producer.send(new ProducerRecord<>(SampleSink.TOPIC, text.getBytes(UTF_8), text.getBytes(UTF_8))));
        }
        for (java.util.concurrent.Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) throws ExecutionException, InterruptedException {
        return producer.send(record).get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
