package io.alluvium.sink;

import java.sql.SQLException;

/** Writes many rows in few round trips, inside a transaction it neither begins nor ends. Safe for use by many threads. */
@FunctionalInterface
public interface BulkWriter<R> {

    /**
     * A normal return implies that every row that the mapping yielded is marked {@link Fate#STORED},
     * {@link Fate#DUPLICATE} or {@link Fate#COLLAPSED}.
     *
     * @throws SQLException when the database refused; what was written since the caller's savepoint is then undone by the
     *     caller
     */
    void write(SinkTransaction transaction, Rows<R> rows) throws SQLException;
}
