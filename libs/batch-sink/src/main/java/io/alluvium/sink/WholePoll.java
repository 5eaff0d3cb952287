package io.alluvium.sink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Passes what a poll brought from a partition through a messaging framework in one piece. Frameworks wrap each record in a
 * message with an acknowledgement of its own, which takes longer than storing it; the sink acknowledges whole polls. To be
 * named in {@code interceptor.classes} of the consumer.
 */
public final class WholePoll implements ConsumerInterceptor<byte[], byte[]> {

    /** Stands for all records of one partition, at the offset of the last one. */
    private static final class Piece extends ConsumerRecord<byte[], byte[]> {

        private final List<ConsumerRecord<byte[], byte[]>> records;

        Piece(List<ConsumerRecord<byte[], byte[]>> records, ConsumerRecord<byte[], byte[]> last) {
            super(last.topic(), last.partition(), last.offset(), null, null);
            this.records = records;
        }
    }

    /** @return the records that the poll brought, of each partition in their order, whether they passed here or not */
    public static List<ConsumerRecord<byte[], byte[]>> unpack(ConsumerRecords<byte[], byte[]> polled) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> one : polled) {
            if (one instanceof Piece piece) {
                records.addAll(piece.records);
            } else {
                records.add(one);
            }
        }
        return records;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> pieces = new LinkedHashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
            pieces.put(partition, List.of(new Piece(records, records.get(records.size() - 1))));
        }
        return new ConsumerRecords<>(pieces, polled.nextOffsets());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // what Kafka is told is of no concern here
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // there are none
    }

    @Override
    public void close() {
        // nothing is held
    }
}
