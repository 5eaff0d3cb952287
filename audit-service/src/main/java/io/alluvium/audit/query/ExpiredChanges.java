package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes before a moment, which are deleted batch by batch, the oldest first, and taken off the roll-up in the same
 * transaction. The roll-up counts by partition, which a change does not know any more: what is taken off has a partition
 * of its own, {@value #PARTITION}, and only the sum of all is a number of changes.
 */
final class ExpiredChanges {

    static final int PARTITION = -1;

    private static final int BATCH_POSTGRES = 5000;

    /** SQL Server takes a lock for each key, and with 5,000 of them the whole table. */
    private static final int BATCH_SQLSERVER = 500;

    private static final int TIMEOUT = 120;

    private static final String TAKE_OFF =
            """
            UPDATE change_count SET changes = changes - ?
            WHERE day = ? AND entity_type = ? AND operation = ? AND changed_by = ? AND kafka_partition = -1
            """;

    private static final String TAKE_OFF_FIRST =
            """
            INSERT INTO change_count (changes, day, entity_type, operation, changed_by, kafka_partition)
            VALUES (-?, ?, ?, ?, ?, -1)
            """;

    private record Counter(LocalDate day, String entityType, String operation, String changedBy) {}

    private final Connection connection;
    private final SinkDatabase database;
    private final Instant before;

    ExpiredChanges(Connection connection, SinkDatabase database, Instant before) {
        this.connection = connection;
        this.database = database;
        this.before = before;
    }

    int batchSize() {
        return database == SinkDatabase.POSTGRESQL ? BATCH_POSTGRES : BATCH_SQLSERVER;
    }

    /**
     * @param entityType null for all of them
     * @return how many were deleted; fewer than {@link #batchSize()} when these were the last ones
     */
    int deleteBatch(@Nullable String entityType) throws SQLException {
        connection.setAutoCommit(false);
        Map<Counter, Integer> counts = new HashMap<>();
        int deleted = 0;
        try (PreparedStatement delete = statement(entityType).prepare(connection, TIMEOUT);
                ResultSet rows = delete.executeQuery()) {
            while (rows.next()) {
                counts.merge(counter(rows), 1, Integer::sum);
                deleted++;
            }
        }
        takeOff(counts);
        connection.commit();
        return deleted;
    }

    private Sql statement(@Nullable String entityType) {
        Sql sql = new Sql(database);
        switch (database) {
            case POSTGRESQL ->
                sql.add("DELETE FROM audit_change WHERE ctid = ANY (ARRAY(SELECT ctid FROM audit_change");
            case SQLSERVER ->
                sql.add(
                        """
                        DELETE FROM audit_change
                        OUTPUT deleted.entity_type, deleted.operation, deleted.changed_by, deleted.changed_at
                        WHERE id IN (SELECT id FROM audit_change""");
        }
        sql.add(" WHERE changed_at < ?", before);
        if (entityType != null) {
            sql.add(" AND entity_type = ?", entityType);
        }
        sql.add(" ORDER BY changed_at, id OFFSET 0 ROWS FETCH NEXT " + batchSize() + " ROWS ONLY)");
        return database == SinkDatabase.POSTGRESQL
                ? sql.add(") RETURNING entity_type, operation, changed_by, changed_at")
                : sql;
    }

    private Counter counter(ResultSet row) throws SQLException {
        LocalDate day = database == SinkDatabase.POSTGRESQL
                ? row.getObject(4, OffsetDateTime.class)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDate()
                : row.getObject(4, LocalDateTime.class).toLocalDate();
        String changedBy = row.getString(3);
        return new Counter(day, row.getString(1), row.getString(2), changedBy == null ? "" : changedBy);
    }

    private void takeOff(Map<Counter, Integer> counts) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(TAKE_OFF);
                PreparedStatement insert = connection.prepareStatement(TAKE_OFF_FIRST)) {
            for (Map.Entry<Counter, Integer> count : counts.entrySet()) {
                bind(update, count.getKey(), count.getValue());
                if (update.executeUpdate() == 0) {
                    bind(insert, count.getKey(), count.getValue());
                    insert.executeUpdate();
                }
            }
        }
    }

    private static void bind(PreparedStatement statement, Counter counter, long changes) throws SQLException {
        statement.setLong(1, changes);
        statement.setObject(2, counter.day());
        statement.setString(3, counter.entityType());
        statement.setString(4, counter.operation());
        statement.setString(5, counter.changedBy());
    }
}
