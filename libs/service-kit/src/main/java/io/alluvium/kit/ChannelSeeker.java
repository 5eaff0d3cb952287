package io.alluvium.kit;

import io.alluvium.sink.PartitionSeeker;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves that consumer of an incoming channel which has the partition, on the thread that polls it. */
public final class ChannelSeeker implements PartitionSeeker {

    private static final Logger LOGGER = LoggerFactory.getLogger(ChannelSeeker.class);
    /** What the names of the copies of a channel with {@code concurrency} go on with, before their number. */
    private static final String COPY = "$";

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
            for (String name : clients.getConsumerChannels()) {
                if (name.equals(channel) || name.startsWith(channel + COPY)) {
                    seek(name, new TopicPartition(topic, partition), offset);
                }
            }
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

    private void seek(String name, TopicPartition target, long offset) {
        clients.getConsumer(name)
                .runOnPollingThread(consumer -> {
                    if (consumer.assignment().contains(target)) {
                        consumer.seek(target, offset);
                    }
                })
                .await()
                .atMost(PATIENCE);
    }
}
