package io.alluvium.audit.query;

import io.alluvium.sink.FailureKind;
import io.alluvium.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counters of days whose changes are all deleted: they add up to nothing and can go. The sink may be adding to the same
 * ones at this very moment, so a counter goes only while it is what it was when it was read, and whoever has to wait for
 * the sink gives up: what stays adds up to nothing all the same, and the next cleanup comes by.
 */
final class SettledCounts {

    // Less than the databases take to look for a deadlock: it is always this side that gives up.
    private static final String PATIENCE_POSTGRES = "SET LOCAL lock_timeout = '100ms'";
    private static final String PATIENCE_SQLSERVER = "SET LOCK_TIMEOUT 100";
    private static final String ENDLESS_SQLSERVER = "SET LOCK_TIMEOUT -1";

    /** Counters deleted by one statement: its parameters stay below the 2,100 that SQL Server takes. */
    private static final int CHUNK = 100;

    private static final int TIMEOUT = 60;

    private record Counter(String entityType, String operation, String changedBy, int partition, long changes) {}

    private record Group(String entityType, String operation, String changedBy) {}

    private final Connection connection;
    private final SinkDatabase database;

    SettledCounts(Connection connection, SinkDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    /** @param entityTypes none for all of them */
    void delete(LocalDate before, List<String> entityTypes) throws SQLException {
        connection.setAutoCommit(false);
        try {
            deleteDays(before, entityTypes);
        } finally {
            if (database == SinkDatabase.SQLSERVER) {
                run(ENDLESS_SQLSERVER); // it holds for the connection, which others will use
            }
        }
    }

    private void deleteDays(LocalDate before, List<String> entityTypes) throws SQLException {
        for (LocalDate day : days(before, entityTypes)) {
            try {
                deleteDay(day, entityTypes);
            } catch (SQLException failure) {
                connection.rollback();
                if (database.kindOf(failure) != FailureKind.TRANSIENT) {
                    throw failure;
                }
            }
        }
        connection.commit();
    }

    private void deleteDay(LocalDate day, List<String> entityTypes) throws SQLException {
        run(database == SinkDatabase.POSTGRESQL ? PATIENCE_POSTGRES : PATIENCE_SQLSERVER);
        List<Counter> settled = settled(day, entityTypes);
        int deleted = 0;
        for (int from = 0; from < settled.size(); from += CHUNK) {
            List<Counter> chunk = settled.subList(from, Math.min(from + CHUNK, settled.size()));
            try (PreparedStatement delete = deletion(day, chunk).prepare(connection, TIMEOUT)) {
                deleted += delete.executeUpdate();
            }
        }
        if (deleted == settled.size()) {
            connection.commit();
        } else {
            connection.rollback();
        }
    }

    private Sql deletion(LocalDate day, List<Counter> counters) {
        Sql sql = new Sql(database).add("DELETE FROM change_count WHERE day = ? AND (1 = 0", day);
        for (Counter counter : counters) {
            sql.add(
                    " OR (entity_type = ? AND operation = ? AND changed_by = ? AND kafka_partition = ? AND changes = ?)",
                    counter.entityType(),
                    counter.operation(),
                    counter.changedBy(),
                    counter.partition(),
                    counter.changes());
        }
        return sql.add(")");
    }

    private List<LocalDate> days(LocalDate before, List<String> entityTypes) throws SQLException {
        Sql sql = new Sql(database).add("SELECT DISTINCT day FROM change_count WHERE day < ?", before);
        addTypes(sql, entityTypes);
        List<LocalDate> days = new ArrayList<>();
        try (PreparedStatement statement = sql.add(" ORDER BY day").prepare(connection, TIMEOUT);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                days.add(rows.getObject(1, LocalDate.class));
            }
        }
        return days;
    }

    private List<Counter> settled(LocalDate day, List<String> entityTypes) throws SQLException {
        Sql sql = new Sql(database)
                .add(
                        "SELECT entity_type, operation, changed_by, kafka_partition, changes FROM change_count WHERE day = ?",
                        day);
        addTypes(sql, entityTypes);
        Map<Group, Long> sums = new HashMap<>();
        List<Counter> counters = new ArrayList<>();
        try (PreparedStatement statement = sql.prepare(connection, TIMEOUT);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Counter counter = new Counter(
                        rows.getString(1), rows.getString(2), rows.getString(3), rows.getInt(4), rows.getLong(5));
                counters.add(counter);
                sums.merge(group(counter), counter.changes(), Long::sum);
            }
        }
        counters.removeIf(counter -> sums.get(group(counter)) != 0);
        return counters;
    }

    private static Group group(Counter counter) {
        return new Group(counter.entityType(), counter.operation(), counter.changedBy());
    }

    private static void addTypes(Sql sql, List<String> entityTypes) {
        if (!entityTypes.isEmpty()) {
            sql.add(" AND ").addIn("entity_type", entityTypes);
        }
    }

    private void run(String setting) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(setting);
        }
    }
}
