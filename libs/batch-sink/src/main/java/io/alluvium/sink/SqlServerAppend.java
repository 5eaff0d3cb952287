package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Appends to a table of SQL Server: bulk copy straight into it; only when an event is already there the rows go once
 * more, through a temporary table and {@code INSERT ... WHERE NOT EXISTS} under a key-range lock. No MERGE: it races.
 */
final class SqlServerAppend<R> implements BulkWriter<R> {

    private final BulkTable<R> table;
    private final SqlServerCopy<R> copy;
    private final String insertNew;

    private final SqlServerProbe probe = new SqlServerProbe();

    /** Duplicates come in swarms (a producer that replays): after one, do not try the fast path first. */
    private volatile boolean expectDuplicates;

    SqlServerAppend(BulkTable<R> table) {
        this.table = table;
        this.copy = new SqlServerCopy<>(table);
        // In the order of the batch: of two rows with one event id the first is stored.
        this.insertNew =
                """
                INSERT INTO %1$s (%2$s)
                OUTPUT inserted.%4$s
                SELECT %2$s
                FROM (SELECT %5$s, row_number,
                             ROW_NUMBER() OVER (PARTITION BY %4$s ORDER BY row_number) AS occurrence
                      FROM %3$s) AS s
                WHERE occurrence = 1
                  AND NOT EXISTS (SELECT 1 FROM %1$s AS t WITH (UPDLOCK, HOLDLOCK) WHERE t.%4$s = s.%4$s)
                ORDER BY row_number
                """
                        .formatted(
                                table.name(),
                                table.columnList(),
                                copy.stageName(),
                                table.eventId().name(),
                                copy.convertedColumns());
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
        copy.intoStage(transaction, rows);
        Set<UUID> inserted = new HashSet<>(rows.size() * 2);
        try (Statement statement = transaction.connection().createStatement();
                ResultSet ids = statement.executeQuery(insertNew)) {
            while (ids.next()) {
                inserted.add(UUID.fromString(ids.getString(1)));
            }
        }
        return Fates.markAppended(rows, table.eventId(), inserted);
    }
}
