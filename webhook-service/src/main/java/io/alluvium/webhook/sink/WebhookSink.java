package io.alluvium.webhook.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.ChannelSeeker;
import io.alluvium.kit.DatabaseUse;
import io.alluvium.kit.SinkRebalanceListener;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.TopicSpec;
import io.alluvium.sink.BatchSink;
import io.alluvium.sink.KafkaTopicIdentity;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.SinkSettings;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.table.WebhookRow;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/** Puts the sink of received webhooks together. */
final class WebhookSink {

    /** Name of the channel, and of all that belongs to it. */
    static final String CHANNEL = "webhooks";

    /** As the producer: a body of the default bound, and what is said about it, fit well. */
    private static final String MAX_MESSAGE_BYTES = "4194304";

    @Produces
    @Singleton
    @Identifier(CHANNEL)
    SinkLoop loop(
            WebhookConfig config,
            AgroalDataSource dataSource,
            Admin admin,
            KafkaClientService clients,
            MeterRegistry meters)
            throws SQLException {
        String topic = config.topic().name();
        SinkDatabase database = SinkDatabase.of(dataSource);
        BatchSink<?> sink = new BatchSink<>(
                topic,
                dataSource,
                database,
                new WebhookMapping(),
                database.append(WebhookRow.TABLE),
                new KafkaTopicIdentity(admin, topic),
                settings(config.sink()));
        return new SinkLoop(sink, new ChannelSeeker(clients, topic), meters);
    }

    void close(@Disposes @Identifier(CHANNEL) SinkLoop loop) {
        loop.close();
    }

    @Produces
    @Singleton
    @Identifier(CHANNEL)
    KafkaConsumerRebalanceListener rebalanceListener(@Identifier(CHANNEL) SinkLoop loop, KafkaClientService clients) {
        return new SinkRebalanceListener(loop, consumer -> ChannelSeeker.channelOf(clients, consumer));
    }

    @Produces
    @Singleton
    SinkRegistration registration(WebhookConfig config, @Identifier(CHANNEL) Instance<SinkLoop> loop) {
        boolean here = config.sink().enabled();
        boolean alone = !config.intake().enabled();
        return new SinkRegistration(config.topic().name(), here ? loop.get() : null, alone);
    }

    @Produces
    @Singleton
    DatabaseUse database(WebhookConfig config) {
        return new DatabaseUse("sink", config.sink().enabled());
    }

    @Produces
    @Singleton
    TopicSpec topic(WebhookConfig config) {
        WebhookConfig.TopicConfig topic = config.topic();
        return new TopicSpec(
                topic.name(),
                topic.partitions(),
                topic.replicationFactor(),
                topic.retention(),
                Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, MAX_MESSAGE_BYTES));
    }

    static SinkSettings settings(WebhookConfig.SinkConfig config) {
        return new SinkSettings(
                config.maxPoisonShare(),
                config.toleratedPoison(),
                SinkSettings.DEFAULTS.minBackoff(),
                config.maxBackoff(),
                config.pause(),
                SinkSettings.DEFAULTS.brokerTimeout());
    }
}
