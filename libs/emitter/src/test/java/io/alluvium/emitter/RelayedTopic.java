package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A topic of one test, and a reader that keeps to the event ids as a sink does. Not thread-safe. */
final class RelayedTopic implements AutoCloseable {

    private static final int PARTITIONS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name = "relayed-" + System.nanoTime();
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Set<String> ids = new LinkedHashSet<>();
    private final Map<String, List<String>> textsByKey = new LinkedHashMap<>();
    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

    private RelayedTopic(String brokers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "auto.offset.reset", "earliest", "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    static RelayedTopic create(String brokers) {
        RelayedTopic topic = new RelayedTopic(brokers);
        await(() -> topic.admin
                .createTopics(List.of(new NewTopic(topic.name, PARTITIONS, (short) 1)))
                .all()
                .get());
        topic.consumer.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic.name, partition))
                .toList());
        return topic;
    }

    String name() {
        return name;
    }

    void limitMessagesTo(int bytes) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Collection<AlterConfigOp> limit = List.of(new AlterConfigOp(
                new ConfigEntry("max.message.bytes", String.valueOf(bytes)), AlterConfigOp.OpType.SET));
        await(() -> admin.incrementalAlterConfigs(Map.of(topic, limit)).all().get());
    }

    /** Takes in what has arrived meanwhile. */
    RelayedTopic read() {
        consumer.poll(Duration.ofMillis(300)).forEach(this::take);
        return this;
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        records.add(record);
        if (ids.add(header(record, "ce_id"))) {
            textsByKey.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(text(record.value()));
        }
    }

    private static String text(byte[] value) {
        try {
            JsonNode change = JSON.readTree(value);
            return change.get("new_values").get("text").asText();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    Set<String> ids() {
        return ids;
    }

    /** How many records bring an event that was there already. */
    int repeated() {
        return records.size() - ids.size();
    }

    /** What the events of a key tell, each once. */
    List<String> texts(String key) {
        return textsByKey.get(key);
    }

    String header(String name) {
        return header(records.get(0), name);
    }

    void assertEachKeyCountsUpTo(int keys, int steps) {
        assertThat(textsByKey).hasSize(keys);
        List<String> expected =
                IntStream.range(0, steps).mapToObj(String::valueOf).toList();
        textsByKey.forEach((key, texts) -> assertThat(texts).as(key).containsExactlyElementsOf(expected));
    }

    private interface Request {
        void run() throws ExecutionException, InterruptedException;
    }

    private static void await(Request request) {
        try {
            request.run();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}
