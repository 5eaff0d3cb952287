package io.alluvium.webhook.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.ChannelSeeker;
import io.alluvium.kit.SinkRebalanceListener;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.TopicSpec;
import io.alluvium.sink.BatchSink;
import io.alluvium.sink.KafkaTopicIdentity;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkLoop;
import io.alluvium.webhook.AgentConfig;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.table.AgentEventRow;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;

/** Puts the sink of agent audit events together. */
final class AgentEventSink {

    /** Name of the channel, and of all that belongs to it. */
    static final String CHANNEL = "agent-events";

    @Produces
    @Singleton
    AgentMonths months(WebhookConfig config) {
        return new AgentMonths(
                Clock.systemUTC(), config.agent().monthsKept(), config.agent().monthsAhead());
    }

    @Produces
    @Singleton
    AgentPartitions partitions(AgroalDataSource dataSource, AgentMonths months) {
        return new AgentPartitions(dataSource, months, AgentPartitions.DatabaseClock.REAL);
    }

    @Produces
    @Singleton
    @Identifier(CHANNEL)
    SinkLoop loop(
            WebhookConfig config,
            AgroalDataSource dataSource,
            AgentMonths months,
            AgentPartitions partitions,
            Admin admin,
            KafkaClientService clients,
            MeterRegistry meters)
            throws SQLException {
        // Before the first record is read: without its partition an event would become a dead letter.
        if (partitions.create().contains(months.present())) {
            throw new SQLException("the table audit_events has no partition for " + months.present()
                    + " and none could be created: the log says why");
        }
        String topic = config.agent().topic().name();
        BatchSink<AgentEventRow> sink = new BatchSink<>(
                topic,
                dataSource,
                SinkDatabase.POSTGRESQL,
                new AgentEventMapping(months),
                SinkDatabase.POSTGRESQL.append(AgentEventRow.TABLE),
                new KafkaTopicIdentity(admin, topic),
                WebhookSink.settings(config.sink()));
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

    /** Never alone: whether a replica is ready is for the webhooks to say. */
    @Produces
    @Singleton
    SinkRegistration registration(WebhookConfig config, @Identifier(CHANNEL) Instance<SinkLoop> loop) {
        boolean here = config.sink().enabled();
        return new SinkRegistration(config.agent().topic().name(), here ? loop.get() : null, false);
    }

    @Produces
    @Singleton
    TopicSpec topic(WebhookConfig config) {
        AgentConfig.TopicConfig topic = config.agent().topic();
        return new TopicSpec(topic.name(), topic.partitions(), topic.replicationFactor(), topic.retention());
    }
}
