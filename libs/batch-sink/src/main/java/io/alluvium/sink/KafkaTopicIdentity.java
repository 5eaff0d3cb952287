package io.alluvium.sink;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** Asks Kafka. Needs no more than the right to describe the topic, which reading it implies. */
public final class KafkaTopicIdentity implements TopicIdentity {

    private final Admin admin;
    private final String topic;

    public KafkaTopicIdentity(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
    }

    @Override
    public CompletionStage<UUID> current() {
        return admin.describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .toCompletionStage()
                .thenApply(described -> toUuid(described.topicId()));
    }

    private static UUID toUuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
