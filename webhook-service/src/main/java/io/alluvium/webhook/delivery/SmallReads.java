package io.alluvium.webhook.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A transaction that reads few rows by their indexes, whatever the planner believes about the tables. */
final class SmallReads {

    /**
     * Where statistics are old, or none, the planner takes 200,000 waiting events for a handful, and would rather collect and
     * sort them than read the first ten in the order of an index. Here every statement reads by an index, and never much.
     */
    private static final String BY_INDEXES =
            """
            SELECT current_setting('transaction_isolation'),
                   set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
                   set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true)
            """;

    /** What is done in it. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private SmallReads() {}

    static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            try (PreparedStatement setting = connection.prepareStatement(BY_INDEXES)) {
                requireReadCommitted(setting);
            }
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (Throwable failure) { // else the end of autocommit would commit a half
            rollBack(connection, failure);
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Statements that follow locks must see what was committed before the locks were got; other levels would not show it. */
    private static void requireReadCommitted(PreparedStatement setting) throws SQLException {
        try (ResultSet row = setting.executeQuery()) {
            row.next();
            if (!row.getString(1).equals("read committed")) {
                throw new SQLException("delivery needs transactions that are read committed, and these are "
                        + row.getString(1) + ": see quarkus.datasource.jdbc.transaction-isolation-level");
            }
        }
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            failure.addSuppressed(gone);
        }
    }
}
