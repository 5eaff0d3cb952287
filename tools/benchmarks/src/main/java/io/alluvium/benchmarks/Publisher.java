package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Fills a topic before anything is measured. */
final class Publisher implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long bytes;

    Publisher(String brokers) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", "20", "batch.size", "262144"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A normal return means that the broker has them all. */
    void publish(String topic, Shop shop, int events) throws IOException {
        for (int i = 0; i < events; i++) {
            send(topic, shop.next(), null);
        }
        flush();
    }

    /** The same, and the events as rows besides: all of them in one file, and by turns in several. */
    void publish(String topic, Shop shop, int events, Path whole, List<Path> parts) throws IOException {
        try (CopyFile all = new CopyFile(whole);
                CopyFiles byTurns = new CopyFiles(parts)) {
            for (int i = 0; i < events; i++) {
                ChangeEvent event = shop.next();
                all.add(event);
                byTurns.add(event);
                send(topic, event, null);
            }
        }
        flush();
    }

    /** One event into each partition. */
    void publishOneEach(String topic, Shop shop) throws IOException {
        for (int partition = 0; partition < StackProcess.PARTITIONS; partition++) {
            send(topic, shop.next(), partition);
        }
        flush();
    }

    private void send(String topic, ChangeEvent event, @Nullable Integer partition) {
        var envelope = event.toRecord(topic, partition);
        bytes += envelope.value().length;
        producer.send(envelope, (metadata, refused) -> {
            if (refused != null) {
                failure.set(refused);
            }
        });
    }

    private void flush() throws IOException {
        producer.flush();
        Exception refused = failure.get();
        if (refused != null) {
            throw new IOException("not published", refused);
        }
    }

    /** Of JSON, of everything published so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        producer.close();
    }
}
