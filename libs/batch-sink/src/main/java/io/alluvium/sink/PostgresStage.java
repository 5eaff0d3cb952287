package io.alluvium.sink;

import java.sql.SQLException;
import java.sql.Statement;

/** A temporary table of the connection, shaped like the target, that a set-based statement then reads from. */
final class PostgresStage<R> {

    private final PostgresCopy<R> copy;
    private final String name;
    private final String create;
    private final String clear;
    private final String fill;

    PostgresStage(BulkTable<R> table) {
        this.copy = new PostgresCopy<>(table.columns());
        this.name = table.name() + "_stage";
        // Selecting no row gives the columns their types without defaults, identities or constraints.
        this.create =
                """
                CREATE TEMPORARY TABLE IF NOT EXISTS %s ON COMMIT DELETE ROWS AS
                SELECT %s, 0 AS row_number FROM %s WITH NO DATA
                """
                        .formatted(name, table.columnList(), table.name());
        this.clear = "DELETE FROM " + name;
        this.fill = "COPY " + name + " (" + table.columnList() + ", row_number) FROM STDIN (FORMAT binary)";
    }

    String name() {
        return name;
    }

    /** Afterwards the stage holds these rows and no others, each with its index as {@code row_number}. */
    void fill(SinkTransaction transaction, Rows<R> rows) throws SQLException {
        try (Statement statement = transaction.connection().createStatement()) {
            statement.execute(create);
            statement.execute(clear);
        }
        copy.copy(transaction, fill, rows, true);
    }
}
