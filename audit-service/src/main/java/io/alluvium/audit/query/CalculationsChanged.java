package io.alluvium.audit.query;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many different calculations changed in a period. There is no roll-up of it, so one of two ways is taken that both
 * read a bounded part of an index: the changes of the period where they are few, else from one calculation to the next,
 * looking at each whether it changed in the period. Thread-safe.
 */
@Singleton
final class CalculationsChanged {

    /** Changes of a period that are looked at one by one. */
    static final long FEW_CHANGES = 20_000;

    /** Calculations of one type that are looked at. */
    static final int MOST_CALCULATIONS = 50_000;

    /** Periods that are remembered. */
    private static final int REMEMBERED = 64;

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

    // Backwards, so that each step of the recursion, one descent of the index, meets an id at its newest change. Only
    // where
    // that is later than the period, the period is asked for.
    private static final String FROM_ONE_TO_THE_NEXT_POSTGRESQL =
            """
            WITH RECURSIVE ids (entity_id, newest, number) AS (
                (SELECT entity_id, changed_at, 1 FROM audit_change
                 WHERE entity_type = ? ORDER BY entity_id DESC, changed_at DESC LIMIT 1)
                UNION ALL
                SELECT following.entity_id, following.changed_at, ids.number + 1
                FROM ids CROSS JOIN LATERAL (
                    SELECT a.entity_id, a.changed_at FROM audit_change a
                    WHERE a.entity_type = ? AND a.entity_id < ids.entity_id
                    ORDER BY a.entity_id DESC, a.changed_at DESC LIMIT 1) following
                WHERE ids.number < ?
            )
            SELECT COUNT(CASE WHEN newest < ? THEN NULL WHEN newest <= ? THEN 1
                              ELSE (SELECT 1 FROM audit_change c
                                    WHERE c.entity_type = ? AND c.entity_id = ids.entity_id
                                      AND c.changed_at >= ? AND c.changed_at <= ?
                                    LIMIT 1) END) AS changed,
                   COUNT(*) AS asked
            FROM ids
            """;

    // A loop: TOP is not allowed in a recursion, and a row number in its place sorts all that remains at each step
    // where
    // the optimizer does not see that one row is enough.
    private static final String FROM_ONE_TO_THE_NEXT_SQLSERVER =
            """
            DECLARE @type nvarchar(100) = ?, @most int = ?, @first datetime2(7) = ?, @last datetime2(7) = ?;
            DECLARE @id nvarchar(200), @next nvarchar(200), @newest datetime2(7), @asked int = 0, @changed int = 0;
            SELECT TOP (1) @next = entity_id, @newest = changed_at
            FROM audit_change
            WHERE entity_type = @type
            ORDER BY entity_id DESC, changed_at DESC;
            WHILE @next IS NOT NULL AND @asked < @most
            BEGIN
                SET @id = @next;
                SET @next = NULL;
                SET @asked = @asked + 1;
                IF @newest >= @first AND @newest <= @last
                    SET @changed = @changed + 1;
                ELSE IF @newest > @last AND EXISTS (
                        SELECT 1 FROM audit_change
                        WHERE entity_type = @type AND entity_id = @id AND changed_at >= @first AND changed_at <= @last)
                    SET @changed = @changed + 1;
                SELECT TOP (1) @next = entity_id, @newest = changed_at
                FROM audit_change
                WHERE entity_type = @type AND entity_id < @id
                ORDER BY entity_id DESC, changed_at DESC;
            END;
            SELECT @changed AS changed, @asked AS asked;
            """;

    /** What was counted lately. Changes only come and go together with their sums: of the same sums it holds still. */
    private final Map<List<RollUp.Sum>, Count> counted = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<RollUp.Sum>, Count> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final Reading reading;

    CalculationsChanged(Reading reading) {
        this.reading = reading;
    }

    /** @param sums of that type in the whole period */
    Count in(Days days, CalculationType type, List<RollUp.Sum> sums) throws SQLException {
        if (sums.isEmpty()) {
            return new Count(0, false);
        }
        Count known;
        synchronized (counted) {
            known = counted.get(sums);
        }
        if (known == null) {
            known = RollUp.total(sums) <= FEW_CHANGES
                    ? amongChanges(days, type)
                    : amongCalculations(days, type, MOST_CALCULATIONS);
            synchronized (counted) {
                counted.put(sums, known);
            }
        }
        return known;
    }

    Count amongChanges(Days days, CalculationType type) throws SQLException {
        return read(
                reading.sql().add(AMONG_FEW_CHANGES, type.entityType(), days.start(), days.end()), Integer.MAX_VALUE);
    }

    Count amongCalculations(Days days, CalculationType type, int most) throws SQLException {
        String table = type.entityType();
        Instant first = days.start();
        Instant last = days.end();
        Sql sql = reading.sql();
        switch (reading.database()) {
            case POSTGRESQL ->
                sql.add(FROM_ONE_TO_THE_NEXT_POSTGRESQL, table, table, most, first, last, table, first, last);
            case SQLSERVER -> sql.add(FROM_ONE_TO_THE_NEXT_SQLSERVER, table, most, first, last);
        }
        return read(sql, most);
    }

    private Count read(Sql sql, int most) throws SQLException {
        return reading.all(sql, row -> new Count(row.getLong("changed"), row.getLong("asked") >= most))
                .get(0);
    }
}
