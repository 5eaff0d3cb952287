package io.alluvium.webhook.intake;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Cuts records into rounds that have each key once. Kafka may fail a record and take a later one of the same request: only
 * when a round is acknowledged may the next begin, or what happens to one record would change places.
 */
final class Rounds {

    /** Bytes of a round, about: a few of them fit into the memory of the producer. */
    private static final long MOST = 4 << 20;

    private Rounds() {}

    /** The n-th round has the n-th record of each key: there are as few as the most frequent key allows. */
    static List<List<ProducerRecord<byte[], byte[]>>> of(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.size() == 1) {
            return List.of(records);
        }
        List<List<ProducerRecord<byte[], byte[]>>> rounds = new ArrayList<>();
        Map<ByteBuffer, Integer> before = new HashMap<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            int round = before.merge(ByteBuffer.wrap(record.key()), 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new ArrayList<>());
            }
            rounds.get(round).add(record);
        }
        return rounds.stream().flatMap(round -> parts(round).stream()).toList();
    }

    private static List<List<ProducerRecord<byte[], byte[]>>> parts(List<ProducerRecord<byte[], byte[]>> round) {
        List<List<ProducerRecord<byte[], byte[]>>> parts = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < round.size(); i++) {
            bytes += round.get(i).value().length;
            if (bytes >= MOST) {
                parts.add(round.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        if (from < round.size()) {
            parts.add(round.subList(from, round.size()));
        }
        return parts;
    }
}
