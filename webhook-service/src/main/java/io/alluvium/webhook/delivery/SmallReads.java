package io.alluvium.webhook.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A transaction that reads few rows by their indexes, whatever the planner believes about the tables. */
final class SmallReads {

    /**
     * Where statistics are old, or none, the planner takes 200,000 waiting events for a handful, and would rather collect and
     * sort them than read the first ten in the order of an index. Here every statement reads by an index, and never much.
     */
    private static final String BY_INDEXES =
            """
            SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
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
                setting.execute();
            }
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failure) {
            rollBack(connection, failure);
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            failure.addSuppressed(gone);
        }
    }
}
