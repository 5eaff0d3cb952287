package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Problem;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.operations.TopicExtent.Range;
import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.SinkOffsets;
import io.alluvium.sink.SinkOffsets.StoredPartition;
import io.alluvium.sink.SinkStatus;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits until what is in a topic is stored, by whichever replica. Thread-safe; blocks its caller. */
@Singleton
public final class SinkFlush {

    /** What one may wait at most. */
    public static final Duration LONGEST = Duration.ofMinutes(5);

    /** What one waits without saying how long. */
    public static final Duration USUAL = Duration.ofSeconds(30);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_MS = 5;
    private static final long LONGEST_PAUSE_MS = 100;

    /** Without progress for this long, it is time to look whether there is a record to wait for. */
    private static final Duration STILL = Duration.ofMillis(500);

    /**
     * @param before what the sink said of itself when the call came
     * @param after  what it said when all was stored
     */
    public record Flushed(String topic, SinkReport before, SinkReport after, long elapsedMs) {}

    private final SinkOverview overview;
    private final SinkOffsets offsets;
    private final TopicWatch topics;
    private final RecordProbe probe;

    SinkFlush(SinkOverview overview, AgroalDataSource dataSource, TopicWatch topics, RecordProbe probe) {
        this.overview = overview;
        this.offsets = new SinkOffsets(dataSource);
        this.topics = topics;
        this.probe = probe;
    }

    /**
     * A normal return implies that every record which was in the topic at the time of the call is a row, a duplicate,
     * collapsed or a dead letter.
     *
     * @param timeout at most {@link #LONGEST}
     * @throws Problem 404 without such a sink, 503 while the broker is away or the sink is paused, with the reason, and 504,
     *     with how far it is, when the time is over
     * @throws SQLException when the database does not tell how far it is
     */
    public Flushed flush(String topic, Duration timeout) throws SQLException {
        return flush(overview.registration(topic), System.nanoTime(), timeout);
    }

    /** All topics of the service within one timeout. */
    List<Flushed> all(Duration timeout) throws SQLException {
        long started = System.nanoTime();
        List<Flushed> flushed = new ArrayList<>();
        for (SinkRegistration registration : overview.registrations()) {
            flushed.add(flush(registration, started, timeout));
        }
        return flushed;
    }

    private Flushed flush(SinkRegistration registration, long started, Duration timeout) throws SQLException {
        if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout must be from 0 to " + LONGEST + ", got " + timeout);
        }
        String topic = registration.topic();
        TopicExtent target = topics.extent(topic).join();
        if (target.topicId() == null) {
            throw Problem.unavailable("how much is to be stored is not known: " + target.problem(), RETRY);
        }
        SinkReport before = overview.of(topic);
        await(registration, target.topicId(), target.partitions(), started, timeout);
        return new Flushed(topic, before, overview.of(topic), (System.nanoTime() - started) / 1_000_000);
    }

    private void await(SinkRegistration sink, UUID topicId, Map<Integer, Range> target, long started, Duration timeout)
            throws SQLException {
        Set<Integer> reached = new HashSet<>();
        SortedMap<Integer, Long> last = new TreeMap<>();
        long movedAt = System.nanoTime();
        for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
            SortedMap<Integer, Long> behind = behind(sink.topic(), topicId, target);
            behind.keySet().removeAll(reached);
            if (behind.isEmpty()) {
                return;
            }
            refuseIfPaused(sink.loop(), behind, target);
            long now = System.nanoTime();
            if (!behind.equals(last)) {
                last = behind;
                movedAt = now;
            } else if (now - movedAt > STILL.toNanos()) {
                behind.forEach((partition, next) -> {
                    if (!probe.mayHoldRecords(
                            sink.topic(), partition, next, target.get(partition).end())) {
                        reached.add(partition);
                    }
                });
                movedAt = System.nanoTime();
            }
            long left = timeout.toNanos() - (System.nanoTime() - started);
            if (left <= 0 && !reached.containsAll(behind.keySet())) {
                throw late(sink.topic(), timeout, behind, target);
            }
            pause(Math.min(pause, Math.max(1, left / 1_000_000)));
        }
    }

    /** The partitions that are not there yet, each with the offset that comes next. */
    private SortedMap<Integer, Long> behind(String topic, UUID topicId, Map<Integer, Range> target)
            throws SQLException {
        SortedMap<Integer, Long> behind = new TreeMap<>();
        target.forEach((partition, range) -> behind.put(partition, range.start()));
        for (StoredPartition stored : offsets.of(topic)) {
            Range range = target.get(stored.partition());
            if (stored.topicId().equals(topicId) && range != null) {
                behind.put(stored.partition(), Math.max(range.start(), stored.nextOffset()));
            }
        }
        behind.entrySet()
                .removeIf(one -> one.getValue() >= target.get(one.getKey()).end());
        return behind;
    }

    private static void refuseIfPaused(@Nullable SinkLoop loop, Map<Integer, Long> behind, Map<Integer, Range> target) {
        if (loop == null) {
            return;
        }
        SinkStatus status = loop.status();
        if (status.state() == SinkStatus.State.PAUSED || status.state() == SinkStatus.State.STOPPED) {
            String why = status.reason() == null ? "" : ": " + status.reason();
            throw Problem.unavailable("the sink of " + status.topic() + " is " + status.state() + why, RETRY)
                    .with("pending", pending(behind, target));
        }
    }

    private static Problem late(
            String topic, Duration timeout, SortedMap<Integer, Long> behind, Map<Integer, Range> target) {
        long pending = pending(behind, target);
        return Problem.timedOut("after " + timeout + " " + pending + " records of " + topic + " are still to be stored")
                .with("topic", topic)
                .with("pending", pending)
                .with("stored_offsets", behind);
    }

    private static long pending(Map<Integer, Long> behind, Map<Integer, Range> target) {
        return behind.entrySet().stream()
                .mapToLong(one -> target.get(one.getKey()).end() - one.getValue())
                .sum();
    }

    private static void pause(long millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("the service is stopping", RETRY);
        }
    }
}
