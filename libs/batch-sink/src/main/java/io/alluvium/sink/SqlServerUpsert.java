package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the current state in a table of SQL Server: one UPDATE and one INSERT per batch, under key-range locks. */
final class SqlServerUpsert<R> implements BulkWriter<R> {

    private final Keys<R> keys;
    private final SqlServerCopy<R> copy;
    private final @Nullable String findStale;
    private final @Nullable String update;
    private final String insert;

    SqlServerUpsert(BulkTable<R> table, @Nullable String newest) {
        this.keys = new Keys<>(table, newest);
        this.copy = new SqlServerCopy<>(table);
        String stage = "(SELECT " + copy.convertedColumns() + ", row_number FROM " + copy.stageName() + ")";
        String sameKey = table.key().stream().map(k -> "t." + k + " = s." + k).collect(Collectors.joining(" AND "));
        this.findStale = newest == null
                ? null
                : """
                SELECT s.row_number
                FROM %s AS s INNER JOIN %s AS t WITH (UPDLOCK, HOLDLOCK) ON %s
                WHERE t.%4$s > s.%4$s
                """
                        .formatted(stage, table.name(), sameKey, newest);
        String changes = table.columnNames().stream()
                .filter(c -> !table.key().contains(c))
                .map(c -> c + " = s." + c)
                .collect(Collectors.joining(", "));
        this.update = changes.isEmpty()
                ? null
                : """
                UPDATE t SET %s
                FROM %s AS t WITH (UPDLOCK, HOLDLOCK) INNER JOIN %s AS s ON %s
                """
                                .formatted(changes, table.name(), stage, sameKey)
                        + (newest == null ? "" : "WHERE t.%1$s <= s.%1$s".formatted(newest));
        this.insert =
                """
                INSERT INTO %1$s (%2$s)
                SELECT %2$s FROM %3$s AS s
                WHERE NOT EXISTS (SELECT 1 FROM %1$s AS t WITH (UPDLOCK, HOLDLOCK) WHERE %4$s)
                """
                        .formatted(table.name(), table.columnList(), stage, sameKey);
    }

    @Override
    public void write(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        keys.collapse(rows);
        copy.intoStage(transaction, rows);
        try (Statement statement = transaction.connection().createStatement()) {
            if (findStale != null) {
                try (ResultSet stale = statement.executeQuery(findStale)) {
                    while (stale.next()) {
                        rows.mark(stale.getInt(1), Fate.DUPLICATE);
                    }
                }
            }
            if (update != null) {
                statement.executeUpdate(update);
            }
            statement.executeUpdate(insert);
        }
    }
}
