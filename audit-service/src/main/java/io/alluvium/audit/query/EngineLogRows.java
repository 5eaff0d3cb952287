package io.alluvium.audit.query;

import io.alluvium.emitter.enginelog.LogColumn;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.Cursor;
import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the tables of engine logs as they are, newest first. Thread-safe. */
@Singleton
final class EngineLogRows {

    /**
     * Which rows are asked for; null stands for all.
     *
     * @param from the first moment, included
     * @param to   the last moment, included
     */
    record Filter(@Nullable Long recordingId, @Nullable UUID instance, @Nullable Instant from, @Nullable Instant to) {}

    /** @param next where to go on; null when there is nothing more */
    record Page(List<Map<String, @Nullable Object>> rows, @Nullable String next) {}

    private final Reading reading;

    EngineLogRows(Reading reading) {
        this.reading = reading;
    }

    Page page(LogTable table, Filter filter, @Nullable Cursor after, int limit) throws SQLException {
        Sql sql = reading.sql()
                .add("SELECT id, event_id, engine_instance_id, logged_at, " + columns(table) + " FROM "
                        + table.sqlName() + " WHERE 1 = 1");
        if (filter.recordingId() != null) {
            sql.add(" AND recording_id = ?", filter.recordingId());
        }
        if (filter.instance() != null) {
            sql.add(" AND engine_instance_id = ?", filter.instance());
        }
        if (filter.from() != null) {
            sql.add(" AND logged_at >= ?", filter.from());
        }
        if (filter.to() != null) {
            sql.add(" AND logged_at <= ?", filter.to());
        }
        if (after != null) {
            sql.add(" AND logged_at <= ? AND (logged_at < ? OR id < ?)", after.time(0), after.time(0), after.number(1));
        }
        sql.add(" ORDER BY logged_at DESC, id DESC OFFSET 0 ROWS FETCH NEXT " + (limit + 1) + " ROWS ONLY");
        return reading.some(sql, rows -> page(table, rows, limit));
    }

    private static String columns(LogTable table) {
        return table.columns().stream().map(LogColumn::name).collect(Collectors.joining(", "));
    }

    private Page page(LogTable table, ResultSet rows, int limit) throws SQLException {
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        String next = null;
        long lastId = 0;
        Instant lastAt = Instant.EPOCH;
        while (rows.next()) {
            if (found.size() == limit) {
                next = Cursor.after(lastAt, lastId);
                break;
            }
            lastId = rows.getLong(1);
            lastAt = java.util.Objects.requireNonNull(time(rows, 4));
            found.add(row(table, rows));
        }
        return new Page(found, next);
    }

    private Map<String, @Nullable Object> row(LogTable table, ResultSet rows) throws SQLException {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("event_id", id(rows, 2));
        row.put("engine_instance_id", id(rows, 3));
        row.put("logged_at", time(rows, 4));
        for (int i = 0; i < table.columns().size(); i++) {
            LogColumn column = table.columns().get(i);
            row.put(column.name(), column.kind() == LogColumn.Kind.TIME ? time(rows, 5 + i) : rows.getObject(5 + i));
        }
        return row;
    }

    @Nullable
    Instant time(ResultSet rows, int column) throws SQLException {
        if (reading.database() == SinkDatabase.POSTGRESQL) {
            OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
        LocalDateTime time = rows.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    static @Nullable String id(ResultSet rows, int column) throws SQLException {
        String id = rows.getString(column);
        return id == null ? null : id.toLowerCase(java.util.Locale.ROOT);
    }
}
