package io.alluvium.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.table.EventStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Has dead letters processed again, or gives them up; every such deed is kept with who did it. Thread-safe. */
@Singleton
final class DeadLetters {

    /** Letters of one transaction. */
    private static final int PORTION = 1_000;

    private static final JsonMapper JSON = new JsonMapper();

    private static final String COUNT = "SELECT count(*) FROM webhook_dead_letters WHERE " + DeadLetterFilter.CONDITION;

    private static final String LETTERS_BY_FILTER =
            "SELECT seq FROM webhook_dead_letters WHERE " + DeadLetterFilter.CONDITION + " ORDER BY seq LIMIT ?";

    private static final String STATUS_OF_EVENT = "SELECT seq, status FROM webhook_events WHERE id = ?";

    // Routes that have it keep it; the others begin anew. First the events, then their lanes, as the sink does it.
    private static final String REPROCESS =
            """
            WITH letters AS (
                SELECT seq, id FROM webhook_dead_letters WHERE seq = ANY (?) ORDER BY seq FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM webhook_dead_letters AS d USING letters AS l WHERE d.seq = l.seq
                RETURNING d.status, d.received_at, d.source, d.event_type, d.module
            ), counted AS (
                INSERT INTO webhook_counts (hour, source, event_type, module, fate, events)
                SELECT date_trunc('hour', received_at, 'UTC'), source, event_type, module, status, -count(*)
                FROM gone
                GROUP BY 1, 2, 3, 4, 5
            ), revived AS (
                UPDATE webhook_events AS e
                SET status = 'pending', next_attempt_at = now(), processed_at = NULL,
                    routes = (SELECT json_object_agg(r.key, r.value) FROM json_each(e.routes) AS r
                              WHERE r.value->>'state' = 'DONE')
                FROM letters AS l
                WHERE e.id = l.id AND e.status IN ('dead_letter', 'failed')
                RETURNING e.order_key, e.seq
            ), opened AS (
                INSERT INTO webhook_lanes AS l (order_key, from_seq, due_at)
                SELECT order_key, min(seq), now() FROM revived GROUP BY order_key ORDER BY order_key
                ON CONFLICT (order_key) DO UPDATE
                SET from_seq = least(l.from_seq, EXCLUDED.from_seq),
                    -- It does not wait for the retry of another one; whoever has the lane keeps it.
                    due_at = CASE WHEN l.lease IS NULL THEN least(l.due_at, EXCLUDED.due_at) ELSE l.due_at END
            )
            SELECT count(*) FROM revived
            """;

    private static final String GIVE_UP =
            """
            WITH letters AS (
                UPDATE webhook_dead_letters SET status = 'failed', died_at = now()
                WHERE seq = ANY (?) AND status = 'dead_letter'
                RETURNING id, received_at, source, event_type, module
            ), counted AS (
                INSERT INTO webhook_counts (hour, source, event_type, module, fate, events)
                SELECT date_trunc('hour', received_at, 'UTC'), source, event_type, module, f.fate, f.sign * count(*)
                FROM letters CROSS JOIN (VALUES ('failed', 1), ('dead_letter', -1)) AS f (fate, sign)
                GROUP BY 1, 2, 3, 4, 5, f.sign
            ), given AS (
                UPDATE webhook_events AS e SET status = 'failed', processed_at = now()
                FROM letters AS l
                WHERE e.id = l.id
                RETURNING e.seq
            )
            SELECT count(*) FROM given
            """;

    private static final String KEEP =
            """
            INSERT INTO webhook_reprocess (id, by_whom, action, filter, events) VALUES (?, left(?, 200), ?, ?::json, ?)
            ON CONFLICT (id) DO UPDATE SET events = webhook_reprocess.events + EXCLUDED.events
            """;

    enum Action {
        REPROCESS("reprocess", DeadLetters.REPROCESS),
        GIVE_UP("give_up", DeadLetters.GIVE_UP);

        private final String text;
        private final String statement;

        Action(String text, String statement) {
            this.text = text;
            this.statement = statement;
        }
    }

    /** An event, wherever it is. */
    record Letter(long seq, EventStatus status) {}

    private final AgroalDataSource dataSource;

    DeadLetters(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    Optional<Letter> find(UUID id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement find = connection.prepareStatement(STATUS_OF_EVENT)) {
            find.setObject(1, id);
            try (ResultSet row = find.executeQuery()) {
                return row.next()
                        ? Optional.of(new Letter(row.getLong(1), status(row.getString(2))))
                        : Optional.empty();
            }
        }
    }

    private static EventStatus status(String text) {
        for (EventStatus status : EventStatus.values()) {
            if (status.text().equals(text)) {
                return status;
            }
        }
        throw new IllegalStateException("the table has a status that nobody knows: " + text);
    }

    long count(DeadLetterFilter filter) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement count = connection.prepareStatement(COUNT)) {
            filter.bind(count, 1);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** @return how many it was done to: 0 when somebody else was quicker */
    int one(Action action, UUID deed, UUID event, long seq, String by) throws SQLException {
        return act(action, new Long[] {seq}, deed, Map.of("id", event.toString()), by);
    }

    /**
     * The oldest first, in portions that are committed one by one.
     *
     * @param deed the id under which it is kept who did it
     */
    int many(Action action, UUID deed, DeadLetterFilter filter, int most, String by) throws SQLException {
        int done = 0;
        while (done < most) {
            Long[] letters = letters(filter, Math.min(PORTION, most - done));
            int portion = letters.length == 0 ? 0 : act(action, letters, deed, filter.described(), by);
            if (portion == 0) {
                return done; // nothing is left, or somebody else has it in hand
            }
            done += portion;
        }
        return done;
    }

    private Long[] letters(DeadLetterFilter filter, int most) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement letters = connection.prepareStatement(LETTERS_BY_FILTER)) {
            letters.setInt(filter.bind(letters, 1), most);
            try (ResultSet rows = letters.executeQuery()) {
                java.util.List<Long> found = new java.util.ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getLong(1));
                }
                return found.toArray(Long[]::new);
            }
        }
    }

    private int act(Action action, Long[] letters, UUID deed, Map<String, Object> filter, String by)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return SmallReads.transaction(connection, transaction -> {
                int done;
                try (PreparedStatement act = transaction.prepareStatement(action.statement)) {
                    act.setArray(1, transaction.createArrayOf("bigint", letters));
                    try (ResultSet count = act.executeQuery()) {
                        count.next();
                        done = count.getInt(1);
                    }
                }
                keep(transaction, action, deed, filter, by, done);
                return done;
            });
        }
    }

    private static void keep(
            Connection connection, Action action, UUID deed, Map<String, Object> filter, String by, int events)
            throws SQLException {
        try (PreparedStatement keep = connection.prepareStatement(KEEP)) {
            keep.setObject(1, deed);
            keep.setString(2, by);
            keep.setString(3, action.text);
            keep.setString(4, JSON.writeValueAsString(filter));
            keep.setInt(5, events);
            keep.executeUpdate();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
