package io.alluvium.audit.sink;

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
class EngineLogConsumer {

    private final SinkLoop loop;

    EngineLogConsumer(@Identifier(EngineLogSink.CHANNEL) SinkLoop loop) {
        this.loop = loop;
    }

    @Incoming(EngineLogSink.CHANNEL)
    @Blocking("engine-sink")
    void consume(ConsumerRecords<byte[], byte[]> polled, IncomingKafkaRecordBatchMetadata<byte[], byte[]> from)
            throws InterruptedException {
        loop.settle(from.getChannel(), WholePoll.unpack(polled));
    }
}
