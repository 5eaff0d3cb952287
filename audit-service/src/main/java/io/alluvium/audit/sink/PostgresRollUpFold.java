package io.alluvium.audit.sink;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds the whole journal with one statement. */
final class PostgresRollUpFold implements RollUpFold {

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext('roll-up'))";

    private static final String FOLD =
            """
            WITH entries AS (DELETE FROM change_delta RETURNING *),
            delta AS (
                SELECT u.day, u.entity_type, u.operation, u.changed_by,
                       SUM(u.changes) AS changes, bool_or(u.changes < 0) AS taken_off
                FROM entries e, unnest(e.day, e.entity_type, e.operation, e.changed_by, e.changes)
                    AS u (day, entity_type, operation, changed_by, changes)
                GROUP BY 1, 2, 3, 4),
            total AS (
                INSERT INTO change_total AS t (day, entity_type, operation, changed_by, changes)
                SELECT day, entity_type, operation, changed_by, changes FROM delta
                ON CONFLICT (day, entity_type, operation, changed_by)
                DO UPDATE SET changes = t.changes + EXCLUDED.changes),
            by_type AS (
                INSERT INTO change_total_by_type AS t (day, entity_type, operation, changes)
                SELECT day, entity_type, operation, SUM(changes) FROM delta GROUP BY 1, 2, 3
                ON CONFLICT (day, entity_type, operation)
                DO UPDATE SET changes = t.changes + EXCLUDED.changes),
            by_user AS (
                INSERT INTO change_total_by_user AS t (day, changed_by, changes)
                SELECT day, changed_by, SUM(changes) FROM delta GROUP BY 1, 2
                ON CONFLICT (day, changed_by)
                DO UPDATE SET changes = t.changes + EXCLUDED.changes)
            SELECT array_agg(DISTINCT day) FILTER (WHERE taken_off) FROM delta
            """;

    private static final List<String> FORGET = List.of(
            "DELETE FROM change_total WHERE changes = 0 AND day = ANY (?)",
            "DELETE FROM change_total_by_type WHERE changes = 0 AND day = ANY (?)",
            "DELETE FROM change_total_by_user WHERE changes = 0 AND day = ANY (?)");

    @Override
    public boolean fold(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (isLocked(statement)) {
                Array takenOff = fold(statement);
                if (takenOff != null) {
                    forgetEmpty(connection, takenOff);
                }
            }
        }
        return false;
    }

    private static boolean isLocked(Statement statement) throws SQLException {
        try (ResultSet locked = statement.executeQuery(LOCK)) {
            return locked.next() && locked.getBoolean(1);
        }
    }

    /** @return the days of which changes were deleted; null when there are none */
    private static @Nullable Array fold(Statement statement) throws SQLException {
        try (ResultSet days = statement.executeQuery(FOLD)) {
            days.next();
            return days.getArray(1);
        }
    }

    private static void forgetEmpty(Connection connection, Array days) throws SQLException {
        for (String delete : FORGET) {
            try (PreparedStatement forget = connection.prepareStatement(delete)) {
                forget.setArray(1, days);
                forget.executeUpdate();
            }
        }
    }
}
