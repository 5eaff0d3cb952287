package io.alluvium.kit.operations;

import io.alluvium.kit.KafkaClients;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Looks whether there is a record at all between two offsets: markers of transactions and compacted records are none. */
@Singleton
final class RecordProbe {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final KafkaClients clients;

    RecordProbe(KafkaClients clients) {
        this.clients = clients;
    }

    /** @return true also where it cannot be found out: rather wait for nothing than pass a record over */
    boolean mayHoldRecords(String topic, int partition, long from, long to) {
        TopicPartition place = new TopicPartition(topic, partition);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Consumer<byte[], byte[]> consumer = clients.probe()) {
            consumer.assign(List.of(place));
            consumer.seek(place, from);
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(200))) {
                    return next.offset() < to;
                }
                if (consumer.position(place, PATIENCE) >= to) {
                    return false;
                }
            }
            return true;
        } catch (KafkaException away) {
            return true;
        }
    }
}
