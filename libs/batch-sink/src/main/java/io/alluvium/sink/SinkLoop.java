package io.alluvium.sink;

import io.alluvium.sink.SinkStatus.State;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps at each batch until it is stored: retries with exponential backoff what may pass by itself, pauses and says why
 * where something must be mended, and never drops a batch. One for all consumers of the topic in a process; thread-safe, but
 * for two batches of one consumer at a time.
 */
public final class SinkLoop implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(SinkLoop.class);

    private record Condition(State state, @Nullable String reason, Instant since) {
        boolean isLike(State other, @Nullable String otherReason) {
            return state == other && Objects.equals(reason, otherReason);
        }
    }

    private record LastBatch(@Nullable Instant at, int size, Duration took) {}

    private final BatchSink<?> sink;
    private final PartitionSeeker seeker;
    private final SinkMetrics metrics;
    private final Rate rate = new Rate(System::nanoTime);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** By the name of the consumer whose batch waits. */
    private final Map<String, Condition> deferred = new TreeMap<>();

    private volatile Condition condition = new Condition(State.STARTING, null, Instant.now());
    private volatile LastBatch lastBatch = new LastBatch(null, 0, Duration.ZERO);
    private volatile Books books = Books.EMPTY;

    public SinkLoop(BatchSink<?> sink, PartitionSeeker seeker, MeterRegistry registry) {
        this.sink = sink;
        this.seeker = seeker;
        this.metrics = new SinkMetrics(registry, sink.topic());
    }

    /**
     * A normal return implies that the batch is stored, or that the consumer was sent back to read parts of it again: it
     * may be acknowledged.
     *
     * @param consumer the name under which its partitions were {@link #assigned}
     * @throws InterruptedException when the loop was closed or the thread interrupted; the batch is not stored and must not
     *     be acknowledged
     */
    public void settle(String consumer, List<ConsumerRecord<byte[], byte[]>> polled) throws InterruptedException {
        if (polled.isEmpty()) {
            return;
        }
        long started = System.nanoTime();
        for (int failures = 0; ; failures++) {
            if (closed.getCount() == 0 || Thread.interrupted()) {
                throw new InterruptedException("the sink of " + sink.topic() + " is closed");
            }
            BatchOutcome outcome = attempt(consumer, polled);
            if (outcome instanceof BatchOutcome.Stored stored) {
                settled(consumer, stored, Duration.ofNanos(System.nanoTime() - started));
                return;
            }
            defer(consumer, (BatchOutcome.Deferred) outcome, failures);
        }
    }

    private BatchOutcome attempt(String consumer, List<ConsumerRecord<byte[], byte[]>> polled) {
        try {
            return sink.store(consumer, polled);
        } catch (RuntimeException defect) {
            // Ours, not the data's: keep the batch and say so, rather than lose it.
            return new BatchOutcome.Deferred(FailureKind.SYSTEMIC, "defect in the sink: " + defect, defect);
        }
    }

    private void settled(String consumer, BatchOutcome.Stored outcome, Duration took) {
        Books batch = outcome.books();
        account(consumer, batch, took);
        LOGGER.atDebug()
                .addKeyValue("topic", sink.topic())
                .addKeyValue("records", batch.polled())
                .addKeyValue("inserted", batch.stored())
                .addKeyValue("duplicates", batch.duplicate())
                .addKeyValue("dead", batch.dead())
                .addKeyValue("elapsedMs", took.toMillis())
                .log("batch stored");
        outcome.seeks().forEach((partition, offset) -> {
            LOGGER.atInfo()
                    .addKeyValue("topic", sink.topic())
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", offset)
                    .log("reading again from the stored offset");
            seeker.seek(consumer, partition, offset);
        });
    }

    private synchronized void account(String consumer, Books batch, Duration took) {
        books = books.plus(batch);
        rate.add(batch.stored());
        metrics.stored(batch, took);
        lastBatch = new LastBatch(Instant.now(), (int) batch.polled(), took);
        deferred.remove(consumer);
        judge();
    }

    private void defer(String consumer, BatchOutcome.Deferred outcome, int failures) throws InterruptedException {
        boolean systemic = outcome.kind() == FailureKind.SYSTEMIC;
        State state = systemic ? State.PAUSED : State.RETRYING;
        metrics.deferred();
        if (changed(consumer, state, outcome.reason())) {
            LOGGER.atWarn()
                    .addKeyValue("topic", sink.topic())
                    .addKeyValue("consumer", consumer)
                    .addKeyValue("state", state)
                    .addKeyValue("reason", outcome.reason())
                    .addKeyValue("sqlState", outcome.cause() instanceof SQLException e ? e.getSQLState() : null)
                    .log("batch deferred, nothing is lost");
        }
        Duration pause = systemic ? sink.settings().systemicPause() : backoff(failures);
        boolean stop = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        if (stop) {
            throw new InterruptedException("the sink of " + sink.topic() + " is closed");
        }
    }

    /** @return whether that is news */
    private synchronized boolean changed(String consumer, State state, String reason) {
        Condition before = deferred.get(consumer);
        if (before != null && before.isLike(state, reason)) {
            return false;
        }
        deferred.put(consumer, new Condition(state, reason, Instant.now()));
        judge();
        return true;
    }

    /** The sink is as well as that consumer which is worst off. */
    private synchronized void judge() {
        if (closed.getCount() == 0) {
            return;
        }
        Condition worst = deferred.values().stream()
                .max(Comparator.comparing(Condition::state).thenComparing(Condition::since, Comparator.reverseOrder()))
                .orElse(new Condition(State.RUNNING, null, Instant.now()));
        if (!condition.isLike(worst.state, worst.reason)) {
            condition = worst;
        }
        metrics.paused(worst.state == State.PAUSED);
    }

    /** Doubles with each failure, up to a bound; half of it is random, so that consumers do not come back in step. */
    private Duration backoff(int failures) {
        SinkSettings settings = sink.settings();
        long longest = settings.maxBackoff().toMillis();
        long full = Math.min(longest, settings.minBackoff().toMillis() << Math.min(failures, 20));
        return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
    }

    /** @see BatchSink#assigned */
    public Map<Integer, Long> assigned(String consumer, Collection<Integer> partitions)
            throws SQLException, TopicUnknown {
        return sink.assigned(consumer, partitions);
    }

    /** @see BatchSink#revoked */
    public void revoked(String consumer, Collection<Integer> partitions) {
        sink.revoked(consumer, partitions);
    }

    public SinkStatus status() {
        Condition now = condition;
        LastBatch batch = lastBatch;
        return new SinkStatus(
                sink.topic(),
                now.state,
                now.reason,
                now.since,
                books,
                batch.at,
                batch.size,
                batch.took,
                rate.perSecond());
    }

    /** Ends a pause between attempts; a batch that is not stored stays unacknowledged. */
    @Override
    public synchronized void close() {
        closed.countDown();
        condition = new Condition(State.STOPPED, null, Instant.now());
    }
}
