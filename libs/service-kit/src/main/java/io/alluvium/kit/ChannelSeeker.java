package io.alluvium.kit;

import io.alluvium.sink.PartitionSeeker;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the consumer of an incoming channel, on the thread that polls it. */
public final class ChannelSeeker implements PartitionSeeker {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChannelSeeker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClientService clients;
    private final String channel;
    private final String topic;

    public ChannelSeeker(KafkaClientService clients, String channel, String topic) {
        this.clients = clients;
        this.channel = channel;
        this.topic = topic;
    }

    @Override
    public void seek(int partition, long offset) {
        try {
            clients.getConsumer(channel)
                    .runOnPollingThread(consumer -> {
                        TopicPartition target = new TopicPartition(topic, partition);
                        if (consumer.assignment().contains(target)) {
                            consumer.seek(target, offset);
                        }
                    })
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException failure) {
            // Nothing is lost: while it reads on from elsewhere the sink passes the records over and asks again.
            LOGGER.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", offset)
                    .setCause(failure)
                    .log("seek failed");
        }
    }
}
