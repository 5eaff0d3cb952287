package io.alluvium.kit;

import io.agroal.api.AgroalDataSource;
import io.alluvium.sink.BatchSink;
import io.alluvium.sink.Fate;
import io.alluvium.sink.KafkaTopicIdentity;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.SinkSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A sink as a service has it: texts into a table, one that begins with "bad" becomes a dead letter. */
@Startup
@Singleton
class SampleSink {

    static final String TOPIC = "kit.samples";

    private static final String NAME = "sample";

    private final SinkLoop loop;
    private final Map<String, Object> settings;
    private final Thread thread = new Thread(this::consume, "sample-sink");
    private KafkaConsumer<byte[], byte[]> reader;
    private volatile boolean closed;
    private volatile boolean held;
    private volatile boolean holding;
    private volatile boolean mended;

    SampleSink(
            AgroalDataSource dataSource,
            Admin admin,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            MeterRegistry meters) {
        BatchSink<String> sink = new BatchSink<>(
                TOPIC,
                dataSource,
                SinkDatabase.POSTGRESQL,
                this::row,
                (transaction, rows) -> {
                    try (PreparedStatement insert = transaction
                            .connection()
                            .prepareStatement("INSERT INTO sample VALUES (?) ON CONFLICT DO NOTHING")) {
                        for (int i = 0; i < rows.size(); i++) {
                            String text = rows.get(i);
                            if (text != null) {
                                insert.setString(1, text);
                                rows.mark(i, insert.executeUpdate() == 1 ? Fate.STORED : Fate.DUPLICATE);
                            }
                        }
                    }
                },
                new KafkaTopicIdentity(admin, TOPIC),
                new SinkSettings(
                        0.5,
                        100,
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(10)));
        this.loop = new SinkLoop(sink, (name, partition, offset) -> seek(partition, offset), meters);
        this.settings = new HashMap<>(kafka);
        settings.put("group.id", "kit-samples");
        settings.put("auto.offset.reset", "earliest");
        settings.put("metadata.max.age.ms", "1000");
        thread.setDaemon(true);
        thread.start();
    }

    @Produces
    @Singleton
    SinkRegistration registration() {
        return new SinkRegistration(TOPIC, loop, false);
    }

    @Produces
    @Singleton
    TopicSpec topic() {
        return new TopicSpec(TOPIC, 3, (short) 1, Duration.ofDays(1));
    }

    /** Stops reading for a while. */
    void hold(boolean on) {
        held = on;
    }

    boolean isHolding() {
        return holding;
    }

    /** Makes good what was bad. */
    void mend(boolean on) {
        mended = on;
    }

    private String row(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        if (polled.value() == null) {
            throw new RejectedRecord("the record has no data");
        }
        String text = new String(polled.value(), StandardCharsets.UTF_8);
        if (text.startsWith("bad") && !mended) {
            throw new RejectedRecord("the text is bad");
        }
        return text;
    }

    /** Comes on the thread that polls. */
    private void seek(int partition, long offset) {
        reader.seek(new TopicPartition(TOPIC, partition), offset);
    }

    private void consume() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            reader = consumer;
            consumer.subscribe(List.of(TOPIC), new FromTheDatabase(consumer));
            while (!closed) {
                if (held) {
                    consumer.pause(consumer.assignment());
                } else {
                    consumer.resume(consumer.assignment());
                }
                holding = held;
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
                loop.settle(NAME, records);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private final class FromTheDatabase implements ConsumerRebalanceListener {

        private final SinkRebalanceListener listener = new SinkRebalanceListener(loop, only -> NAME);
        private final KafkaConsumer<byte[], byte[]> consumer;

        FromTheDatabase(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            listener.onPartitionsAssigned(consumer, partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            listener.onPartitionsRevoked(consumer, partitions);
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed = true;
        loop.close();
        thread.join();
    }
}
