package io.alluvium.kit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The way of intake to Kafka. Never blocks its caller, an event loop included. Thread-safe.
 *
 * <p>The trace context of the HTTP request that is being served travels in the records' headers.
 */
@Singleton
public final class EventPublisher {

    /** After this long a record is refused that Kafka has not acknowledged. */
    static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(10);

    /** How long the first event of a topic waits for the broker to tell the partitions. */
    private static final Duration METADATA_PATIENCE = Duration.ofSeconds(5);

    private static final Duration METADATA_POLL = Duration.ofMillis(20);

    private final KafkaClients clients;
    private final TraceContext trace;
    private final MeterRegistry meters;
    private final PublishMetrics metrics;
    private final Map<String, CompletableFuture<Void>> searches = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(new DaemonThread("event-publisher"));
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private @Nullable KafkaClientMetrics producerMetrics;

    EventPublisher(KafkaClients clients, TraceContext trace, MeterRegistry meters) {
        this.clients = clients;
        this.trace = trace;
        this.meters = meters;
        this.metrics = new PublishMetrics(meters);
    }

    /**
     * Publishes the records in their order.
     *
     * @return completes when all replicas that Kafka asks for have acknowledged <em>all</em> records. Fails with a {@link
     *     Problem} otherwise, about ten seconds later at most: 503 while the broker is away or cannot take more, 413 for a
     *     record that is larger than the topic allows. Some of the records may then be in the topic and others not; which
     *     ones is not known, and repeating all of them with the same ids is harmless
     */
    public CompletionStage<Void> publish(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        trace.addTo(records);
        List<CompletableFuture<Void>> awaited = searches(records);
        if (awaited.isEmpty()) {
            return send(records);
        }
        return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new))
                .handle((found, failure) -> failure == null ? send(records) : refused(records, failure))
                .thenCompose(Function.identity());
    }

    private CompletionStage<Void> refused(List<ProducerRecord<byte[], byte[]>> records, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return CompletableFuture.failedFuture(metrics.refused(records.get(0).topic(), records.size(), cause));
    }

    /** Connects and learns the topic's partitions, so that its first event need not wait for that. */
    void prepare(String topic) {
        search(topic);
    }

    private List<CompletableFuture<Void>> searches(List<ProducerRecord<byte[], byte[]>> records) {
        Set<String> topics = new HashSet<>(2);
        for (ProducerRecord<byte[], byte[]> record : records) {
            topics.add(record.topic());
        }
        topics.removeIf(this::isKnown);
        List<CompletableFuture<Void>> awaited = new ArrayList<>(topics.size());
        topics.forEach(topic -> awaited.add(search(topic)));
        return awaited;
    }

    /** Asked anew for each request: a producer whose brokers were all away has forgotten everything it knew. */
    private boolean isKnown(String topic) {
        try {
            return !producer().partitionsFor(topic).isEmpty();
        } catch (RuntimeException unknown) {
            return false; // the search tells why
        }
    }

    private CompletableFuture<Void> search(String topic) {
        CompletableFuture<Void> search = new CompletableFuture<>();
        CompletableFuture<Void> underWay = searches.putIfAbsent(topic, search);
        if (underWay != null) {
            return underWay;
        }
        long deadline = System.nanoTime() + METADATA_PATIENCE.toNanos();
        scheduler.execute(() -> lookUp(topic, search, deadline));
        return search;
    }

    /** A producer that may not block answers at once that it does not know yet, and asks the broker meanwhile. */
    private void lookUp(String topic, CompletableFuture<Void> search, long deadline) {
        try {
            producer().partitionsFor(topic);
            searches.remove(topic, search);
            search.complete(null);
        } catch (RetriableException unknownYet) {
            if (System.nanoTime() < deadline) {
                scheduler.schedule(
                        () -> lookUp(topic, search, deadline), METADATA_POLL.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                searches.remove(topic, search);
                search.completeExceptionally(unknownYet);
            }
        } catch (RuntimeException failure) {
            searches.remove(topic, search);
            search.completeExceptionally(failure);
        }
    }

    private CompletionStage<Void> send(List<ProducerRecord<byte[], byte[]>> records) {
        Producer<byte[], byte[]> to = producer();
        Acknowledgements all = new Acknowledgements(records, metrics);
        for (ProducerRecord<byte[], byte[]> record : records) {
            try {
                to.send(record, (metadata, failure) -> all.acknowledged(failure));
            } catch (KafkaException | IllegalStateException failure) {
                all.acknowledged(failure);
            }
        }
        return all.completion();
    }

    /** Not in the constructor: an address that cannot be resolved today is no reason not to start. */
    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> present = producer;
        return present == null ? connect() : present;
    }

    private synchronized Producer<byte[], byte[]> connect() {
        Producer<byte[], byte[]> present = producer;
        if (present == null) {
            present = clients.producer(DELIVERY_TIMEOUT);
            producerMetrics = new KafkaClientMetrics(present);
            producerMetrics.bindTo(meters);
            producer = present;
        }
        return present;
    }

    @PreDestroy
    synchronized void close() {
        scheduler.shutdownNow();
        if (producerMetrics != null) {
            producerMetrics.close();
        }
        if (producer != null) {
            producer.close(DELIVERY_TIMEOUT);
        }
    }
}
