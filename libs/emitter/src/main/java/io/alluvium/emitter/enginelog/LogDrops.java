package io.alluvium.emitter.enginelog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts rows that could not be kept, and turns the counts into rows when rows flow again. Thread-safe. */
final class LogDrops {

    /** Why a row was dropped. */
    enum Reason {
        /** The sender could not keep up. */
        RING_FULL,
        /** Kafka is away and the spill file is full or cannot be written. */
        NO_ROOM,
        /** The row itself: a value that its column does not hold, or that Kafka does not take. */
        REFUSED,
        /** Logged after the log was closed, or not sent before the deadline of closing. */
        CLOSED
    }

    /** What one row tells: taken off the counts, until it is certain that the row itself was kept. */
    record Report(LogTable table, long count, Instant since) {
        String text() {
            return "dropped " + count + " since " + since + ": " + table.sqlName();
        }
    }

    private static final int REASONS = Reason.values().length;

    private final AtomicLongArray counts = new AtomicLongArray(LogTable.values().length * REASONS);
    private final long[] reported = new long[LogTable.values().length];
    private volatile long lastDrop;
    private volatile long firstDrop; // milliseconds since 1970; 0 where everything is reported

    void count(LogTable table, Reason reason) {
        long now = System.currentTimeMillis();
        if (firstDrop == 0) {
            firstDrop = now;
        }
        lastDrop = now;
        counts.incrementAndGet(table.ordinal() * REASONS + reason.ordinal());
    }

    long of(LogTable table) {
        long sum = 0;
        for (int i = 0; i < REASONS; i++) {
            sum += counts.get(table.ordinal() * REASONS + i);
        }
        return sum;
    }

    long of(Reason reason) {
        long sum = 0;
        for (LogTable table : LogTable.values()) {
            sum += counts.get(table.ordinal() * REASONS + reason.ordinal());
        }
        return sum;
    }

    Map<LogTable, Long> byTable() {
        Map<LogTable, Long> dropped = new EnumMap<>(LogTable.class);
        for (LogTable table : LogTable.values()) {
            if (of(table) > 0) {
                dropped.put(table, of(table));
            }
        }
        return dropped;
    }

    /** @return one report for each table that lost rows, once nothing was lost for a moment; called by the sender alone */
    List<Report> reports(long quietMillis) {
        long first = firstDrop;
        if (first == 0 || System.currentTimeMillis() - lastDrop < quietMillis) {
            return List.of();
        }
        firstDrop = 0; // before the counts are read: a drop meanwhile begins a new stretch of time
        List<Report> reports = new ArrayList<>();
        for (LogTable table : LogTable.values()) {
            long more = of(table) - reported[table.ordinal()];
            if (more > 0) {
                reported[table.ordinal()] += more;
                reports.add(new Report(table, more, Instant.ofEpochMilli(first)));
            }
        }
        return reports;
    }

    /** The row that told it was itself not kept: it is to be told again. */
    void untold(Report report) {
        reported[report.table().ordinal()] -= report.count();
        long since = report.since().toEpochMilli();
        firstDrop = firstDrop == 0 ? since : Math.min(firstDrop, since);
        lastDrop = System.currentTimeMillis();
    }
}
