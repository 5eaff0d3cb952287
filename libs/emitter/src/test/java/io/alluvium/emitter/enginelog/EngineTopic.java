package io.alluvium.emitter.enginelog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A topic of one test and a reader that takes each event id once, as the sink does. */
final class EngineTopic implements AutoCloseable {

    private static final int PARTITIONS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One row as it arrived. */
    record Arrived(String type, String key, String instance, JsonNode data) {
        int number(String column) {
            return data.get(column).asInt();
        }
    }

    private final String name = "engine-" + System.nanoTime();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Arrived> byId = new LinkedHashMap<>();
    private int records;

    EngineTopic(String brokers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "auto.offset.reset", "earliest", "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList());
    }

    String name() {
        return name;
    }

    /** Takes in what has arrived meanwhile. */
    List<Arrived> read() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            records++;
            byId.putIfAbsent(header(record, "ce_id"), arrived(record));
        }
        return new ArrayList<>(byId.values());
    }

    /** Records that brought a row which was there already. */
    int repeated() {
        return records - byId.size();
    }

    private static Arrived arrived(ConsumerRecord<String, byte[]> record) {
        try {
            JsonNode data = JSON.readTree(record.value());
            return new Arrived(
                    header(record, "ce_type"),
                    record.key(),
                    data.get("engine_instance_id").asText(),
                    data);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
