package io.alluvium.webhook;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** One transaction from begin to end: committed when its work returns, and rolled back whatever else happens. */
public final class Transaction {

    /** What is done in it. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private Transaction() {}

    /** A normal return means that the work is committed. If the connection dies in the commit, nobody knows whether it is. */
    public static <T> T run(DataSource dataSource, Work<T> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            T result;
            try {
                result = work.in(connection);
                connection.commit();
            } catch (Throwable failure) {
                end(connection, failure);
                throw failure;
            }
            connection.setAutoCommit(true);
            return result;
        }
    }

    private static void end(Connection connection, Throwable failure) {
        try {
            connection.rollback(); // first: switching to autocommit would commit
            connection.setAutoCommit(true);
        } catch (SQLException gone) {
            failure.addSuppressed(gone);
        }
    }
}
