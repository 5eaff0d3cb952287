package io.alluvium.kit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Waits for the fate of every record of a request, so that none is still under way when the request is answered. */
final class Acknowledgements {

    private final long started = System.nanoTime();
    private final String topic;
    private final int records;
    private final PublishMetrics metrics;
    private final AtomicInteger open;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    private final CompletableFuture<Void> completion = new CompletableFuture<>();

    Acknowledgements(List<ProducerRecord<byte[], byte[]>> records, PublishMetrics metrics) {
        this.topic = records.get(0).topic();
        this.records = records.size();
        this.metrics = metrics;
        this.open = new AtomicInteger(records.size());
    }

    void acknowledged(@Nullable Exception failure) {
        if (failure != null) {
            failed.compareAndSet(null, failure);
            refused.incrementAndGet();
        }
        if (open.decrementAndGet() > 0) {
            return;
        }
        metrics.acknowledged(records - refused.get());
        Exception first = failed.get();
        if (first == null) {
            metrics.took(System.nanoTime() - started);
            completion.complete(null);
            return;
        }
        completion.completeExceptionally(metrics.refused(topic, refused.get(), first));
    }

    CompletionStage<Void> completion() {
        return completion;
    }
}
