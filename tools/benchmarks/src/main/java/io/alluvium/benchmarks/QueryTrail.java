package io.alluvium.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** A year of changes in the table of the service, made by the database itself, for what reads them. */
final class QueryTrail {

    /** 200 users, the busy ones much busier; each works on three of 20 entity types; a year in the past. */
    private static final String FILL =
            """
            INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values,
                                      changed_fields, changed_by, changed_at, correlation_id)
            SELECT gen_random_uuid(), 'type-' || (who %% 7 + part * 5) %% 20, 'entity-' || n %% 500000,
                   CASE WHEN kind < 0.8 THEN 'UPDATE' WHEN kind < 0.95 THEN 'INSERT' ELSE 'DELETE' END,
                   CASE WHEN kind < 0.8 OR kind >= 0.95 THEN image END, CASE WHEN kind < 0.95 THEN image END,
                   CASE WHEN kind < 0.8 THEN '["amount","state"]'::json END, 'user-' || who,
                   date_trunc('day', now()) - (%3$d - n) * (interval '365 days' / %3$d),
                   CASE WHEN n %% 4 = 0 THEN 'request-' || n / 8 END
            FROM (SELECT n, floor(power(random(), 2) * 200)::int AS who, floor(random() * 3)::int AS part,
                         random() AS kind,
                         ('{"id":' || n || ',"customer":"customer-' || n %% 5000
                          || '","amount":1234.50,"state":"open","note":"as agreed by telephone on Monday"}')::json AS image
                  FROM generate_series(%1$d, %2$d) AS n) AS made
            """;

    private static final String COUNT =
            """
            INSERT INTO change_delta (day, entity_type, operation, changed_by, changes)
            SELECT array_agg(day), array_agg(entity_type), array_agg(operation), array_agg(changed_by), array_agg(changes)
            FROM (SELECT (changed_at AT TIME ZONE 'UTC')::date AS day, entity_type, operation, changed_by, count(*) AS changes
                  FROM audit_change WHERE changed_at >= '%s' AND changed_at < '%s' GROUP BY 1, 2, 3, 4) AS counted
            HAVING count(*) > 0
            """;

    private static final String INDEXES =
            """
            SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes
            WHERE tablename = 'audit_change' AND indexname <> 'audit_change_event'
            """;

    private static final String JOURNAL =
            """
            INSERT INTO change_delta (day, entity_type, operation, changed_by, changes)
            SELECT array_agg(current_date), array_agg('type-' || kind % 20), array_agg('UPDATE'::text),
                   array_agg('user-' || kind % 200), array_agg(1::bigint)
            FROM generate_series(1, 60) AS entry, generate_series(1, 1000) AS kind GROUP BY entry
            """;

    private static final String SIZE =
            """
            SELECT format('%s changes over 365 days, %s and %s of indexes; 20 entity types, 200 users of whom the busy ones are'
                          ' much busier, 500,000 entities, 80 %% updates. Its roll-up has %s totals, with %s sums by type and'
                          ' %s by user.',
                   to_char((SELECT count(*) FROM audit_change), 'FM999,999,999'), pg_size_pretty(pg_table_size('audit_change')),
                   pg_size_pretty(pg_indexes_size('audit_change')),
                   to_char((SELECT count(*) FROM change_total), 'FM999,999,999'),
                   to_char((SELECT count(*) FROM change_total_by_type), 'FM999,999,999'),
                   to_char((SELECT count(*) FROM change_total_by_user), 'FM999,999,999'))
            """;

    private final Trail trail;

    QueryTrail(Trail trail) {
        this.trail = trail;
    }

    /** Rows first, indexes afterwards, but for the primary key: that saves most of the time and changes no figure. */
    void fill(int rows) throws SQLException, InterruptedException {
        List<String> indexes = List.of(trail.text(INDEXES).split(";"));
        for (String index : indexes) {
            trail.execute("DROP INDEX " + index.replaceFirst(".* INDEX (\\S+) ON .*", "$1"));
        }
        int step = Math.max(1, rows / 10);
        for (long from = 1; from <= rows; from += step) {
            Report.progress(from - 1 + " rows");
            trail.execute(FILL.formatted(from, Math.min(rows, from + step - 1), rows));
        }
        for (String index : indexes) {
            Report.progress(index);
            trail.execute(index);
        }
        count();
    }

    /** Day by day, as they came. */
    private void count() throws SQLException, InterruptedException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (int day = 366; day >= 0; day--) {
            trail.execute(COUNT.formatted(today.minusDays(day), today.minusDays(day - 1L)));
        }
        Wait.until(
                "the journal is folded",
                Duration.ofMinutes(5),
                () -> trail.number("SELECT count(*) FROM change_delta") == 0);
        for (String table : List.of("audit_change", "change_total", "change_total_by_type", "change_total_by_user")) {
            trail.execute("VACUUM ANALYZE " + table);
        }
    }

    String size() throws SQLException {
        return trail.text(SIZE);
    }

    /** As in the middle of a drain: what a second of it appends to the journal, while nobody folds it. */
    void withJournal(Step step) throws Exception {
        trail.execute("SELECT pg_advisory_lock(hashtext(current_schema()), hashtext('roll-up'))");
        try {
            trail.execute(JOURNAL);
            step.run();
        } finally {
            trail.execute("SELECT pg_advisory_unlock(hashtext(current_schema()), hashtext('roll-up'))");
        }
    }

    long since(LocalDate day) throws SQLException {
        return trail.number("SELECT count(*) FROM audit_change WHERE changed_at >= '" + day + "T00:00:00Z'");
    }

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
