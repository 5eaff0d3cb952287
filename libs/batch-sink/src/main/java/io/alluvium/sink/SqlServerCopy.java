package io.alluvium.sink;

import com.microsoft.sqlserver.jdbc.ISQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Streams rows into a table of SQL Server with one bulk load, and shapes the temporary table for the second step. */
final class SqlServerCopy<R> {

    private static final int TIMEOUT_SECONDS = 120;

    private final BulkTable<R> table;
    private final String createStage;
    private final String clearStage;

    SqlServerCopy(BulkTable<R> table) {
        this.table = table;
        // Ids and times are staged as text and converted by the server: see SqlServerProbe. Columns that are not
        // written, above all the identity, are left out.
        this.createStage =
                """
                IF OBJECT_ID('tempdb..%1$s') IS NULL
                    SELECT TOP 0 %2$s, 0 AS row_number INTO %1$s FROM %3$s
                """
                        .formatted(stageName(), eachColumn(SqlServerCopy::stagedAs), table.name());
        this.clearStage = "DELETE FROM " + stageName();
    }

    /** The columns as the stage's values convert to them, for the select list of a statement that reads the stage. */
    String convertedColumns() {
        return eachColumn(SqlServerCopy::converted);
    }

    private String eachColumn(Function<Column<R>, String> expression) {
        return table.columns().stream()
                .map(column -> expression.apply(column) + " AS " + column.name())
                .collect(Collectors.joining(", "));
    }

    private static <R> String stagedAs(Column<R> column) {
        if (column instanceof Column.OfUuid) {
            return "CAST(NULL AS nvarchar(36))";
        }
        return column instanceof Column.OfMicros ? "CAST(NULL AS nvarchar(27))" : column.name();
    }

    private static <R> String converted(Column<R> column) {
        if (column instanceof Column.OfUuid) {
            return "CAST(" + column.name() + " AS uniqueidentifier)";
        }
        return column instanceof Column.OfMicros ? "CAST(" + column.name() + " AS datetime2(7))" : column.name();
    }

    String stageName() {
        return "#" + table.name() + "_stage";
    }

    void intoTable(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        into(transaction, table.name(), table, rows, false);
    }

    /** Afterwards the stage holds these rows and no others, each with its index as {@code row_number}. */
    void intoStage(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        try (Statement statement = transaction.connection().createStatement()) {
            // Not prepared: a temporary table that a prepared statement creates ends with it.
            statement.execute(createStage);
            statement.execute(clearStage);
        }
        into(transaction, stageName(), table, rows, true);
    }

    static <R> void into(SinkTransaction transaction, String target, BulkTable<R> table, Rows<R> rows, boolean staged)
            throws SQLException {
        Connection connection = (Connection) transaction.connection().unwrap(ISQLServerConnection.class);
        try (SQLServerBulkCopy bulk = new SQLServerBulkCopy(connection)) {
            SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
            options.setUseInternalTransaction(false);
            options.setCheckConstraints(true);
            options.setKeepNulls(true);
            options.setBulkCopyTimeout(TIMEOUT_SECONDS);
            bulk.setBulkCopyOptions(options);
            bulk.setDestinationTableName(target);
            for (String column : table.columnNames()) {
                bulk.addColumnMapping(column, column);
            }
            if (staged) {
                bulk.addColumnMapping("row_number", "row_number");
            }
            bulk.writeToServer(new SqlServerBulkRows<>(table, rows, staged));
        }
    }
}
