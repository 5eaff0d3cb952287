package io.alluvium.webhook.delivery;

import io.alluvium.webhook.delivery.LaneResult.EventResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Writes what became of lanes and gives them back: one transaction for however many. Results for a lane whose lease has gone to
 * somebody else change nothing but the history of attempts. Thread-safe.
 */
final class Settlement {

    // A lane that the sink is just adding to cannot be closed; it is locked below, and stays open.
    private static final String LOCK_TO_CLOSE =
            """
            SELECT order_key, lease FROM webhook_lanes
            WHERE order_key = ANY (?) AND lease = ANY (?)
            FOR UPDATE SKIP LOCKED
            """;

    private static final String LOCK =
            """
            SELECT order_key, lease FROM webhook_lanes
            WHERE order_key = ANY (?) AND lease = ANY (?)
            ORDER BY order_key
            FOR NO KEY UPDATE
            """;

    static final String SETTLE_EVENTS =
            """
            WITH settled AS (
                UPDATE webhook_events AS e
                SET status = r.status, attempts = r.attempts,
                    last_error = CASE WHEN r.status <> 'completed' THEN coalesce(r.error, e.last_error) END, routes = r.routes::json,
                    next_attempt_at = CASE WHEN r.status = 'pending' THEN now() + r.pause * interval '1 millisecond'
                                           ELSE e.next_attempt_at END,
                    processed_at = CASE WHEN r.status <> 'pending' THEN now() END
                FROM unnest(?::uuid[], ?::varchar[], ?::integer[], ?::varchar[], ?::varchar[], ?::bigint[])
                     AS r (id, status, attempts, error, routes, pause)
                WHERE e.id = r.id AND e.status = 'pending'
                RETURNING e.seq, e.id, e.source, e.event_type, e.module, e.order_key, e.received_at, e.status
            ), counted AS (
                INSERT INTO webhook_counts (hour, source, event_type, module, fate, events)
                SELECT date_trunc('hour', received_at, 'UTC'), source, event_type, module, status, count(*)
                FROM settled
                WHERE status <> 'pending'
                GROUP BY 1, 2, 3, 4, 5
            )
            INSERT INTO webhook_dead_letters (seq, id, source, event_type, module, order_key, received_at, status, died_at)
            SELECT seq, id, source, event_type, module, order_key, received_at, status, now()
            FROM settled
            WHERE status = 'dead_letter'
            ON CONFLICT (seq) DO UPDATE SET status = EXCLUDED.status, died_at = EXCLUDED.died_at
            """;

    // Results are offered again when the answer to a commit was lost: what is there is not kept twice.
    private static final String KEEP_ATTEMPTS =
            """
            INSERT INTO webhook_attempts
                (event_seq, route, number, started_at, duration_us, outcome, http_status, detail)
            SELECT * FROM unnest(?::bigint[], ?::varchar[], ?::integer[], ?::timestamptz[], ?::bigint[], ?::varchar[],
                                 ?::integer[], ?::varchar[])
                     AS n (event_seq, route, number, started_at)
            WHERE NOT EXISTS (
                SELECT 1 FROM webhook_attempts AS a
                WHERE a.event_seq = n.event_seq AND a.route = n.route AND a.number = n.number
                  AND a.started_at = n.started_at)
            """;

    /** A lane under one lease. Results of two claims of the same lane may come at once: only one of them counts. */
    private record Claim(String orderKey, UUID lease) {

        static Claim of(LaneResult result) {
            return new Claim(result.lane().orderKey(), result.lane().lease());
        }
    }

    // After the locks and the events, so that it sees what others committed before the locks were got.
    static final String GIVE_BACK =
            """
            WITH given AS (
                SELECT m.order_key, m.pause, m.closable,
                       (SELECT e.seq FROM webhook_events AS e
                        WHERE e.order_key = m.order_key AND e.seq >= l.from_seq AND e.status = 'pending'
                        ORDER BY e.seq
                        LIMIT 1) AS next
                FROM unnest(?::varchar[], ?::bigint[], ?::boolean[]) AS m (order_key, pause, closable)
                JOIN webhook_lanes AS l ON l.order_key = m.order_key
            ), closed AS (
                DELETE FROM webhook_lanes AS l USING given AS g
                WHERE l.order_key = g.order_key AND g.next IS NULL AND g.closable
            )
            UPDATE webhook_lanes AS l
            SET lease = NULL, leased_by = NULL,
                -- Not beyond what a transaction may still bring that has the lane locked.
                from_seq = CASE WHEN g.closable THEN g.next ELSE l.from_seq END,
                due_at = now() + CASE WHEN g.pause IS NOT NULL THEN g.pause WHEN g.next IS NULL THEN 50 ELSE 0 END
                                 * interval '1 millisecond'
            FROM given AS g
            WHERE l.order_key = g.order_key AND NOT (g.next IS NULL AND g.closable)
            """;

