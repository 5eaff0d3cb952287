package io.alluvium.sink;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

class InTimeProperties {

    @Property
    void everyRecordIsThereAndEachPartitionKeepsItsOrder(
            @ForAll @Size(max = 6) List<@NotEmpty @Size(max = 20) List<@IntRange(max = 50) Integer>> times) {
        List<List<ConsumerRecord<byte[], byte[]>>> runs = runs(times);

        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> merged =
                InTime.merged(runs).stream().collect(groupingBy(ConsumerRecord::partition, toList()));

        assertThat(merged).hasSize(runs.size());
        merged.forEach((partition, records) -> assertThat(records).isEqualTo(runs.get(partition)));
    }

    @Property
    void partitionsThatAreInTheOrderOfTimeAreSoTogether(
            @ForAll @Size(max = 6) List<@NotEmpty @Size(max = 20) List<@IntRange(max = 50) Integer>> times) {
        List<List<Integer>> sorted =
                times.stream().map(run -> run.stream().sorted().toList()).toList();

        assertThat(InTime.merged(runs(sorted)))
                .isSortedAccordingTo(Comparator.comparingLong(ConsumerRecord::timestamp));
    }

    private static List<List<ConsumerRecord<byte[], byte[]>>> runs(List<List<Integer>> times) {
        List<List<ConsumerRecord<byte[], byte[]>>> runs = new ArrayList<>();
        for (List<Integer> run : times) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int time : run) {
                records.add(new ConsumerRecord<>(
                        "t",
                        runs.size(),
                        records.size(),
                        time,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        null,
                        null,
                        new RecordHeaders(),
                        Optional.empty()));
            }
            runs.add(records);
        }
        return runs;
    }
}
