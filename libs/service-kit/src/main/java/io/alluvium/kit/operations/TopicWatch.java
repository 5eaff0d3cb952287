package io.alluvium.kit.operations;

import io.alluvium.kit.operations.TopicExtent.Range;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker where a topic begins and ends. An operator who asks does not wait long for a broker that is away. */
@Singleton
final class TopicWatch {

    private static final int PATIENCE_MS = 3_000;

    private final Instance<Admin> admin;

    TopicWatch(Instance<Admin> admin) {
        this.admin = admin;
    }

    /** Never fails, and answers in time: what is not known is said in the answer. */
    CompletableFuture<TopicExtent> extent(String topic) {
        CompletableFuture<TopicExtent> answer = new CompletableFuture<>();
        try {
            Admin broker = admin.get();
            broker.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(PATIENCE_MS))
                    .topicNameValues()
                    .get(topic)
                    .toCompletionStage()
                    .thenCompose(described -> ranges(broker, described))
                    .whenComplete(
                            (extent, failure) -> answer.complete(failure == null ? extent : unknown(topic, failure)));
        } catch (RuntimeException noClient) {
            answer.complete(unknown(topic, noClient));
        }
        // The client was seen to wait for its default timeout while it had no connection, whatever it was told.
        return answer.completeOnTimeout(
                TopicExtent.unknown("Kafka does not answer"), PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    private static CompletionStage<TopicExtent> ranges(Admin broker, TopicDescription topic) {
        Map<TopicPartition, OffsetSpec> starts = new HashMap<>();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicPartitionInfo partition : topic.partitions()) {
            TopicPartition key = new TopicPartition(topic.name(), partition.partition());
            starts.put(key, OffsetSpec.earliest());
            ends.put(key, OffsetSpec.latest());
        }
        CompletionStage<Map<TopicPartition, ListOffsetsResultInfo>> first = offsets(broker, starts);
        return offsets(broker, ends)
                .thenCombine(
                        first, (end, start) -> new TopicExtent(id(topic.topicId()), joined(start, end), null, false));
    }

    private static CompletionStage<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            Admin broker, Map<TopicPartition, OffsetSpec> specs) {
        return broker.listOffsets(specs, new ListOffsetsOptions().timeoutMs(PATIENCE_MS))
                .all()
                .toCompletionStage();
    }

    private static SortedMap<Integer, Range> joined(
            Map<TopicPartition, ListOffsetsResultInfo> starts, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        SortedMap<Integer, Range> ranges = new TreeMap<>();
        ends.forEach((partition, end) -> {
            long start = starts.get(partition).offset();
            ranges.put(partition.partition(), new Range(start, Math.max(start, end.offset())));
        });
        return ranges;
    }

    private static TopicExtent unknown(String topic, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof UnknownTopicOrPartitionException) {
            return TopicExtent.missing(topic);
        }
        return TopicExtent.unknown(
                cause instanceof TimeoutException
                        ? "Kafka does not answer"
                        : "Kafka does not tell: " + cause.getMessage());
    }

    private static UUID id(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
