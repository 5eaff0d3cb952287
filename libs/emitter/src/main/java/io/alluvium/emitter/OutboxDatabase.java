package io.alluvium.emitter;

import java.sql.Connection;
import java.sql.SQLException;

/** What differs between the databases that an outbox can be in. */
enum OutboxDatabase {
    POSTGRESQL(
            """
            SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext(?)) THEN 0 ELSE -1 END
            """,
            """
            SELECT id, event_id, topic, record_key, headers, payload FROM %s WHERE id > ? ORDER BY id LIMIT %d
            """),

    // The driver begins a transaction with the first statement that reads a table: a procedure alone is none, and
    // the lock belongs to a transaction. NOCOUNT is the session's, and the session is lent by a pool: off again.
    // Rows of transactions that are still open are stepped over: without READPAST the relay would wait for the
    // slowest. Only rows are locked, never pages (see the table), so that nothing committed is stepped over.
    SQLSERVER(
            """
            SET NOCOUNT ON;
            DECLARE @answer int;
            SELECT TOP (1) @answer = 0 FROM %s WITH (NOLOCK);
            EXEC @answer = sp_getapplock @Resource = ?, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 0;
            SET NOCOUNT OFF;
            SELECT @answer
            """,
            """
            SELECT TOP (%2$d) id, event_id, topic, record_key, headers, payload
            FROM %1$s WITH (READPAST, READCOMMITTEDLOCK)
            WHERE id > ?
            ORDER BY id
            """);

    private final String lock;
    private final String oldest;

    OutboxDatabase(String lock, String oldest) {
        this.lock = lock;
        this.oldest = oldest;
    }

    static OutboxDatabase of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "PostgreSQL" -> POSTGRESQL;
            case "Microsoft SQL Server" -> SQLSERVER;
            default -> throw new SQLException("an outbox is in PostgreSQL or SQL Server, not in " + product);
        };
    }

    /** Asks for the lock of a name, until the transaction ends, without waiting: negative when somebody else has it. For a table. */
    String lock() {
        return lock;
    }

    /** The oldest committed events behind an id: table, then number of rows. */
    String oldest() {
        return oldest;
    }
}
