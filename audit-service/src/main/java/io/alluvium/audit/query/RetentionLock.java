package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A lock of the database on cleaning up, which ends with its connection at the latest. */
record RetentionLock(Connection connection, SinkDatabase database, boolean isTaken) implements AutoCloseable {

    private static final String LOCK_POSTGRES =
            "SELECT CASE WHEN pg_try_advisory_lock(hashtext(current_schema()), hashtext('retention')) THEN 0 ELSE -1 END";
    private static final String UNLOCK_POSTGRES =
            "SELECT pg_advisory_unlock(hashtext(current_schema()), hashtext('retention'))";

    private static final String LOCK_SQLSERVER =
            """
            DECLARE @taken int;
            EXEC @taken = sp_getapplock @Resource = 'retention', @LockMode = 'Exclusive', @LockOwner = 'Session',
                @LockTimeout = 0;
            SELECT @taken;
            """;
    private static final String UNLOCK_SQLSERVER =
            "EXEC sp_releaseapplock @Resource = 'retention', @LockOwner = 'Session'";

    static RetentionLock take(Connection connection, SinkDatabase database) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement();
                ResultSet taken =
                        statement.executeQuery(database == SinkDatabase.POSTGRESQL ? LOCK_POSTGRES : LOCK_SQLSERVER)) {
            taken.next();
            return new RetentionLock(connection, database, taken.getInt(1) >= 0);
        }
    }

    @Override
    public void close() throws SQLException {
        if (!isTaken) {
            return;
        }
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(database == SinkDatabase.POSTGRESQL ? UNLOCK_POSTGRES : UNLOCK_SQLSERVER);
        }
    }
}
