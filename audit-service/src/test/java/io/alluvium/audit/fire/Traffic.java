package io.alluvium.audit.fire;

import io.alluvium.audit.Changes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Seeded traffic: events of many entities, each with a growing number, with duplicates, rows that the table refuses,
 * broken data and broken envelopes sprinkled in. Remembers what must be found afterwards.
 */
final class Traffic implements AutoCloseable {

    /** Entities whose id begins so are refused by a constraint that the test adds to the table. */
    static final String REFUSED = "refused-";

    private static final int ENTITIES = 2000;

    private final Random random;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
    private final Set<UUID> sound = new HashSet<>();
    private int bad;
    private int sent;

    Traffic(String brokers, long seed) {
        this.random = new Random(seed);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", "5", "batch.size", "65536"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends so many records and returns when the broker has them. */
    void send(int records) {
        for (int i = 0; i < records; i++) {
            producer.send(next());
        }
        producer.flush();
        sent += records;
    }

    private ProducerRecord<byte[], byte[]> next() {
        int dice = random.nextInt(1000);
        if (dice < 50 && !again.isEmpty()) {
            return copy(again.get(random.nextInt(again.size())));
        }
        UUID id = new UUID(random.nextLong(), random.nextLong());
        if (dice < 51) {
            bad++;
            return event(id, REFUSED + random.nextInt(100));
        }
        if (dice < 52) {
            bad++;
            return Changes.event(id, "order:0", "{\"entity_type\":\"order\",");
        }
        if (dice < 53) {
            bad++;
            ProducerRecord<byte[], byte[]> noId = event(id, "entity-0");
            noId.headers().remove("ce_id");
            return noId;
        }
        ProducerRecord<byte[], byte[]> event = event(id, "entity-" + random.nextInt(ENTITIES));
        sound.add(id);
        if (again.size() < 5000) {
            again.add(event);
        } else {
            again.set(random.nextInt(again.size()), event);
        }
        return event;
    }

    private ProducerRecord<byte[], byte[]> event(UUID id, String entity) {
        int number = numbers.merge(entity, 1, Integer::sum);
        return Changes.event(id, "order:" + entity, Changes.update(entity, number));
    }

    private static ProducerRecord<byte[], byte[]> copy(ProducerRecord<byte[], byte[]> event) {
        return new ProducerRecord<>(event.topic(), null, event.key(), event.value(), event.headers());
    }

    /** Ids of all events that can be stored. */
    Set<UUID> sound() {
        return sound;
    }

    /** Records that can only become dead letters. */
    int bad() {
        return bad;
    }

    int sent() {
        return sent;
    }

    @Override
    public void close() {
        producer.close();
    }
}
