package io.alluvium.sink;

import com.microsoft.sqlserver.jdbc.SQLServerError;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL Server 2016 or newer, and Azure SQL. */
final class SqlServerDialect implements Dialect {

    /** Unique constraint, unique index. */
    static final Set<Integer> DUPLICATE_KEY = Set.of(2627, 2601);

    /** Deadlock victim, lock timeout, failover, throttling, no free worker, database starting. */
    private static final Set<Integer> TRANSIENT = Set.of(
            1204, 1205, 1222, 617, 669, 701, 4221, 8628, 8645, 8651, 10928, 10929, 17830, 40143, 40197, 40501, 40540,
            40613, 41301, 41302, 41305, 41325, 49918, 49919, 49920, 983, 978, 921, 922);

    /**
     * Null, constraint, truncation, conversion, overflow, malformed bulk value, index key too long: the row's own fault.
     */
    private static final Set<Integer> POISON = Set.of(
            2627, 2601, 515, 547, 8152, 2628, 245, 241, 242, 248, 8114, 8115, 8169, 220, 232, 517, 529, 1946, 4815,
            4816, 4819, 4863, 4864, 4865, 4866, 7339, 9402, 9420, 13608, 13609, 511);

    @Override
    public FailureKind kindOf(SQLException failure) {
        int number = failure.getErrorCode();
        String state = failure.getSQLState();
        if (POISON.contains(number)) {
            return FailureKind.POISON;
        }
        if (TRANSIENT.contains(number) || state == null && number == 0 || state != null && isConnection(state)) {
            return FailureKind.TRANSIENT;
        }
        return FailureKind.SYSTEMIC; // above all 208 (missing table), 229 (permission), 1105 and 9002 (full), 18456
    }

    /** 08: connection; HYT00, HYT01: timeouts of the driver; S0001 and others come with a number. */
    private static boolean isConnection(String state) {
        return state.startsWith("08") || state.startsWith("HYT");
    }

    @Override
    public String explain(SQLException failure) {
        SQLServerError server = failure instanceof SQLServerException refused ? refused.getSQLServerError() : null;
        String message = server == null ? failure.getMessage() : server.getErrorMessage();
        // Messages about duplicate keys and truncation quote the value in brackets or quotes at the end.
        return withoutValues(String.valueOf(message)) + " (error " + failure.getErrorCode() + ")";
    }

    static String withoutValues(String message) {
        return message.replaceAll("The duplicate key value is .*", "")
                .replaceAll("Truncated value: .*", "")
                .strip();
    }

    @Override
    public <R> BulkWriter<R> append(BulkTable<R> table) {
        return new SqlServerAppend<>(table);
    }

    @Override
    public <R> BulkWriter<R> upsert(BulkTable<R> table, @Nullable String newest) {
        return new SqlServerUpsert<>(table, newest);
    }

    @Override
    public String lockOffsets(int partitions) {
        return """
                SELECT kafka_partition, next_offset
                FROM sink_offset WITH (UPDLOCK, ROWLOCK)
                WHERE topic_id = CAST(? AS uniqueidentifier) AND kafka_partition IN (%s)
                ORDER BY kafka_partition
                """
                .formatted(Sql.marks(partitions));
    }

    @Override
    public String insertOffset() {
        return """
                INSERT INTO sink_offset (topic, topic_id, kafka_partition, next_offset)
                SELECT v.topic, v.topic_id, v.kafka_partition, 0
                FROM (SELECT CAST(? AS nvarchar(249)) AS topic, CAST(? AS uniqueidentifier) AS topic_id,
                             CAST(? AS int) AS kafka_partition) AS v
                WHERE NOT EXISTS (SELECT 1 FROM sink_offset AS o WITH (UPDLOCK, HOLDLOCK)
                                  WHERE o.topic_id = v.topic_id AND o.kafka_partition = v.kafka_partition)
                """;
    }

    @Override
    public String advanceOffset() {
        return """
                UPDATE sink_offset
                SET next_offset = ?, polled = polled + ?, stored = stored + ?, duplicate = duplicate + ?,
                    collapsed = collapsed + ?, dead = dead + ?, updated_at = SYSUTCDATETIME()
                WHERE topic_id = CAST(? AS uniqueidentifier) AND kafka_partition = ?
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
                FROM (SELECT CAST(? AS nvarchar(249)) AS topic, CAST(? AS uniqueidentifier) AS topic_id,
                             CAST(? AS int) AS kafka_partition, CAST(? AS bigint) AS kafka_offset,
                             CAST(? AS varbinary(max)) AS record_key, CAST(? AS nvarchar(max)) AS headers,
                             CAST(? AS varbinary(max)) AS payload, CAST(? AS nvarchar(1000)) AS reason,
                             CAST(? AS nvarchar(10)) AS sql_state) AS v
                WHERE NOT EXISTS (SELECT 1 FROM dead_letter AS d
                                  WHERE d.topic_id = v.topic_id AND d.kafka_partition = v.kafka_partition
                                    AND d.kafka_offset = v.kafka_offset)
                """;
    }

    @Override
    public String countDeadLetterAgain() {
        return """
                UPDATE d
                SET books = o.books
                FROM dead_letter AS d
                JOIN sink_offset AS o ON o.topic_id = d.topic_id AND o.kafka_partition = d.kafka_partition
                WHERE d.topic_id = CAST(? AS uniqueidentifier) AND d.kafka_partition = ? AND d.kafka_offset = ?
                """;
    }

    @Override
    public void bind(PreparedStatement statement, int index, UUID id) throws SQLException {
        statement.setString(index, id.toString()); // every statement casts it
    }

    @Override
    public String now() {
        return "SYSUTCDATETIME()";
    }

    @Override
    public String limit() {
        return "OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY";
    }
}
