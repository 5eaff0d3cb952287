package io.alluvium.kit;

import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.TopicUnknown;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts each partition where the database says, whatever offset Kafka has committed. */
public final class SinkRebalanceListener implements KafkaConsumerRebalanceListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(SinkRebalanceListener.class);

    private final SinkLoop loop;
    private final Function<Consumer<?, ?>, String> name;

    /** @param name tells consumers apart, by the names under which their batches are handed over */
    public SinkRebalanceListener(SinkLoop loop, Function<Consumer<?, ?>, String> name) {
        this.loop = loop;
        this.name = name;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        String topic = partitions.iterator().next().topic();
        try {
            loop.assigned(name.apply(consumer), numbers(partitions)).forEach((partition, offset) -> {
                consumer.seek(new TopicPartition(topic, partition), offset);
                LOGGER.atInfo()
                        .addKeyValue("topic", topic)
                        .addKeyValue("partition", partition)
                        .addKeyValue("offset", offset)
                        .log("partition assigned");
            });
        } catch (SQLException | TopicUnknown failure) {
            // The sink does not trust a position that it does not know: with the first records it seeks by itself.
            LOGGER.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", failure.getMessage())
                    .log("stored offsets cannot be read yet");
        }
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        loop.revoked(name.apply(consumer), numbers(partitions));
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }
}
