package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WholePollTest {

    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition SECOND = new TopicPartition("t", 1);

    private static List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition, long from, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ConsumerRecord<>("t", partition.partition(), from + i, new byte[] {1}, new byte[] {2}));
        }
        return records;
    }

    private static ConsumerRecords<byte[], byte[]> poll() {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
        records.put(FIRST, records(FIRST, 10, 3));
        records.put(SECOND, records(SECOND, 77, 1));
        return new ConsumerRecords<>(
                records, Map.of(FIRST, new OffsetAndMetadata(15), SECOND, new OffsetAndMetadata(78)));
    }

    @Test
    void aPollBecomesOnePieceForEachPartitionAtItsLastOffset() {
        ConsumerRecords<byte[], byte[]> pieces = new WholePoll().onConsume(poll());

        assertThat(pieces.count()).isEqualTo(2);
        assertThat(pieces.records(FIRST)).singleElement().satisfies(piece -> {
            assertThat(piece.offset()).isEqualTo(12);
            assertThat(piece.partition()).isZero();
        });
        assertThat(pieces.records(SECOND)).singleElement().satisfies(piece -> assertThat(piece.offset())
                .isEqualTo(77));
        assertThat(pieces.nextOffsets()).isEqualTo(poll().nextOffsets());
    }

    @Test
    void unpackedItIsThePollAgain() {
        ConsumerRecords<byte[], byte[]> poll = poll();

        assertThat(WholePoll.unpack(new WholePoll().onConsume(poll))).containsExactlyElementsOf(poll);
    }

    @Test
    void aPollThatDidNotPassTheInterceptorIsTakenAsItIs() {
        ConsumerRecords<byte[], byte[]> poll = poll();

        assertThat(WholePoll.unpack(poll)).containsExactlyElementsOf(poll);
        assertThat(WholePoll.unpack(ConsumerRecords.empty())).isEmpty();
    }
}
