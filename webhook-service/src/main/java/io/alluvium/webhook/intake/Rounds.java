package io.alluvium.webhook.intake;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Cuts records into rounds that have each key once. Kafka may fail a record and take a later one of the same request: only
 * when a round is acknowledged may the next begin, or what happens to one record would change places.
 */
final class Rounds {

    private Rounds() {}

    static List<List<ProducerRecord<byte[], byte[]>>> of(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.size() == 1) {
            return List.of(records);
        }
        List<List<ProducerRecord<byte[], byte[]>>> rounds = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> round = new ArrayList<>();
        Set<ByteBuffer> keys = new HashSet<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            if (!keys.add(ByteBuffer.wrap(record.key()))) {
                rounds.add(round);
                round = new ArrayList<>();
                keys.clear();
                keys.add(ByteBuffer.wrap(record.key()));
            }
            round.add(record);
        }
        rounds.add(round);
        return rounds;
    }
}
