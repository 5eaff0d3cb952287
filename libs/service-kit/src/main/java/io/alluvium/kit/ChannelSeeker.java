package io.alluvium.kit;

import io.alluvium.sink.PartitionSeeker;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the consumers of incoming channels, each on the thread that polls it. A consumer is named by its channel; with
 * {@code concurrency} each copy of a channel has a name and a consumer of its own.
 */
public final class ChannelSeeker implements PartitionSeeker {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChannelSeeker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClientService clients;
    private final String topic;

    public ChannelSeeker(KafkaClientService clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    /** @return the name of a consumer that was created for a channel */
    public static String channelOf(KafkaClientService clients, Consumer<?, ?> consumer) {
        return clients.getConsumerChannels().stream()
                .filter(channel -> clients.getConsumer(channel).unwrap() == consumer)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a consumer that belongs to no channel"));
    }

    @Override
    public void seek(String consumer, int partition, long offset) {
        try {
            clients.getConsumer(consumer)
                    .runOnPollingThread(own -> {
                        TopicPartition target = new TopicPartition(topic, partition);
                        if (own.assignment().contains(target)) {
                            own.seek(target, offset);
                        }
                    })
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException failure) {
            // Nothing is lost: while it reads on from elsewhere the sink passes the records over and asks again.
            LOGGER.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("consumer", consumer)
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", offset)
                    .setCause(failure)
                    .log("seek failed");
        }
    }
}
