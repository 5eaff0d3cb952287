package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;

/**
 * Appends to a table of SQL Server: bulk copy straight into it; only when an event is already there the rows go once
 * more, through a temporary table from which the stored ones are dropped under a key-range lock. No MERGE: it races.
 */
final class SqlServerAppend<R> implements BulkWriter<R> {

    private final BulkTable<R> table;
    private final SqlServerCopy<R> copy;
    private final String dropStored;
    private final String readNew;
    private final String insertNew;

    private final SqlServerProbe probe = new SqlServerProbe();

    /** Duplicates come in swarms (a producer that replays): after one, do not try the fast path first. */
    private volatile boolean expectDuplicates;

    SqlServerAppend(BulkTable<R> table) {
        if (table.partitionTime() != null) {
            throw new IllegalArgumentException(table.name() + ": a time in the key is for PostgreSQL only");
        }
        this.table = table;
        this.copy = new SqlServerCopy<>(table);
        String id = table.eventId().name();
        this.dropStored =
                """
                DELETE s FROM %2$s AS s
                WHERE EXISTS (SELECT 1 FROM %1$s AS t WITH (UPDLOCK, HOLDLOCK)
                              WHERE t.%3$s = CAST(s.%3$s AS uniqueidentifier))
                """
                        .formatted(table.name(), copy.stageName(), id);
        this.readNew = "SELECT row_number FROM " + copy.stageName();
        // Identities are drawn in the order of the batch.
        this.insertNew =
                """
                INSERT INTO %1$s (%2$s)
                SELECT %4$s FROM %3$s ORDER BY row_number
                """
                        .formatted(table.name(), table.columnList(), copy.stageName(), copy.convertedColumns());
    }

    @Override
    public void write(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        boolean straight = !expectDuplicates && probe.bulkLoadConverts(transaction);
        if (!straight || !copied(transaction, rows)) {
            expectDuplicates = insertMissing(transaction, rows) > 0;
        }
    }

    /** @return false when an event was already there; nothing is written then */
    private boolean copied(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        Savepoint before = transaction.savepoint();
        try {
            rows.markAll(Fate.PENDING);
            copy.intoTable(transaction, rows);
            rows.markAll(Fate.STORED);
            return true;
        } catch (SQLException refused) {
            if (!SqlServerDialect.DUPLICATE_KEY.contains(refused.getErrorCode())) {
                throw refused;
            }
            transaction.rollbackTo(before);
            return false;
        }
    }

    /** @return how many were there already */
    private int insertMissing(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        int repeated = Fates.markRepeated(rows, table.eventId());
        copy.intoStage(transaction, rows);
        try (Statement statement = transaction.connection().createStatement()) {
            int stored = statement.executeUpdate(dropStored);
            for (int i = 0; i < rows.size(); i++) {
                if (rows.isToBeWritten(i)) {
                    rows.mark(i, Fate.DUPLICATE);
                }
            }
            try (ResultSet numbers = statement.executeQuery(readNew)) {
                while (numbers.next()) {
                    rows.mark(numbers.getInt(1), Fate.STORED);
                }
            }
            statement.executeUpdate(insertNew);
            return repeated + stored;
        }
    }
}
