package io.alluvium.sink;

import com.microsoft.sqlserver.jdbc.ISQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Streams rows into a table of SQL Server with one bulk load, and shapes the temporary table for the second step. */
final class SqlServerCopy<R> {

    private static final int TIMEOUT_SECONDS = 120;

    private final BulkTable<R> table;
    private final String createStage;
    private final String clearStage;

    SqlServerCopy(BulkTable<R> table) {
        this.table = table;
        // Without the columns that are not written, above all the identity.
        this.createStage =
                """
                IF OBJECT_ID('tempdb..%1$s') IS NULL
                    SELECT TOP 0 %2$s, 0 AS row_number INTO %1$s FROM %3$s
                """
                        .formatted(stageName(), table.columnList(), table.name());
        this.clearStage = "DELETE FROM " + stageName();
    }

    String stageName() {
        return "#" + table.name() + "_stage";
    }

    void intoTable(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        copy(transaction, table.name(), rows, false);
    }

    /** Afterwards the stage holds these rows and no others, each with its index as {@code row_number}. */
    void intoStage(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        try (Statement statement = transaction.connection().createStatement()) {
            // Not prepared: a temporary table that a prepared statement creates ends with it.
            statement.execute(createStage);
            statement.execute(clearStage);
        }
        copy(transaction, stageName(), rows, true);
    }

    private void copy(SinkTransaction transaction, String into, Rows<R> rows, boolean numbered) throws SQLException {
        Connection connection = (Connection) transaction.connection().unwrap(ISQLServerConnection.class);
        try (SQLServerBulkCopy bulk = new SQLServerBulkCopy(connection)) {
            SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
            options.setUseInternalTransaction(false);
            options.setCheckConstraints(true);
            options.setKeepNulls(true);
            options.setBulkCopyTimeout(TIMEOUT_SECONDS);
            bulk.setBulkCopyOptions(options);
            bulk.setDestinationTableName(into);
            for (String column : table.columnNames()) {
                bulk.addColumnMapping(column, column);
            }
            if (numbered) {
                bulk.addColumnMapping("row_number", "row_number");
            }
            bulk.writeToServer(new SqlServerBulkRows<>(table, rows, numbered));
        }
    }
}
