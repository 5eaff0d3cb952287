package io.alluvium.webhook.query;

import io.alluvium.kit.Cursor;
import io.alluvium.kit.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement that walks an index of events, newest first, from where the page before ended. It is put together of fixed
 * pieces; it looks at a bounded number of rows and says of each whether it matches.
 */
final class EventScan {

    /** Rows that one request looks at. A search that finds little goes on with the next one. */
    static final int MOST_ROWS = 20_000;

    /** A place in a list. */
    record Position(Instant receivedAt, long seq) {

        static @Nullable Position of(@Nullable String cursor) {
            Cursor read = Cursor.read(cursor, Instant.class, Long.class);
            if (read == null) {
                return null;
            }
            if (read.time(0).isBefore(FIRST) || read.time(0).isAfter(LAST)) {
                throw Problem.badRequest("cursor", "is not a cursor that this list gave out");
            }
            return new Position(read.time(0), read.number(1));
        }

        String cursor() {
            return Cursor.after(receivedAt, seq);
        }
    }

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    // Whether a worker has it: the lane is leased, and no event before it is pending.
    private static final String PROCESSING =
            """
            EXISTS (SELECT 1 FROM webhook_lanes AS l
                    WHERE l.order_key = e.order_key AND l.lease IS NOT NULL AND l.due_at > now()
                      AND NOT EXISTS (SELECT 1 FROM webhook_events AS b
                                      WHERE b.order_key = l.order_key AND b.seq >= l.from_seq AND b.seq < e.seq
                                        AND b.status = 'pending'))
            """;

    private final StringBuilder range = new StringBuilder();
    private final List<@Nullable Object> values = new ArrayList<>();
    private final List<@Nullable Object> rangeValues = new ArrayList<>();
    private final StringBuilder matches = new StringBuilder("true");
    private final String table;
    private final String order;

    EventScan(EventFilter filter, @Nullable Position after) {
        boolean dead = filter.ofDeadLetters();
        boolean bySeq = dead || filter.recordId != null;
        table = dead ? "webhook_dead_letters" : "webhook_events";
        // With the record's key in front only where that is the index that is meant.
        order = dead
                ? "e.seq DESC"
                : filter.recordId != null
                        ? "e.order_key DESC, e.seq DESC"
                        : filter.source != null
                                ? "e.source DESC, e.received_at DESC, e.seq DESC"
                                : "e.received_at DESC, e.seq DESC";
        range(filter, after, bySeq);
        match(filter, dead);
    }

    /**
     * Both ends of a range of one index, each in one comparison of its leading columns: an equality would let the planner take an
     * index of something else for as good, and two conditions for one end let it begin at the wrong one.
     */
    private void range(EventFilter filter, @Nullable Position after, boolean bySeq) {
        Instant first = filter.first();
        Instant last = filter.last();
        if (filter.ofDeadLetters()) {
            if (after != null) {
                ranged("e.seq < ?", after.seq());
            }
        } else if (filter.recordId != null) {
            String key = filter.source + ":" + filter.recordId;
            ranged("e.order_key >= ?", key);
            if (after == null) {
                ranged("e.order_key <= ?", key);
            } else {
                ranged("(e.order_key, e.seq) < (?, ?)", key, after.seq());
            }
        } else {
            byTime(filter.source, first, last, after);
        }
        // What is no end of the range is looked at row by row.
        if (filter.source != null) {
            matched("e.source = ?", filter.source);
        }
        if (filter.ofDeadLetters() && filter.recordId != null) {
            matched("e.order_key = ?", filter.source + ":" + filter.recordId);
        }
        if (first != null && bySeq) {
            matched("e.received_at >= ?", first);
        }
        if (last != null) {
            matched("e.received_at <= ?", last);
        }
    }

    private void byTime(
            @Nullable String source, @Nullable Instant first, @Nullable Instant last, @Nullable Position after) {
        String lead = source == null ? "" : "e.source, ";
        String value = source == null ? "" : "?, ";
        List<Object> key = source == null ? List.of() : List.of(source);
        if (first != null) {
            ranged("(" + lead + "e.received_at) >= (" + value + "?)", and(key, first));
        } else if (source != null) {
            ranged("e.source >= ?", source);
        }
        if (after != null) {
            ranged(
                    "(" + lead + "e.received_at, e.seq) < (" + value + "?, ?)",
                    and(key, after.receivedAt(), after.seq()));
        } else if (last != null) {
            ranged("(" + lead + "e.received_at) <= (" + value + "?)", and(key, last));
        } else if (source != null) {
            ranged("e.source <= ?", source);
        }
    }

    private static Object[] and(List<Object> key, Object... more) {
        List<Object> all = new ArrayList<>(key);
        all.addAll(List.of(more));
        return all.toArray();
    }

    private void ranged(String condition, Object... conditionValues) {
        range.append(range.isEmpty() ? "WHERE " : " AND ").append(condition);
        rangeValues.addAll(List.of(conditionValues));
    }

    private void match(EventFilter filter, boolean dead) {
        if (!filter.types.isEmpty()) {
            matched("e.event_type = ANY (?)", filter.types);
        }
        if (!filter.modules.isEmpty()) {
            matched("coalesce(e.module = ANY (?), false)", filter.modules);
        }
        if (filter.status == null) {
            return;
        }
        if (dead || filter.status.equals("completed")) {
            matched("e.status = ?", filter.status);
        } else {
            matches.append(" AND CASE WHEN e.status = 'pending' THEN ")
                    .append(filter.status.equals("pending") ? "NOT " : "")
                    .append(PROCESSING)
                    .append(" ELSE false END");
        }
    }

    private void matched(String condition, Object value) {
        matches.append(" AND ").append(condition);
        values.add(value);
    }

    String sql() {
        return """
                SELECT e.seq, e.received_at, e.id, %s AS matches
                FROM %s AS e
                %s
                ORDER BY %s
                LIMIT %d
                """
                .formatted(matches, table, range, order, MOST_ROWS);
    }

    List<@Nullable Object> values() {
        List<@Nullable Object> all = new ArrayList<>(values);
        all.addAll(rangeValues);
        return all;
    }
}
