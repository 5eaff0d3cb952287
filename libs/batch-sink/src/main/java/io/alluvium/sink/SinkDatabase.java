package io.alluvium.sink;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The databases that a sink can write to. */
public enum SinkDatabase {
    POSTGRESQL(new PostgresDialect()),
    SQLSERVER(new SqlServerDialect());

    private final Dialect dialect;

    SinkDatabase(Dialect dialect) {
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Asks the database what it is. */
    public static SinkDatabase of(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            return switch (product) {
                case "PostgreSQL" -> POSTGRESQL;
                case "Microsoft SQL Server" -> SQLSERVER;
                default -> throw new SQLException("a sink writes to PostgreSQL or SQL Server, not to " + product);
            };
        }
    }

    /** What a failure means for the batch that met it. */
    public FailureKind kindOf(SQLException failure) {
        return dialect.kindOf(failure);
    }

    /**
     * A writer for an append-only table: every event becomes a row once. A row whose event id is already in the table, or
     * earlier in the batch, is left as it is and marked {@link Fate#DUPLICATE}.
     */
    public <R> BulkWriter<R> append(BulkTable<R> table) {
        table.eventId();
        return dialect.append(table);
    }

    /**
     * A writer for a table that holds current state: of each key only the last row of the batch is written, over the row
     * that is there. The others are marked {@link Fate#COLLAPSED}.
     *
     * @param newest a column that tells which of two states is the newer one: a row that is there with a greater value
     *     stays, and the event is marked {@link Fate#DUPLICATE}; null: the later record is the newer state
     */
    public <R> BulkWriter<R> upsert(BulkTable<R> table, @Nullable String newest) {
        if (newest != null) {
            table.column(newest);
        }
        return dialect.upsert(table, newest);
    }
}
