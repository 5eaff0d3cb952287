package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What one would write by hand: a consumer that reads each event into a tree and inserts the batch with JDBC, a commit
 * per poll, and the event id against duplicates. Its polls are as large as those of the service.
 */
final class InsertProgram {

    private static final String INSERT =
            """
            INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values,
                                      changed_fields, changed_by, changed_at, correlation_id)
            VALUES (?, ?, ?, ?, ?::json, ?::json, ?::json, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    private static final ObjectMapper TREES = new ObjectMapper();

    private InsertProgram() {}

    /** @param arguments JDBC address, brokers, topic, and the partitions separated by commas */
    public static void main(String[] arguments) throws IOException, SQLException {
        List<TopicPartition> partitions = Stream.of(arguments[3].split(","))
                .map(partition -> new TopicPartition(arguments[2], Integer.parseInt(partition)))
                .toList();
        try (Connection connection = DriverManager.getConnection(arguments[0] + "&reWriteBatchedInserts=true");
                KafkaConsumer<byte[], byte[]> consumer = consumer(arguments[1]);
                BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            connection.setAutoCommit(false);
            consumer.assign(partitions);
            System.out.println("ready");
            while (questions.readLine() != null) {
                System.out.println(drain(consumer, partitions, connection));
            }
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String brokers) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", brokers,
                        "group.id", "by-hand",
                        "enable.auto.commit", "false",
                        "max.poll.records", "10000",
                        "fetch.max.bytes", "33554432",
                        "max.partition.fetch.bytes", "4194304"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static long drain(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Connection connection)
            throws SQLException, IOException {
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long drained = 0;
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<byte[], byte[]> one : polled) {
                    add(insert, one);
                }
                insert.executeBatch();
                connection.commit();
                consumer.commitSync();
                drained += polled.count();
            }
        }
        return drained;
    }

    private static void add(PreparedStatement insert, ConsumerRecord<byte[], byte[]> polled)
            throws SQLException, IOException {
        JsonNode event = TREES.readTree(polled.value());
        String id = new String(polled.headers().lastHeader("ce_id").value(), UTF_8);
        insert.setObject(1, UUID.fromString(id));
        insert.setString(2, event.get("entity_type").textValue());
        insert.setString(3, event.get("entity_id").textValue());
        insert.setString(4, event.get("operation").textValue());
        insert.setString(5, json(event, "old_values"));
        insert.setString(6, json(event, "new_values"));
        insert.setString(7, json(event, "changed_fields"));
        insert.setString(8, event.path("changed_by").textValue());
        insert.setObject(9, OffsetDateTime.parse(event.get("changed_at").textValue()));
        insert.setString(10, event.path("correlation_id").textValue());
        insert.addBatch();
    }

    private static @Nullable String json(JsonNode event, String name) {
        JsonNode value = event.get(name);
        return value == null || value.isNull() ? null : value.toString();
    }
}
