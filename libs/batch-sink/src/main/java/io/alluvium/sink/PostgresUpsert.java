package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the current state in a table of PostgreSQL: the newest row per key, in one statement per batch. */
final class PostgresUpsert<R> implements BulkWriter<R> {

    private final Keys<R> keys;
    private final PostgresStage<R> stage;
    private final @Nullable String findStale;
    private final String upsert;

    PostgresUpsert(BulkTable<R> table, @Nullable String newest) {
        this.keys = new Keys<>(table, newest);
        this.stage = new PostgresStage<>(table);
        String sameKey = table.key().stream().map(k -> "t." + k + " = s." + k).collect(Collectors.joining(" AND "));
        this.findStale = newest == null
                ? null
                : """
                SELECT s.row_number FROM %s AS s JOIN %s AS t ON %s WHERE t.%4$s > s.%4$s
                """
                        .formatted(stage.name(), table.name(), sameKey, newest);
        String changes = table.columnNames().stream()
                .filter(c -> !table.key().contains(c))
                .map(c -> c + " = EXCLUDED." + c)
                .collect(Collectors.joining(", "));
        // Sorted by key: two consumers that meet in a table lock its rows in one order.
        this.upsert =
                """
                INSERT INTO %1$s AS t (%2$s)
                SELECT %2$s FROM %3$s ORDER BY %4$s
                ON CONFLICT (%4$s) DO %5$s
                """
                                .formatted(
                                        table.name(),
                                        table.columnList(),
                                        stage.name(),
                                        String.join(", ", table.key()),
                                        changes.isEmpty() ? "NOTHING" : "UPDATE SET " + changes)
                        + (newest == null || changes.isEmpty()
                                ? ""
                                : "WHERE t.%1$s <= EXCLUDED.%1$s".formatted(newest));
    }

    @Override
    public void write(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        keys.collapse(rows);
        stage.fill(transaction, rows);
        try (Statement statement = transaction.connection().createStatement()) {
            if (findStale != null) {
                try (ResultSet stale = statement.executeQuery(findStale)) {
                    while (stale.next()) {
                        rows.mark(stale.getInt(1), Fate.DUPLICATE);
                    }
                }
            }
            statement.executeUpdate(upsert);
        }
    }
}
