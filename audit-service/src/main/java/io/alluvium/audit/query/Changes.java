package io.alluvium.audit.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Reads the trail. Each call is one statement of its own that reads what is committed. Thread-safe. */
@Singleton
final class Changes {

    /** Seconds after which the database gives up a statement. Each reads a bounded range, so this is for bad days. */
    static final int TIMEOUT = 20;

    private static final String BY_EVENT_ID =
            """
            SELECT id, event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                   changed_by, changed_at, correlation_id
            FROM audit_change
            WHERE event_id = ?
            """;

    private final AgroalDataSource dataSource;
    private final SinkDatabase database;

    Changes(AgroalDataSource dataSource, @ConfigProperty(name = "quarkus.datasource.db-kind") String kind) {
        this.dataSource = dataSource;
        this.database = kind.equals("mssql") ? SinkDatabase.SQLSERVER : SinkDatabase.POSTGRESQL;
    }

    SinkDatabase database() {
        return database;
    }

    Optional<Change> byEventId(UUID eventId) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        new Sql(database).add(BY_EVENT_ID, eventId).prepare(connection, TIMEOUT);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(change(row)) : Optional.empty();
        }
    }

    /** @param after where the page before ended; null for the newest changes */
    ChangePage page(ChangeFilter filter, @Nullable Position after, int limit) throws SQLException {
        ChangeScan scan = new ChangeScan(database, filter, after, limit);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = scan.sql().prepare(connection, TIMEOUT);
                ResultSet rows = statement.executeQuery()) {
            return page(rows, limit, scan.rowsOfRange());
        }
    }

    private ChangePage page(ResultSet rows, int limit, int rowsOfRange) throws SQLException {
        List<Change> found = new ArrayList<>(Math.min(limit, 200));
        while (rows.next()) {
            if (found.size() == limit) {
                return new ChangePage(found, found.get(limit - 1).position());
            }
            Change change = change(rows);
            if (rows.getInt("matches") == 1) {
                found.add(change);
            }
            if (rows.getLong("row_of_range") == rowsOfRange) {
                // Rows of this range beyond here were not looked at, so those of the others must wait, too.
                return new ChangePage(found, change.position());
            }
        }
        return new ChangePage(found, null);
    }

    private Change change(ResultSet row) throws SQLException {
        return new Change(
                row.getLong("id"),
                UUID.fromString(row.getString("event_id")),
                row.getString("entity_type"),
                row.getString("entity_id"),
                row.getString("operation"),
                row.getString("old_values"),
                row.getString("new_values"),
                row.getString("changed_fields"),
                row.getString("changed_by"),
                time(row, "changed_at"),
                row.getString("correlation_id"));
    }

    private Instant time(ResultSet row, String column) throws SQLException {
        return database == SinkDatabase.POSTGRESQL
                ? row.getObject(column, OffsetDateTime.class).toInstant()
                : row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
