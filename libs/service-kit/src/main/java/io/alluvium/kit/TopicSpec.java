package io.alluvium.kit;

import java.time.Duration;
import java.util.Map;

/**
 * A topic that a service needs. Each bean of this type is created on start where the broker allows it; a producer that is
 * {@code @Dependent} may answer null where a configuration needs none.
 *
 * @param partitions        of a topic that is created now; one that is there keeps its own
 * @param replicationFactor -1 leaves it to the broker
 * @param retention         how long Kafka keeps a record; zero or less: for ever
 * @param config            further settings of the topic, by their Kafka names
 */
public record TopicSpec(
        String name, int partitions, short replicationFactor, Duration retention, Map<String, String> config) {

    public TopicSpec {
        if (!name.matches("[a-zA-Z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "a topic has a name of 1 to 249 letters, digits, '.', '_' or '-': " + name);
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + " needs at least 1 partition, got " + partitions);
        }
        if (replicationFactor < 1 && replicationFactor != -1) {
            throw new IllegalArgumentException(
                    "topic " + name + " needs a replication factor of at least 1, or -1, got " + replicationFactor);
        }
        config = Map.copyOf(config);
    }

    public TopicSpec(String name, int partitions, short replicationFactor, Duration retention) {
        this(name, partitions, replicationFactor, retention, Map.of());
    }
}
