package io.alluvium.audit.query;

import io.alluvium.audit.table.ChangeDelta;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.Utf8;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The changes before a moment, which are deleted batch by batch, the oldest first, and taken off the roll-up in the same
 * transaction.
 */
final class ExpiredChanges {

    private static final int BATCH_POSTGRES = 5000;

    /** SQL Server takes a lock for each key of each index: so few that their number is nothing to speak of. */
    private static final int BATCH_SQLSERVER = 500;

    private static final int TIMEOUT = 120;

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
        ChangeDelta delta = new ChangeDelta();
        int deleted = 0;
        try (PreparedStatement delete = statement(entityType).prepare(connection, TIMEOUT);
                ResultSet rows = delete.executeQuery()) {
            while (rows.next()) {
                takeOff(rows, delta);
                deleted++;
            }
        }
        delta.append(connection, database);
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
                        DELETE FROM audit_change WITH (ROWLOCK)
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

    private void takeOff(ResultSet row, ChangeDelta delta) throws SQLException {
        LocalDate day = database == SinkDatabase.POSTGRESQL
                ? row.getObject(4, OffsetDateTime.class)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDate()
                : row.getObject(4, LocalDateTime.class).toLocalDate();
        String changedBy = row.getString(3);
        delta.add(
                day.toEpochDay(),
                Utf8.of(row.getString(1)),
                Utf8.of(row.getString(2)),
                changedBy == null ? null : Utf8.of(changedBy),
                -1);
    }
}
