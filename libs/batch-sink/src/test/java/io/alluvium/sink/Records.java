package io.alluvium.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records as a consumer would poll them. */
final class Records {

    static final String TOPIC = "readings";

    private Records() {}

    static ConsumerRecord<byte[], byte[]> of(int partition, long offset, String value) {
        byte[] key = ("key-" + offset).getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(TOPIC, partition, offset, key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Records of one partition from {@code first} on, each with an event id of its own. */
    static List<ConsumerRecord<byte[], byte[]>> range(int partition, long first, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(count);
        for (long offset = first; offset < first + count; offset++) {
            records.add(of(partition, offset, new Reading(id(partition, offset), "n" + offset, (int) offset).text()));
        }
        return records;
    }

    /** The event id that {@link #range} gives a record. */
    static UUID id(int partition, long offset) {
        return new UUID(partition + 1L, offset);
    }
}
