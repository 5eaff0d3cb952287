package io.alluvium.audit.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Folds a part of the journal with one batch of statements. Rows that a sink has not committed yet are passed over, and
 * so few are taken at a time that SQL Server does not lock the whole table.
 */
final class SqlServerRollUpFold implements RollUpFold {

    private static final int MOST = 2000;

    private static final String KIND_OF_TEXT = "COLLATE Latin1_General_BIN2 NOT NULL";

    // The first SELECT begins the transaction, without which nobody can own the lock. Only the last one answers: the
    // counts of the others are passed over below.
    private static final String FOLD =
            """
            DECLARE @waiting int;
            SELECT @waiting = COUNT(*) FROM (SELECT TOP 1 id FROM change_delta WITH (READPAST)) d;
            DECLARE @locked int;
            SET @locked = -1;
            IF @waiting > 0 EXEC @locked = sp_getapplock @Resource = 'roll-up', @LockMode = 'Exclusive', @LockOwner = 'Transaction',
                @LockTimeout = 0;
            DECLARE @entries TABLE (day date NOT NULL, entity_type nvarchar(100) %2$s, operation nvarchar(6) %2$s,
                changed_by nvarchar(100) %2$s, changes bigint NOT NULL);
            DECLARE @delta TABLE (day date NOT NULL, entity_type nvarchar(100) %2$s, operation nvarchar(6) %2$s,
                changed_by nvarchar(100) %2$s, changes bigint NOT NULL);
            DECLARE @taken int;
            SET @taken = 0;
            IF @locked >= 0
            BEGIN
                DELETE TOP (%1$d) FROM change_delta WITH (READPAST, ROWLOCK)
                OUTPUT deleted.day, deleted.entity_type, deleted.operation, deleted.changed_by, deleted.changes INTO @entries;
                SET @taken = @@ROWCOUNT;
            END;
            IF @taken > 0
            BEGIN
                INSERT INTO @delta (day, entity_type, operation, changed_by, changes)
                SELECT day, entity_type, operation, changed_by, SUM(changes) FROM @entries
                GROUP BY day, entity_type, operation, changed_by;

                UPDATE t SET changes = t.changes + d.changes
                FROM change_total t JOIN @delta d ON d.day = t.day AND d.entity_type = t.entity_type
                    AND d.operation = t.operation AND d.changed_by = t.changed_by;
                INSERT INTO change_total (day, entity_type, operation, changed_by, changes)
                SELECT day, entity_type, operation, changed_by, changes FROM @delta d
                WHERE NOT EXISTS (SELECT 1 FROM change_total t WHERE d.day = t.day AND d.entity_type = t.entity_type
                    AND d.operation = t.operation AND d.changed_by = t.changed_by);

                UPDATE t SET changes = t.changes + d.changes
                FROM change_total_by_type t JOIN
                    (SELECT day, entity_type, operation, SUM(changes) AS changes FROM @delta
                     GROUP BY day, entity_type, operation) d
                    ON d.day = t.day AND d.entity_type = t.entity_type AND d.operation = t.operation;
                INSERT INTO change_total_by_type (day, entity_type, operation, changes)
                SELECT day, entity_type, operation, SUM(changes) FROM @delta d
                WHERE NOT EXISTS (SELECT 1 FROM change_total_by_type t
                    WHERE d.day = t.day AND d.entity_type = t.entity_type AND d.operation = t.operation)
                GROUP BY day, entity_type, operation;

                UPDATE t SET changes = t.changes + d.changes
                FROM change_total_by_user t JOIN
                    (SELECT day, changed_by, SUM(changes) AS changes FROM @delta GROUP BY day, changed_by) d
                    ON d.day = t.day AND d.changed_by = t.changed_by;
                INSERT INTO change_total_by_user (day, changed_by, changes)
                SELECT day, changed_by, SUM(changes) FROM @delta d
                WHERE NOT EXISTS (SELECT 1 FROM change_total_by_user t WHERE d.day = t.day AND d.changed_by = t.changed_by)
                GROUP BY day, changed_by;

                IF EXISTS (SELECT 1 FROM @entries WHERE changes < 0)
                BEGIN
                    DELETE FROM change_total
                    WHERE changes = 0 AND day IN (SELECT day FROM @entries WHERE changes < 0);
                    DELETE FROM change_total_by_type
                    WHERE changes = 0 AND day IN (SELECT day FROM @entries WHERE changes < 0);
                    DELETE FROM change_total_by_user
                    WHERE changes = 0 AND day IN (SELECT day FROM @entries WHERE changes < 0);
                END;
            END;
            SELECT @taken AS taken;
            """
                    .formatted(MOST, KIND_OF_TEXT);

    @Override
    public boolean fold(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean isResult = statement.execute(FOLD);
            while (!isResult) {
                if (statement.getUpdateCount() < 0) {
                    throw new SQLException("the fold of the roll-up gave no answer");
                }
                isResult = statement.getMoreResults();
            }
            try (ResultSet taken = statement.getResultSet()) {
                return taken.next() && taken.getInt(1) == MOST;
            }
        }
    }
}
