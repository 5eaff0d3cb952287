package io.alluvium.audit.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditConfig;
import io.alluvium.audit.EngineConfig;
import io.alluvium.audit.table.EngineLogRow;
import io.alluvium.kit.ChannelSeeker;
import io.alluvium.kit.SinkRebalanceListener;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.TopicSpec;
import io.alluvium.sink.BatchSink;
import io.alluvium.sink.KafkaTopicIdentity;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkLoop;
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

/** Puts the sink of engine logs together. */
final class EngineLogSink {

    /** Name of the channel, and of all that belongs to it. */
    static final String CHANNEL = "engine-logs";

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
        String topic = config.engine().topic().name();
        SinkDatabase database = SinkDatabase.of(dataSource);
        BatchSink<EngineLogRow> sink = new BatchSink<>(
                topic,
                dataSource,
                database,
                new EngineLogMapping(),
                new EngineLogWriter(database),
                new KafkaTopicIdentity(admin, topic),
                ChangeSink.settings(config.sink()));
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

    /** Never alone: whether a replica is ready is for the changes to say. */
    @Produces
    @Singleton
    SinkRegistration registration(AuditConfig config, @Identifier(CHANNEL) Instance<SinkLoop> loop) {
        boolean here = config.sink().enabled();
        return new SinkRegistration(config.engine().topic().name(), here ? loop.get() : null, false);
    }

    @Produces
    @Singleton
    TopicSpec topic(AuditConfig config) {
        EngineConfig.TopicConfig topic = config.engine().topic();
        return new TopicSpec(topic.name(), topic.partitions(), topic.replicationFactor(), topic.retention());
    }
}
