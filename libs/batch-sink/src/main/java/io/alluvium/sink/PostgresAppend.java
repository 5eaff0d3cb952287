package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a table of PostgreSQL: COPY straight into it; only when an event is already there the rows go once more,
 * through a temporary table and {@code ON CONFLICT DO NOTHING}.
 */
final class PostgresAppend<R> implements BulkWriter<R> {

    private static final String UNIQUE_VIOLATION = "23505";

    private final AppendKey<R> key;
    private final PostgresCopy<R> copy;
    private final PostgresStage<R> stage;
    private final String copyStatement;
    private final String insertNew;

    /** Duplicates come in swarms (a producer that replays): after one, do not try the fast path first. */
    private volatile boolean expectDuplicates;

    PostgresAppend(BulkTable<R> table) {
        this.copy = new PostgresCopy<>(table.columns());
        this.stage = new PostgresStage<>(table);
        this.copyStatement = "COPY " + table.name() + " (" + table.columnList() + ") FROM STDIN (FORMAT binary)";
        this.key = AppendKey.of(table);
        // In the order of the batch: of two rows with one event id the first is stored.
        this.insertNew =
                """
                INSERT INTO %1$s (%2$s)
                SELECT %2$s FROM %3$s ORDER BY row_number
                ON CONFLICT (%4$s) DO NOTHING
                RETURNING %4$s
                """
                        .formatted(table.name(), table.columnList(), stage.name(), key.columns());
    }

    @Override
    public void write(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        if (expectDuplicates || !copied(transaction, rows)) {
            expectDuplicates = insertMissing(transaction, rows) > 0;
        }
    }

    /** @return false when an event was already there; nothing is written then */
    private boolean copied(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        Savepoint before = transaction.savepoint();
        try {
            rows.markAll(Fate.PENDING);
            copy.copy(transaction, copyStatement, rows, false);
            rows.markAll(Fate.STORED);
            return true;
        } catch (SQLException refused) {
            if (!UNIQUE_VIOLATION.equals(refused.getSQLState())) {
                throw refused;
            }
            transaction.rollbackTo(before);
            return false;
        }
    }

    /** @return how many were there already */
    private int insertMissing(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        rows.markAll(Fate.PENDING);
        stage.fill(transaction, rows);
        Set<@Nullable Object> inserted = new HashSet<>(rows.size() * 2);
        try (Statement statement = transaction.connection().createStatement();
                ResultSet keys = statement.executeQuery(insertNew)) {
            while (keys.next()) {
                inserted.add(key.read(keys));
            }
        }
        return Fates.markAppended(rows, key::of, inserted);
    }
}
