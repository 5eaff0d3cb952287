package io.alluvium.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks every millisecond how far each partition is stored. The offset moves in the transaction that stores the rows: who
 * sees it sees them.
 */
final class Observer implements AutoCloseable {

    private static final long PAUSE_NANOS = 700_000;
    private static final int CHECKED = 100; // counting at every look would be the load
    private static final int COUNTED_UP_TO = 20_000;

    private static final String OFFSETS = "SELECT kafka_partition, next_offset FROM sink_offset";
    private static final String ROW_COUNT = "SELECT count(*) FROM audit_change";

    private record Expected(int number, long offset) {}

    private final Connection connection;
    private final List<Queue<Expected>> expected = new ArrayList<>();
    private final long[] seen;
    private final Queue<Double> gaps = new ArrayDeque<>();
    private final Thread thread = new Thread(this::watch, "observer");
    private volatile boolean over;
    private volatile int missing;
    private volatile @Nullable Exception failure;
    private int checked;

    Observer(StackProcess stack, int events) throws SQLException {
        this.connection = DriverManager.getConnection(stack.jdbcUrl());
        this.seen = new long[events];
        this.missing = events;
        for (int i = 0; i < StackProcess.PARTITIONS; i++) {
            expected.add(new ConcurrentLinkedQueue<>());
        }
    }

    void start() {
        thread.start();
    }

    /** The broker has the event; of one partition, in the order of the offsets. */
    void expect(int number, int partition, long offset) {
        expected.get(partition).add(new Expected(number, offset));
    }

    private void watch() {
        try (PreparedStatement offsets = connection.prepareStatement(OFFSETS);
                PreparedStatement count = connection.prepareStatement(ROW_COUNT)) {
            long last = System.nanoTime();
            while (!over && missing > 0) {
                int before = missing;
                look(offsets);
                long now = System.nanoTime();
                gaps.add((now - last) / 1e6);
                last = now;
                check(count, before);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException | RuntimeException broken) {
            failure = broken;
        }
    }

    private void look(PreparedStatement offsets) throws SQLException {
        try (ResultSet rows = offsets.executeQuery()) {
            long now = System.nanoTime();
            while (rows.next()) {
                settle(expected.get(rows.getInt(1)), rows.getLong(2), now);
            }
        }
    }

    private void settle(Queue<Expected> queue, long next, long now) {
        for (Expected event = queue.peek(); event != null && event.offset < next; event = queue.peek()) {
            queue.remove();
            seen[event.number] = now;
            missing--;
        }
    }

    /** Now and then, that the rows are there as well: at least as many as were seen. */
    private void check(PreparedStatement count, int before) throws SQLException {
        if (before == missing || ++checked % CHECKED != 0 || seen.length - missing > COUNTED_UP_TO) {
            return;
        }
        int atLeast = seen.length - missing;
        try (ResultSet row = count.executeQuery()) {
            row.next();
            if (row.getLong(1) < atLeast) {
                throw new IllegalStateException("offsets were visible before their rows");
            }
        }
    }

    void awaitAll(Duration patience) throws InterruptedException {
        Wait.until("all events are rows", patience, () -> {
            if (failure != null) {
                throw new IllegalStateException("the observer failed", failure);
            }
            return missing == 0;
        });
        thread.join();
    }

    long[] seen() {
        return seen;
    }

    /** Milliseconds between two looks. Only once all is seen. */
    Samples gaps() {
        return new Samples(gaps.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() throws SQLException {
        over = true;
        connection.close();
    }
}
