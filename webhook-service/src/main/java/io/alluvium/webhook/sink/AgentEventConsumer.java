package io.alluvium.webhook.sink;

import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.WholePoll;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes what one poll brought and returns when it is stored; only then is Kafka told. */
@Singleton
class AgentEventConsumer {

    private final SinkLoop loop;

    AgentEventConsumer(@Identifier(AgentEventSink.CHANNEL) SinkLoop loop) {
        this.loop = loop;
    }

    @Incoming(AgentEventSink.CHANNEL)
    @Blocking("agent-sink")
    void consume(ConsumerRecords<byte[], byte[]> polled, IncomingKafkaRecordBatchMetadata<byte[], byte[]> from)
            throws InterruptedException {
        loop.settle(from.getChannel(), WholePoll.unpack(polled));
    }
}
