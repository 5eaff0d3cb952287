package io.alluvium.audit.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditConfig;
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
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.apache.kafka.clients.admin.Admin;

/** Puts the sink of change events together. */
final class ChangeSink {

    /** Name of the channel, and of all that belongs to it. */
    static final String CHANNEL = "changes";

    @Produces
    @Singleton
    @Identifier(CHANNEL)
    SinkLoop loop(
            AuditConfig config,
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
                new ChangeMapping(),
                new ChangeWriter(database),
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
    SinkRegistration registration(AuditConfig config, @Identifier(CHANNEL) Instance<SinkLoop> loop) {
        boolean here = config.sink().enabled();
        boolean alone = !config.intake().enabled() && !config.query().enabled();
        return new SinkRegistration(config.topic().name(), here ? loop.get() : null, alone);
    }

    @Produces
    @Singleton
    DatabaseUse database(AuditConfig config) {
        return new DatabaseUse("sink", config.sink().enabled());
    }

    @Produces
    @Singleton
    TopicSpec topic(AuditConfig config) {
        AuditConfig.TopicConfig topic = config.topic();
        return new TopicSpec(topic.name(), topic.partitions(), topic.replicationFactor(), topic.retention());
    }

    static SinkSettings settings(AuditConfig.SinkConfig config) {
        return new SinkSettings(
                config.maxPoisonShare(),
                config.toleratedPoison(),
                SinkSettings.DEFAULTS.minBackoff(),
                config.maxBackoff(),
                config.pause(),
                SinkSettings.DEFAULTS.brokerTimeout());
    }
}
