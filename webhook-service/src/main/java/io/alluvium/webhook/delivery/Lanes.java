package io.alluvium.webhook.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes lanes that are due, for a while. What it costs depends on the lanes that are taken, and neither on how many wait nor
 * on how many events wait in them. Time is the database's. Thread-safe.
 */
final class Lanes {

    /** What one claim reads of a lane: bytes as they are stored, of which the first event may have more. */
    private static final long MAX_STORED_BYTES = 1_000_000;

    // An array, so that the planner knows without statistics that they are few.
    static final String TAKE =
            """
            UPDATE webhook_lanes
            SET due_at = now() + ? * interval '1 millisecond', lease = ?, leased_by = ?
            WHERE order_key = ANY (ARRAY(
                SELECT order_key FROM webhook_lanes
                WHERE due_at <= now()
                ORDER BY due_at
                LIMIT ?
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING order_key, from_seq
            """;

    // A statement of its own: it must see what the one before committed who had the lane.
    static final String READ =
            """
            SELECT e.*
            FROM unnest(?::varchar[], ?::bigint[]) AS l (order_key, from_seq)
            CROSS JOIN LATERAL (
                SELECT p.*, sum(p.bytes) OVER (ORDER BY p.seq) - p.bytes AS before
                FROM (
                    SELECT seq, id, order_key, source, event_id, event_type, module, record_id, record_data,
                           modified_fields, user_id, event_timestamp, received_at, headers, body_sha256, attempts, routes,
                           coalesce(pg_column_size(record_data), 0) AS bytes
                    FROM webhook_events
                    WHERE order_key = l.order_key AND seq >= l.from_seq AND status = 'pending'
                    ORDER BY seq
                    LIMIT ?) AS p) AS e
            WHERE e.before <= ?
            """;

    private final DataSource dataSource;
    private final String owner;
    private final Duration leaseTime;

    /** @param owner who takes them, for those who look at the table */
    Lanes(DataSource dataSource, String owner, Duration leaseTime) {
        this.dataSource = dataSource;
        this.owner = owner;
        this.leaseTime = leaseTime;
    }

    /**
     * @param most   lanes to take
     * @param events to read of each
     * @return the lanes, those that have been due for longest
     */
    List<Lane> claim(int most, int events) throws SQLException {
        UUID lease = UUID.randomUUID();
        long end = System.nanoTime() + leaseTime.toNanos();
        try (Connection connection = dataSource.getConnection()) {
            return SmallReads.transaction(connection, transaction -> {
                Map<String, Long> taken = take(transaction, lease, most);
                return taken.isEmpty() ? List.of() : read(transaction, taken, lease, end, events);
            });
        }
    }

    private Map<String, Long> take(Connection connection, UUID lease, int most) throws SQLException {
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setLong(1, leaseTime.toMillis());
            take.setObject(2, lease);
            take.setString(3, owner);
            take.setInt(4, most);
            Map<String, Long> taken = new LinkedHashMap<>();
            try (ResultSet lanes = take.executeQuery()) {
                while (lanes.next()) {
                    taken.put(lanes.getString(1), lanes.getLong(2));
                }
            }
            return taken;
        }
    }

    private List<Lane> read(Connection connection, Map<String, Long> taken, UUID lease, long end, int most)
            throws SQLException {
        Map<String, List<StoredEvent>> events = new LinkedHashMap<>();
        taken.keySet().forEach(key -> events.put(key, new ArrayList<>()));
        Array keys = connection.createArrayOf("varchar", taken.keySet().toArray());
        Array firsts = connection.createArrayOf("bigint", taken.values().toArray());
        try (PreparedStatement read = connection.prepareStatement(READ)) {
            read.setArray(1, keys);
            read.setArray(2, firsts);
            read.setInt(3, most);
            read.setLong(4, MAX_STORED_BYTES);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    StoredEvent event = event(rows);
                    events.get(event.orderKey()).add(event);
                }
            }
        }
        events.values().forEach(lane -> lane.sort(Comparator.comparingLong(StoredEvent::seq)));
        return events.entrySet().stream()
                .map(lane -> new Lane(lane.getKey(), lease, end, List.copyOf(lane.getValue())))
                .toList();
    }

    private static StoredEvent event(ResultSet row) throws SQLException {
        return new StoredEvent(
                row.getLong("seq"),
                row.getObject("id", UUID.class),
                row.getString("order_key"),
                row.getString("source"),
                row.getString("event_id"),
                row.getString("event_type"),
                row.getString("module"),
                row.getString("record_id"),
                row.getString("record_data"),
                row.getString("modified_fields"),
                row.getString("user_id"),
                time(row, "event_timestamp"),
                time(row, "received_at"),
                row.getString("headers"),
                row.getString("body_sha256"),
                row.getInt("attempts"),
                nullable(row, "routes"));
    }

    private static @Nullable String nullable(ResultSet row, String column) throws SQLException {
        return row.getString(column);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
