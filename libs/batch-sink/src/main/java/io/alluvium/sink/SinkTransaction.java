package io.alluvium.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import javax.sql.DataSource;

/** One batch, one transaction. Closing without {@link #commit()} rolls back. Not thread-safe. */
public final class SinkTransaction implements AutoCloseable {

    private final Connection connection;
    private boolean committed;

    private SinkTransaction(Connection connection) {
        this.connection = connection;
    }

    static SinkTransaction begin(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setAutoCommit(false);
            return new SinkTransaction(connection);
        } catch (SQLException failure) {
            try (connection) {
                throw failure;
            }
        }
    }

    /** The connection of this transaction, for statements that belong to the batch. */
    public Connection connection() {
        return connection;
    }

    Savepoint savepoint() throws SQLException {
        return connection.setSavepoint();
    }

    void rollbackTo(Savepoint savepoint) throws SQLException {
        connection.rollback(savepoint);
    }

    /**
     * Makes the batch last. When the connection dies during the call the outcome is unknown; the next attempt finds the
     * stored offsets and takes what is there for stored.
     */
    void commit() throws SQLException {
        connection.commit();
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!committed) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }
}
