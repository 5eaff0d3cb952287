package io.alluvium.audit;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.table.ChangeDelta;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.Utf8;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** Puts rows into the trail as the sink would have, counters included, for tests of what reads them. */
@Singleton
public class StoredChanges {

    private static final String INSERT =
            """
            INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values,
                                      changed_fields, changed_by, changed_at, correlation_id)
            VALUES (?, ?, ?, ?, %1$s, %1$s, %1$s, ?, ?, ?)
            """;

    private final AgroalDataSource dataSource;

    StoredChanges(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Many rows of one entity type, one a second, newest at the start of 2026. Not counted in the roll-up. */
    public void many(String entityType, int count) throws SQLException {
        String time = postgres()
                ? "timestamptz '2026-01-01Z' - n * interval '1 second'"
                : "DATEADD(second, -n, '2026-01-01')";
        String id = postgres() ? "gen_random_uuid()" : "NEWID()";
        execute("WITH d AS (SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS v(n)), "
                + "numbers AS (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * e.n + 10000 * f.n + 100000 * g.n AS n "
                + "FROM d a, d b, d c, d e, d f, d g) "
                + "INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values, "
                + "changed_fields, changed_by, changed_at) "
                + "SELECT " + id + ", '" + entityType
                + "', CONCAT('e-', n), 'UPDATE', '{\"a\":1}', '{\"a\":2}', '[\"a\"]', "
                + "'tester', " + time + " FROM numbers WHERE n < " + count);
    }

    /** Counts changes that nobody has stored. */
    public void count(LocalDate day, String entityType, String operation, String changedBy, int changes)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            ChangeDelta delta = new ChangeDelta();
            delta.add(day.toEpochDay(), Utf8.of(entityType), Utf8.of(operation), Utf8.of(changedBy), changes);
            delta.append(connection, SinkDatabase.of(dataSource));
        }
    }

    /** Empties the roll-up. */
    public void forgetCounts() throws SQLException {
        for (String table : List.of("change_delta", "change_total", "change_total_by_type", "change_total_by_user")) {
            execute("DELETE FROM " + table);
        }
    }

    public void rename(String table, String name) throws SQLException {
        execute(
                postgres()
                        ? "ALTER TABLE " + table + " RENAME TO " + name
                        : "EXEC sp_rename '" + table + "', '" + name + "', 'OBJECT'");
    }

    private boolean postgres() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        }
    }

    public Row change(String entityType, String entityId) {
        return new Row(entityType, entityId);
    }

    /** The first column of the first row. */
    public String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A row in the making. */
    public final class Row {

        private final UUID eventId = UUID.randomUUID();
        private final String entityType;
        private final String entityId;
        private String operation = "INSERT";
        private String oldValues;
        private String newValues = "{}";
        private String changedFields;
        private String changedBy = "tester";
        private Instant changedAt = Instant.parse("2026-11-20T10:00:00Z");
        private String correlationId;

        Row(String entityType, String entityId) {
            this.entityType = entityType;
            this.entityId = entityId;
        }

        public Row insert(String values) {
            return images("INSERT", null, values, null);
        }

        public Row update(String before, String after, String fields) {
            return images("UPDATE", before, after, fields);
        }

        public Row delete(String values) {
            return images("DELETE", values, null, null);
        }

        private Row images(String kind, String before, String after, String fields) {
            operation = kind;
            oldValues = before;
            newValues = after;
            changedFields = fields;
            return this;
        }

        public Row at(String time) {
            return at(Instant.parse(time));
        }

        public Row at(Instant time) {
            changedAt = time;
            return this;
        }

        public Row by(String user) {
            changedBy = user;
            return this;
        }

        public Row correlation(String id) {
            correlationId = id;
            return this;
        }

        public UUID store() throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                boolean postgres = postgres();
                LocalDateTime time = LocalDateTime.ofInstant(changedAt, ZoneOffset.UTC);
                try (PreparedStatement insert =
                        connection.prepareStatement(INSERT.formatted(postgres ? "?::json" : "?"))) {
                    set(
                            insert,
                            postgres ? eventId : eventId.toString(),
                            entityType,
                            entityId,
                            operation,
                            oldValues,
                            newValues,
                            changedFields,
                            changedBy,
                            postgres ? changedAt.atOffset(ZoneOffset.UTC) : time,
                            correlationId);
                    insert.executeUpdate();
                }
                count(connection, time);
            }
            return eventId;
        }

        private void count(Connection connection, LocalDateTime time) throws SQLException {
            ChangeDelta delta = new ChangeDelta();
            Utf8 user = changedBy == null ? null : Utf8.of(changedBy);
            delta.add(time.toLocalDate().toEpochDay(), Utf8.of(entityType), Utf8.of(operation), user, 1);
            delta.append(connection, SinkDatabase.of(dataSource));
        }

        private static void set(PreparedStatement statement, Object... values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    statement.setNull(i + 1, java.sql.Types.VARCHAR);
                } else {
                    statement.setObject(i + 1, values[i]);
                }
            }
        }
    }
}