    private final DataSource dataSource;

    Settlement(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** @return the results that counted: those of lanes that still had the lease */
    List<LaneResult> settle(List<LaneResult> results) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return SmallReads.transaction(connection, transaction -> settle(transaction, results));
        }
    }

    private static List<LaneResult> settle(Connection connection, List<LaneResult> results) throws SQLException {
        Set<Claim> closable = lock(connection, LOCK_TO_CLOSE, results);
        List<LaneResult> rest = results.stream()
                .filter(result -> !closable.contains(Claim.of(result)))
                .toList();
        Set<Claim> ours = new HashSet<>(closable);
        ours.addAll(rest.isEmpty() ? Set.of() : lock(connection, LOCK, rest));
        List<LaneResult> counting = results.stream()
                .filter(result -> ours.contains(Claim.of(result)))
                .toList();
        settleEvents(connection, counting);
        keepAttempts(connection, results);
        giveBack(connection, counting, closable);
        return counting;
    }

    private static Set<Claim> lock(Connection connection, String statement, List<LaneResult> results)
            throws SQLException {
        Set<Claim> claims = results.stream().map(Claim::of).collect(Collectors.toSet());
        Set<Claim> locked = new HashSet<>();
        try (PreparedStatement lock = connection.prepareStatement(statement)) {
            set(lock, 1, "varchar", claims.stream().map(Claim::orderKey).collect(Collectors.toSet()), key -> key);
            set(lock, 2, "uuid", claims.stream().map(Claim::lease).collect(Collectors.toSet()), lease -> lease);
            try (ResultSet lanes = lock.executeQuery()) {
                while (lanes.next()) {
                    locked.add(new Claim(lanes.getString(1), lanes.getObject(2, UUID.class)));
                }
            }
        }
        locked.retainAll(claims);
        return locked;
    }

    private static void settleEvents(Connection connection, List<LaneResult> results) throws SQLException {
        List<EventResult> events = new ArrayList<>();
        List<Object> pauses = new ArrayList<>();
        for (LaneResult result : results) {
            events.addAll(result.events());
            result.events()
                    .forEach(event -> pauses.add(
                            result.pause() == null ? 0L : result.pause().toMillis()));
        }
        if (events.isEmpty()) {
            return;
        }
        try (PreparedStatement settle = connection.prepareStatement(SETTLE_EVENTS)) {
            set(settle, 1, "uuid", events, event -> event.event().id());
            set(settle, 2, "varchar", events, event -> event.status().text());
            set(settle, 3, "integer", events, EventResult::attempts);
            set(settle, 4, "varchar", events, EventResult::error);
            set(settle, 5, "varchar", events, EventResult::routes);
            set(settle, 6, "bigint", pauses, pause -> pause);
            settle.executeUpdate();
        }
    }

    private static void keepAttempts(Connection connection, List<LaneResult> results) throws SQLException {
        List<Attempt> attempts =
                results.stream().flatMap(result -> result.attempts().stream()).toList();
        if (attempts.isEmpty()) {
            return;
        }
        try (PreparedStatement keep = connection.prepareStatement(KEEP_ATTEMPTS)) {
            set(keep, 1, "bigint", attempts, Attempt::eventSeq);
            set(keep, 2, "varchar", attempts, Attempt::route);
            set(keep, 3, "integer", attempts, Attempt::number);
            set(keep, 4, "timestamptz", attempts, attempt -> attempt.started().atOffset(ZoneOffset.UTC));
            set(keep, 5, "bigint", attempts, attempt -> attempt.took().toNanos() / 1_000);
            set(keep, 6, "varchar", attempts, attempt -> attempt.outcome()
                    .name()
                    .toLowerCase(Locale.ROOT));
            set(keep, 7, "integer", attempts, Attempt::httpStatus);
            set(keep, 8, "varchar", attempts, Attempt::detail);
            keep.executeUpdate();
        }
    }

    private static void giveBack(Connection connection, List<LaneResult> results, Set<Claim> closable)
            throws SQLException {
        if (results.isEmpty()) {
            return;
        }
        try (PreparedStatement give = connection.prepareStatement(GIVE_BACK)) {
            set(give, 1, "varchar", results, result -> result.lane().orderKey());
            set(
                    give,
                    2,
                    "bigint",
                    results,
                    result -> result.pause() == null ? null : result.pause().toMillis());
            set(give, 3, "boolean", results, result -> closable.contains(Claim.of(result)));
            give.executeUpdate();
        }
    }

    private static <T> void set(
            PreparedStatement statement, int index, String type, Collection<T> rows, Function<T, Object> value)
            throws SQLException {
        Object[] values = rows.stream().map(value).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
}
