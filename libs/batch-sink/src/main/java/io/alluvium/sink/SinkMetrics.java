package io.alluvium.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The books of one sink as meters, by topic and since the process started: {@code alluvium.sink.polled} = the sum of
 * {@code alluvium.sink.records} over {@code fate} = stored, duplicate, collapsed, dead. The durable books, per partition
 * and over restarts, are in {@code sink_offset}.
 *
 * <p>Alert when {@code alluvium.sink.paused} is 1, and when {@code alluvium.sink.records} with {@code fate=dead} grows.
 */
final class SinkMetrics {

    private final Counter polled;
    private final Counter stored;
    private final Counter duplicate;
    private final Counter collapsed;
    private final Counter dead;
    private final Counter deferred;
    private final Timer batchTime;
    private final DistributionSummary batchSize;
    private final AtomicInteger paused = new AtomicInteger();

    SinkMetrics(MeterRegistry registry, String topic) {
        this.polled = Counter.builder("alluvium.sink.polled")
                .description("Records read from the topic")
                .tag("topic", topic)
                .register(registry);
        this.stored = fate(registry, topic, "stored");
        this.duplicate = fate(registry, topic, "duplicate");
        this.collapsed = fate(registry, topic, "collapsed");
        this.dead = fate(registry, topic, "dead");
        this.deferred = Counter.builder("alluvium.sink.deferred")
                .description("Attempts to store a batch that failed and are repeated")
                .tag("topic", topic)
                .register(registry);
        this.batchTime = Timer.builder("alluvium.sink.batch")
                .description("From a batch being handed over to its commit")
                .tag("topic", topic)
                .publishPercentileHistogram()
                .register(registry);
        this.batchSize = DistributionSummary.builder("alluvium.sink.batch.size")
                .description("Records per batch")
                .tag("topic", topic)
                .register(registry);
        Gauge.builder("alluvium.sink.paused", paused, AtomicInteger::get)
                .description("1 while a batch waits until something is mended")
                .tag("topic", topic)
                .register(registry);
    }

    private static Counter fate(MeterRegistry registry, String topic, String fate) {
        return Counter.builder("alluvium.sink.records")
                .description("Records by what became of them")
                .tag("topic", topic)
                .tag("fate", fate)
                .register(registry);
    }

    void stored(Books books, Duration took) {
        polled.increment(books.polled());
        stored.increment(books.stored());
        duplicate.increment(books.duplicate());
        collapsed.increment(books.collapsed());
        dead.increment(books.dead());
        batchTime.record(took);
        batchSize.record(books.polled());
    }

    void deferred() {
        deferred.increment();
    }

    void paused(boolean now) {
        paused.set(now ? 1 : 0);
    }
}
