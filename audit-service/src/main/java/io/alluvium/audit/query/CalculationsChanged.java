package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/**
 * How many different calculations changed in a period. There is no roll-up of it, so one of two ways is taken that both
 * read a bounded part of an index: the changes of the period where they are few, else from one calculation to the next,
 * asking for each whether it changed in the period. Thread-safe.
 */
@Singleton
final class CalculationsChanged {

    /** Changes of a period that are looked at one by one. */
    static final long FEW_CHANGES = 20_000;

    /** Calculations of one type that are asked whether they changed. */
    static final int MOST_CALCULATIONS = 50_000;

    /** @param capped whether there may be more */
    record Count(long calculations, boolean capped) {

        Count plus(Count other) {
            return new Count(calculations + other.calculations, capped || other.capped);
        }
    }

    private static final String AMONG_FEW_CHANGES =
            """
            SELECT COUNT(DISTINCT entity_id) AS changed, 0 AS asked
            FROM audit_change
            WHERE entity_type = ? AND changed_at >= ? AND changed_at <= ?
            """;

    // Each step of the recursion is one descent of the index to the next id; so is each question.
    private static final String FROM_ONE_TO_THE_NEXT_POSTGRESQL =
            """
            WITH RECURSIVE ids (entity_id, number) AS (
                (SELECT entity_id, 1 FROM audit_change WHERE entity_type = ? ORDER BY entity_id LIMIT 1)
                UNION ALL
                SELECT following.entity_id, ids.number + 1
                FROM ids CROSS JOIN LATERAL (
                    SELECT a.entity_id FROM audit_change a
                    WHERE a.entity_type = ? AND a.entity_id > ids.entity_id
                    ORDER BY a.entity_id LIMIT 1) following
                WHERE ids.number < ?
            )
            SELECT COUNT(*) FILTER (WHERE changed) AS changed, COUNT(*) AS asked
            FROM (SELECT (SELECT 1 FROM audit_change c
                          WHERE c.entity_type = ? AND c.entity_id = ids.entity_id
                            AND c.changed_at >= ? AND c.changed_at <= ?
                          LIMIT 1) IS NOT NULL AS changed
                  FROM ids) asked
            """;

    // TOP is not allowed in a recursion, a row number is.
    private static final String FROM_ONE_TO_THE_NEXT_SQLSERVER =
            """
            WITH ids (entity_id, number) AS (
                SELECT first.entity_id, first.number
                FROM (SELECT TOP 1 entity_id, 1 AS number FROM audit_change
                      WHERE entity_type = ? ORDER BY entity_id) first
                UNION ALL
                SELECT following.entity_id, following.number
                FROM (SELECT a.entity_id, ids.number + 1 AS number,
                             ROW_NUMBER() OVER (ORDER BY a.entity_id) AS place
                      FROM audit_change a JOIN ids ON a.entity_id > ids.entity_id
                      WHERE a.entity_type = ? AND ids.number < ?) following
                WHERE following.place = 1
            )
            SELECT SUM(changed) AS changed, COUNT(*) AS asked
            FROM (SELECT CASE WHEN EXISTS (
                             SELECT 1 FROM audit_change c
                             WHERE c.entity_type = ? AND c.entity_id = ids.entity_id
                               AND c.changed_at >= ? AND c.changed_at <= ?) THEN 1 ELSE 0 END AS changed
                  FROM ids) asked
            OPTION (MAXRECURSION 0)
            """;

    private final Reading reading;

    CalculationsChanged(Reading reading) {
        this.reading = reading;
    }

    /** @param changes how many changes of the type the period has, by the roll-up */
    Count in(Days days, CalculationType type, long changes) throws SQLException {
        if (changes == 0) {
            return new Count(0, false);
        }
        return changes <= FEW_CHANGES ? amongChanges(days, type) : amongCalculations(days, type, MOST_CALCULATIONS);
    }

    Count amongChanges(Days days, CalculationType type) throws SQLException {
        return read(
                reading.sql().add(AMONG_FEW_CHANGES, type.entityType(), days.start(), days.end()), Integer.MAX_VALUE);
    }

    Count amongCalculations(Days days, CalculationType type, int most) throws SQLException {
        String table = type.entityType();
        String statement = reading.database() == SinkDatabase.POSTGRESQL
                ? FROM_ONE_TO_THE_NEXT_POSTGRESQL
                : FROM_ONE_TO_THE_NEXT_SQLSERVER;
        return read(reading.sql().add(statement, table, table, most, table, days.start(), days.end()), most);
    }

    private Count read(Sql sql, int most) throws SQLException {
        return reading.all(sql, row -> new Count(row.getLong("changed"), row.getLong("asked") >= most))
                .get(0);
    }
}
