package io.alluvium.audit.table;

import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.Utf8;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By how much one transaction changes the number of changes, for dashboards: an entry of {@code change_delta}, the journal
 * of the roll-up. Appending it waits for nobody, and nobody waits for it. Not thread-safe.
 */
public final class ChangeDelta {

    private static final Utf8 NOBODY = Utf8.of("");

    /** The columns are arrays in PostgreSQL, which takes one row, and plain values in SQL Server, which takes many. */
    private static final String INSERT =
            "INSERT INTO change_delta (day, entity_type, operation, changed_by, changes) VALUES (?, ?, ?, ?, ?)";

    private record Kind(long epochDay, Utf8 entityType, Utf8 operation, Utf8 changedBy) {
        LocalDate day() {
            return LocalDate.ofEpochDay(epochDay);
        }

        /** Mixed well: names that are counted up, as those of users often are, would else meet in few buckets. */
        @Override
        public int hashCode() {
            long hash = epochDay * 31 + entityType.hashCode();
            hash = hash * 0x9E3779B97F4A7C15L + operation.hashCode();
            hash = hash * 0x9E3779B97F4A7C15L + changedBy.hashCode();
            return (int) (hash >>> 32 ^ hash);
        }
    }

    private final Map<Kind, long[]> changes = new HashMap<>();

    /**
     * Adds to what {@link #append} will tell.
     *
     * @param epochDay UTC day of {@code changed_at}, counted from 1970-01-01
     * @param count    of changes stored, negative for changes deleted
     */
    public void add(long epochDay, Utf8 entityType, Utf8 operation, @Nullable Utf8 changedBy, int count) {
        Kind kind = new Kind(epochDay, entityType, operation, changedBy == null ? NOBODY : changedBy);
        changes.computeIfAbsent(kind, first -> new long[1])[0] += count;
    }

    /** A normal return means that the open transaction of the connection has what was added, if anything. */
    public void append(Connection connection, SinkDatabase database) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        List<Entry<Kind, long[]>> entries = List.copyOf(changes.entrySet());
        switch (database) {
            case POSTGRESQL -> appendArrays(connection, entries);
            case SQLSERVER -> appendRows(connection, entries);
        }
    }

    private static void appendArrays(Connection connection, List<Entry<Kind, long[]>> entries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            setArray(insert, 1, "date", entries, e -> e.getKey().day());
            setArray(insert, 2, "varchar", entries, e -> e.getKey().entityType().toString());
            setArray(insert, 3, "varchar", entries, e -> e.getKey().operation().toString());
            setArray(insert, 4, "varchar", entries, e -> e.getKey().changedBy().toString());
            setArray(insert, 5, "int8", entries, e -> e.getValue()[0]);
            insert.executeUpdate();
        }
    }

    private static void setArray(
            PreparedStatement statement,
            int index,
            String type,
            List<Entry<Kind, long[]>> entries,
            Function<Entry<Kind, long[]>, Object> value)
            throws SQLException {
        Object[] values = entries.stream().map(value).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    private static void appendRows(Connection connection, List<Entry<Kind, long[]>> entries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (Entry<Kind, long[]> entry : entries) {
                Kind kind = entry.getKey();
                insert.setObject(1, kind.day());
                insert.setString(2, kind.entityType().toString());
                insert.setString(3, kind.operation().toString());
                insert.setString(4, kind.changedBy().toString());
                insert.setLong(5, entry.getValue()[0]);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
