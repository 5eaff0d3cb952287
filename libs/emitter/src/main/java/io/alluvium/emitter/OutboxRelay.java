package io.alluvium.emitter;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of an outbox in the order of each key and deletes what Kafka has acknowledged. An event is in Kafka
 * at least once, always with the same id; a reader that keeps to the ids has it exactly once, in order.
 *
 * <p>Any number of relays may run on one outbox: a lock in the database, held for one batch, lets one of them publish at a
 * time. While Kafka is away events wait in the outbox, and nobody who writes to it notices. Thread-safe.
 */
public final class OutboxRelay implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int MOST_PAYLOAD = 4 * 1024 * 1024;
    private static final long FIRST_BACKOFF_MS = 100;

    /** @param more whether there is reason to go on at once */
    private record Round(RelayStatus.State state, boolean more) {}

    private final DataSource dataSource;
    private final OutboxTable outbox;
    private final RelaySettings settings;
    private final KafkaDelivery delivery;
    private final Thread thread;
    private final BlockingQueue<Boolean> wakeUps = new ArrayBlockingQueue<>(1);
    private final Map<String, Instant> refused = new ConcurrentHashMap<>();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile int failuresInARow;
    private volatile RelayStatus.State state = RelayStatus.State.IDLE;
    private volatile @Nullable String lastFailure;
    private volatile @Nullable Instant lastPublishedAt;
    private volatile @Nullable Instant oldestWaiting;
    private volatile boolean closed;
    private @Nullable OutboxDatabase database;

    /** Where the pass goes on; 0 begins a new one. Only within a pass: an event with a lower id may be committed later. */
    private long after;

    /** Whether events have been published since the last failure: only then is it the turn of a refused key again. */
    private boolean othersHadTheirTurn = true;

    /** How many rows the next round takes. Fewer after a failure, so that what Kafka refuses ends up alone. */
    private int batch;

    private OutboxRelay(DataSource dataSource, Map<String, Object> kafka, RelaySettings settings) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.batch = settings.batch();
        this.outbox = new OutboxTable(settings.outbox());
        this.delivery = new KafkaDelivery(kafka, settings.patience());
        this.thread = new Thread(this::run, "outbox-relay");
        thread.setDaemon(true);
    }

    /**
     * Returns at once; neither database nor Kafka need be there yet.
     *
     * @param kafka settings of a Kafka producer, at least {@code bootstrap.servers}
     */
    public static OutboxRelay start(DataSource dataSource, Map<String, Object> kafka, RelaySettings settings) {
        OutboxRelay relay = new OutboxRelay(dataSource, kafka, settings);
        relay.thread.start();
        return relay;
    }

    /** Look now rather than at the next interval. Never blocks. */
    public void wake() {
        wakeUps.offer(Boolean.TRUE);
    }

    public RelayStatus status() {
        return new RelayStatus(
                state,
                published.get(),
                failures.get(),
                failuresInARow,
                lastFailure,
                lastPublishedAt,
                oldestWaiting,
                Set.copyOf(refused.keySet()));
    }

    /** Ends after the statement that is under way; what Kafka has not acknowledged by then stays in the outbox. */
    @Override
    public void close() {
        closed = true;
        delivery.giveUp();
        wake();
        try {
            thread.join(settings.patience().toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (delivery) {
            while (!closed) {
                Round round = attempt();
                state = round.state();
                if (!round.more()) {
                    pause();
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            state = RelayStatus.State.CLOSED;
        }
    }

    private void pause() throws InterruptedException {
        if (failuresInARow > 0) {
            // Commits do not shorten this one: they would be a storm on a broker that is just coming back.
            long most = settings.maxBackoff().toMillis();
            long pause = Math.min(most, FIRST_BACKOFF_MS << Math.min(failuresInARow - 1, 20));
            long until = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(
                            pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1));
            for (long left = until - System.nanoTime(); left > 0 && !closed; left = until - System.nanoTime()) {
                wakeUps.poll(left, TimeUnit.NANOSECONDS);
            }
        } else {
            wakeUps.poll(settings.pollInterval().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Round attempt() {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Round round = round(connection);
                connection.commit();
                return round;
            } catch (SQLException | RuntimeException | Error failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException | RuntimeException | Error failure) {
            // Errors, too: a batch that did not fit into memory must not end the relay for good.
            failed(failure);
            return new Round(RelayStatus.State.BACKING_OFF, false);
        }
    }

    /** One batch, in one transaction that holds the lock. */
    private Round round(Connection connection) throws SQLException {
        OutboxDatabase kind = kind(connection);
        if (!outbox.lock(connection, kind)) {
            return new Round(RelayStatus.State.STANDBY, false);
        }
        boolean beginning = after == 0;
        if (beginning && othersHadTheirTurn) {
            forgivePastRefusals();
        }
        List<OutboxEvent.Stored> read = outbox.oldest(connection, kind, after, batch, MOST_PAYLOAD);
        List<OutboxEvent.Stored> events = withoutRefused(read);
        after = events.size() < read.size() ? read.get(read.size() - 1).id() : 0;
        if (beginning) {
            oldestWaiting = read.isEmpty() ? null : madeAt(read.get(0).event());
        }
        if (events.isEmpty()) {
            succeeded();
            return new Round(RelayStatus.State.IDLE, !read.isEmpty());
        }
        KafkaDelivery.Outcome outcome = delivery.publish(events);
        outbox.delete(connection, outcome.acknowledged());
        return account(outcome, read.size() == batch);
    }

    private Round account(KafkaDelivery.Outcome outcome, boolean more) {
        if (!outcome.acknowledged().isEmpty()) {
            published.addAndGet(outcome.acknowledged().size());
            lastPublishedAt = Instant.now();
        }
        if (outcome.failure() == null) {
            succeeded();
            return new Round(RelayStatus.State.PUBLISHING, more || after > 0);
        }
        after = 0;
        OutboxEvent.Stored culprit = outcome.refused();
        failed(outcome.failure());
        if (culprit != null) {
            // The others need not wait for it, only its own key must.
            refused.put(culprit.event().key(), Instant.now().plus(settings.refusedPause()));
            failuresInARow = 0;
            return new Round(RelayStatus.State.PUBLISHING, true);
        }
        return new Round(RelayStatus.State.BACKING_OFF, false);
    }

    private List<OutboxEvent.Stored> withoutRefused(List<OutboxEvent.Stored> events) {
        return refused.isEmpty()
                ? events
                : events.stream()
                        .filter(row -> !refused.containsKey(row.event().key()))
                        .toList();
    }

    /** Between two passes only: within one, what was stepped over of a key is behind, and the rest of it must not go first. */
    private void forgivePastRefusals() {
        Instant now = Instant.now();
        refused.values().removeIf(until -> until.isBefore(now));
    }

    private OutboxDatabase kind(Connection connection) throws SQLException {
        OutboxDatabase known = database;
        if (known == null) {
            known = OutboxDatabase.of(connection);
            database = known;
        }
        return known;
    }

    private static @Nullable Instant madeAt(OutboxEvent event) {
        String time = event.headers().get("ce_time");
        return time == null ? null : Instant.parse(time);
    }

    private void succeeded() {
        failuresInARow = 0;
        batch = Math.min(settings.batch(), batch * 2);
        othersHadTheirTurn |= after == 0;
    }

    private void failed(Throwable failure) {
        after = 0;
        othersHadTheirTurn = false;
        batch = Math.max(1, batch / 4);
        failures.incrementAndGet();
        failuresInARow++;
        lastFailure = String.valueOf(failure.getMessage());
        LOGGER.atWarn()
                .addKeyValue("outbox", settings.outbox())
                .addKeyValue("failuresInARow", failuresInARow)
                .addKeyValue("cause", failure.toString())
                .log("outbox not relayed");
    }
}
