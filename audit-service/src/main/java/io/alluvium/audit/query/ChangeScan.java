package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search as a statement: it reads ranges of one index, newest first, and merges them. What the index cannot
 * decide is looked up row by row, of at most {@link #MOST_ROWS} rows, so that no search reads the whole table: row number
 * {@link #rowsOfRange} of a range is part of the answer whether it matches or not, and tells how far the search came.
 */
final class ChangeScan {

    /** Rows that one statement looks at. */
    static final int MOST_ROWS = 20_000;

    /** A range of an index: the rows where the columns have these values. */
    private record Range(List<String> columns, List<Object> values) {

        String lastColumn() {
            return columns.get(columns.size() - 1);
        }

        Object lastValue() {
            return values.get(values.size() - 1);
        }
    }

    private final SinkDatabase database;
    private final ChangeFilter filter;
    private final @Nullable Position after;
    private final int limit;
    private final List<Range> ranges;

    /** @param after the last row of the page before; null for the first page */
    ChangeScan(SinkDatabase database, ChangeFilter filter, @Nullable Position after, int limit) {
        this.database = database;
        this.filter = filter;
        this.after = after;
        this.limit = limit;
        this.ranges = ranges(filter);
    }

    /** How many rows of each range are looked at. */
    int rowsOfRange() {
        return isDecidedByIndex() ? limit + 1 : Math.max(limit + 1, MOST_ROWS / ranges.size());
    }

    Sql sql() {
        Sql sql = new Sql(database);
        sql.add(
                """
                SELECT id, event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                       changed_by, changed_at, correlation_id, matches, row_of_range
                FROM (
                """);
        for (int i = 0; i < ranges.size(); i++) {
            sql.add(i == 0 ? "" : "UNION ALL\n");
            addRange(sql, ranges.get(i), i);
        }
        return sql.add(") ranges WHERE matches = 1 OR row_of_range = " + rowsOfRange()
                + " ORDER BY changed_at DESC, id DESC OFFSET 0 ROWS FETCH NEXT " + (limit + 1) + " ROWS ONLY");
    }

    // Bounds on the number of rows are part of the text: PostgreSQL plans for them, and cannot for a parameter.
    private void addRange(Sql sql, Range range, int number) {
        sql.add(
                """
                SELECT * FROM (
                SELECT id, event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                       changed_by, changed_at, correlation_id, CASE WHEN 1 = 1""");
        addConditionsOfRows(sql);
        sql.add(" THEN 1 ELSE 0 END AS matches, ROW_NUMBER() OVER (ORDER BY changed_at DESC, id DESC) AS row_of_range\n"
                + "FROM audit_change WHERE 1 = 1");
        for (int i = 0; i < range.columns.size(); i++) {
            sql.add(" AND " + range.columns.get(i) + " = ?", range.values.get(i));
        }
        if (filter.correlationId() != null) {
            sql.add(" AND correlation_id IS NOT NULL"); // the condition of the index
        }
        addTimes(sql, range);
        sql.add("\nORDER BY changed_at DESC, id DESC OFFSET 0 ROWS FETCH NEXT " + rowsOfRange() + " ROWS ONLY) range_"
                + number + "\n");
    }

    private void addTimes(Sql sql, Range range) {
        Instant from = filter.from();
        Instant to = filter.to();
        if (from != null) {
            addBound(sql, range, ">=", from);
        }
        if (after != null && (to == null || !after.changedAt().isAfter(to))) {
            addBound(sql, range, after);
        } else if (to != null) {
            addBound(sql, range, "<=", to);
        }
    }

    /**
     * In PostgreSQL together with the column before it in the index: so the condition fits this index and no other. With a
     * condition on the time alone, PostgreSQL takes an index by time when its statistics, a little old, know of few rows
     * that late, and looks for the entity among them all.
     */
    private void addBound(Sql sql, Range range, String comparison, Instant time) {
        if (database == SinkDatabase.POSTGRESQL && !range.columns.isEmpty()) {
            sql.add(" AND (" + range.lastColumn() + ", changed_at) " + comparison + " (?, ?)", range.lastValue(), time);
        } else {
            sql.add(" AND changed_at " + comparison + " ?", time);
        }
    }

    private void addBound(Sql sql, Range range, Position end) {
        if (database == SinkDatabase.SQLSERVER) {
            sql.add(" AND changed_at <= ? AND (changed_at < ? OR id < ?)", end.changedAt(), end.changedAt(), end.id());
        } else if (range.columns.isEmpty()) {
            sql.add(" AND (changed_at, id) < (?, ?)", end.changedAt(), end.id());
        } else {
            sql.add(
                    " AND (" + range.lastColumn() + ", changed_at, id) < (?, ?, ?)",
                    range.lastValue(),
                    end.changedAt(),
                    end.id());
        }
    }

    private void addConditionsOfRows(Sql sql) {
        List<String> decided = ranges.get(0).columns;
        addCondition(sql, decided, "entity_type", filter.entityTypes());
        addCondition(sql, decided, "entity_id", filter.entityIds());
        addCondition(sql, decided, "operation", filter.operations());
        addCondition(sql, decided, "changed_by", filter.users());
        String field = filter.field();
        if (field != null) {
            sql.add(" AND " + hasField(), field);
        }
    }

    private static void addCondition(Sql sql, List<String> decided, String column, List<String> values) {
        if (!values.isEmpty() && !decided.contains(column)) {
            sql.add(" AND ").addIn(column, values);
        }
    }

    private String hasField() {
        return switch (database) {
            case POSTGRESQL ->
                "EXISTS (SELECT 1 FROM json_array_elements_text(changed_fields) AS f(name) WHERE name = ?)";
            case SQLSERVER ->
                "EXISTS (SELECT 1 FROM OPENJSON(changed_fields) AS f WHERE f.value = ? COLLATE Latin1_General_BIN2)";
        };
    }

    private boolean isDecidedByIndex() {
        List<String> decided = ranges.get(0).columns;
        return filter.field() == null
                && filter.operations().isEmpty()
                && (filter.entityTypes().isEmpty() || decided.contains("entity_type"))
                && (filter.entityIds().isEmpty() || decided.contains("entity_id"))
                && (filter.users().isEmpty() || decided.contains("changed_by"));
    }

    /** The narrowest index first. */
    private static List<Range> ranges(ChangeFilter filter) {
        if (filter.correlationId() != null) {
            return List.of(new Range(List.of("correlation_id"), List.of(filter.correlationId())));
        }
        List<Range> ranges = new ArrayList<>();
        for (String type : filter.entityTypes()) {
            for (String id : filter.entityIds()) {
                ranges.add(new Range(List.of("entity_type", "entity_id"), List.of(type, id)));
            }
        }
        if (ranges.isEmpty()) {
            filter.users().forEach(user -> ranges.add(new Range(List.of("changed_by"), List.of(user))));
        }
        if (ranges.isEmpty()) {
            filter.entityTypes().forEach(type -> ranges.add(new Range(List.of("entity_type"), List.of(type))));
        }
        return ranges.isEmpty() ? List.of(new Range(List.of(), List.of())) : ranges;
    }
}
