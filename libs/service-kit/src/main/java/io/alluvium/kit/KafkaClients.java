package io.alluvium.kit;

import io.quarkus.arc.DefaultBean;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients with the settings of the ecosystem: every key under {@code kafka.} and {@code KAFKA_*}. */
@Singleton
public final class KafkaClients {

    private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Object> settings;

    KafkaClients(@Identifier("default-kafka-broker") Map<String, Object> settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    @DefaultBean
    Admin admin() {
        Map<String, Object> config = known(AdminClientConfig.configNames());
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, String.valueOf(ADMIN_PATIENCE.toMillis()));
        return Admin.create(config);
    }

    void close(@Disposes Admin admin) {
        admin.close(Duration.ofSeconds(1));
    }

    /**
     * A producer that never blocks its caller: what it cannot take at once it refuses at once, and what it took is
     * acknowledged by all replicas or failed within the delivery timeout.
     */
    Producer<byte[], byte[]> producer(Duration deliveryTimeout) {
        Map<String, Object> config = known(ProducerConfig.configNames());
        // Many small requests at once: the next batch fills while the last is under way, so waiting adds only latency.
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "1");
        config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
        config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // What a request promises does not depend on anybody's settings.
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, String.valueOf(deliveryTimeout.toMillis()));
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, String.valueOf(deliveryTimeout.toMillis() / 2));
        // A topic that was quiet for minutes must not cost its next event the search for its partitions.
        config.put(
                ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                String.valueOf(Duration.ofDays(30).toMillis()));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer of no group, which leaves no trace: it reads where it is told and commits nothing. */
    public Consumer<byte[], byte[]> probe() {
        Map<String, Object> config = known(ConsumerConfig.configNames());
        config.keySet().removeAll(Set.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> known(Set<String> names) {
        Map<String, Object> config = new HashMap<>(settings);
        config.keySet().retainAll(names);
        return config;
    }
}
