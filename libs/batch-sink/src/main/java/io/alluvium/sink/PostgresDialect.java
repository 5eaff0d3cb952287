package io.alluvium.sink;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL 14 or newer. */
final class PostgresDialect implements Dialect {

    /** Serialisation failure, deadlock, lock not available, server stopping or starting, too many connections, timeout. */
    private static final Set<String> TRANSIENT =
            Set.of("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "57014", "53300", "25P03", "25P04");

    /** Program limits that one row alone exceeds, for instance a key too long for its index. */
    private static final Set<String> POISON = Set.of("54000", "54001");

    @Override
    public FailureKind kindOf(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.startsWith("08") || TRANSIENT.contains(state)) {
            return FailureKind.TRANSIENT; // no state: the pool or the driver, not the server
        }
        if (state.startsWith("22") || state.startsWith("23") || POISON.contains(state)) {
            return FailureKind.POISON;
        }
        return FailureKind.SYSTEMIC; // above all 42 (missing table, permission), 53 (disk full), 28 (login)
    }

    @Override
    public String explain(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        if (server == null) {
            return String.valueOf(failure.getMessage());
        }
        // The detail line would quote values of the row.
        return server.getMessage()
                + named(" (constraint ", server.getConstraint())
                + named(" (column ", server.getColumn())
                + named(" (table ", server.getTable());
    }

    private static String named(String before, @Nullable String name) {
        return name == null ? "" : before + name + ")";
    }

    @Override
    public <R> BulkWriter<R> append(BulkTable<R> table) {
        return new PostgresAppend<>(table);
    }

    @Override
    public <R> BulkWriter<R> upsert(BulkTable<R> table, @Nullable String newest) {
        return new PostgresUpsert<>(table, newest);
    }

    @Override
    public String lockOffsets(int partitions) {
        return """
                SELECT kafka_partition, next_offset
                FROM sink_offset
                WHERE topic_id = ? AND kafka_partition IN (%s)
                ORDER BY kafka_partition
                FOR UPDATE
                """
                .formatted(Sql.marks(partitions));
    }

    @Override
    public String insertOffset() {
        return """
                INSERT INTO sink_offset (topic, topic_id, kafka_partition, next_offset)
                VALUES (?, ?, ?, 0)
                ON CONFLICT DO NOTHING
                """;
    }

    @Override
    public String advanceOffset() {
        return """
                UPDATE sink_offset
                SET next_offset = ?, polled = polled + ?, stored = stored + ?, duplicate = duplicate + ?,
                    collapsed = collapsed + ?, dead = dead + ?, updated_at = now()
                WHERE topic_id = ? AND kafka_partition = ?
                """;
    }

    @Override
    public String insertDeadLetter() {
        return """
                INSERT INTO dead_letter (topic, topic_id, kafka_partition, kafka_offset, record_key, headers, payload,
                                         reason, sql_state, books)
                SELECT v.topic, v.topic_id, v.kafka_partition, v.kafka_offset, v.record_key, v.headers, v.payload,
                       v.reason, v.sql_state,
                       (SELECT o.books FROM sink_offset AS o
                        WHERE o.topic_id = v.topic_id AND o.kafka_partition = v.kafka_partition)
                FROM (SELECT CAST(? AS varchar) AS topic, CAST(? AS uuid) AS topic_id, CAST(? AS integer) AS kafka_partition,
                             CAST(? AS bigint) AS kafka_offset, CAST(? AS bytea) AS record_key, CAST(? AS text) AS headers,
                             CAST(? AS bytea) AS payload, CAST(? AS varchar) AS reason,
                             CAST(? AS varchar) AS sql_state) AS v
                ON CONFLICT DO NOTHING
                """;
    }

    @Override
    public String countDeadLetterAgain() {
        return """
                UPDATE dead_letter AS d
                SET books = o.books
                FROM sink_offset AS o
                WHERE o.topic_id = d.topic_id AND o.kafka_partition = d.kafka_partition
                  AND d.topic_id = ? AND d.kafka_partition = ? AND d.kafka_offset = ?
                """;
    }

    @Override
    public void bind(PreparedStatement statement, int index, UUID id) throws SQLException {
        statement.setObject(index, id);
    }

    @Override
    public String now() {
        return "now()";
    }

    @Override
    public String limit() {
        return "LIMIT ?";
    }
}
