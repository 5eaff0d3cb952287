package io.alluvium.audit.query;

import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.Cursor;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All tables of one recording, merged by time. Thread-safe. */
@Singleton
final class RecordingTimeline {

    /**
     * @param what       a name and a stage: what the row tells in a few words
     * @param durationMs how long that took; null where the row does not tell
     * @param sinceMs    since the entry before
     * @param gap        whether that is longer than usual
     * @param slow       whether the duration is
     */
    record Entry(
            Instant at,
            String table,
            @Nullable String eventId,
            @Nullable String engineInstanceId,
            @Nullable String what,
            @Nullable Long durationMs,
            @Nullable Long sinceMs,
            boolean gap,
            boolean slow) {}

    /** @param nextCursor null when there is nothing more */
    record Timeline(long recordingId, int gaps, int slow, List<Entry> entries, @Nullable String nextCursor) {}

    /** Of each table: what it tells, when that began, when it ended. */
    private record Source(String what, String began, String ended) {}

    private static final String NO_TIME = "logged_at";

    // A step lasts until the next one of the recording, which the index by recording finds in one look.
    private static final String NEXT_STEP =
            """
            (SELECT n.logged_at FROM engine_db_log_steps n
             WHERE n.recording_id = t.recording_id AND n.logged_at >= t.logged_at
                 AND (n.logged_at > t.logged_at OR n.id > t.id)
             ORDER BY n.logged_at, n.id OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY)""";

    private static final Map<LogTable, Source> SOURCES = new LinkedHashMap<>();

    static {
        SOURCES.put(
                LogTable.FUNCTIONS,
                new Source("CONCAT(python_function_name, ': ', start_stop_or_error_msg)", NO_TIME, NO_TIME));
        SOURCES.put(
                LogTable.FUNCTION_ERROR,
                new Source("CONCAT(python_function_name, ': ', error_message_text)", NO_TIME, NO_TIME));
        SOURCES.put(
                LogTable.PRE_SPLIT_AUDIO_FRAME,
                new Source(
                        "CONCAT('frame ', audio_frame_no)", "dt_frame_received", "dt_frame_split_into_100_ms_frames"));
        SOURCES.put(
                LogTable.SPLIT_100_MS_AUDIO_FRAME,
                new Source("CONCAT('frame ', audio_frame_no)", "dt_processing_start", "dt_processing_end"));
        SOURCES.put(
                LogTable.RECORDING_CONFIG,
                new Source(
                        "CONCAT(compose_play_or_practice, CASE WHEN dt_recording_data_purged IS NOT NULL THEN ' purged'"
                                + " WHEN dt_recording_end IS NOT NULL THEN ' ended' ELSE ' started' END)",
                        NO_TIME,
                        NO_TIME));
        SOURCES.put(
                LogTable.WEBSOCKET_MESSAGE,
                new Source("CONCAT('message ', message_type)", "dt_message_received", "dt_message_process_started"));
        SOURCES.put(LogTable.STEPS, new Source("CONCAT('step ', step_name)", NO_TIME, NEXT_STEP));
    }

    private final Reading reading;
    private final EngineLogRows rows;

    RecordingTimeline(Reading reading, EngineLogRows rows) {
        this.reading = reading;
        this.rows = rows;
    }

    Timeline of(long recording, long gapMs, long slowMs, @Nullable Cursor after, int limit) throws SQLException {
        Sql sql = reading.sql()
                .add("SELECT logged_at, table_no, id, event_id, engine_instance_id, what, began, ended" + " FROM (\n");
        String union = "";
        for (Map.Entry<LogTable, Source> source : SOURCES.entrySet()) {
            sql.add(union);
            add(sql, source.getKey(), source.getValue(), recording, after, limit);
            union = "UNION ALL\n";
        }
        sql.add(") entries ORDER BY logged_at, table_no, id OFFSET 0 ROWS FETCH NEXT " + (limit + 1) + " ROWS ONLY");
        return reading.some(sql, found -> read(found, recording, gapMs, slowMs, after, limit));
    }

    private static void add(Sql sql, LogTable table, Source source, long recording, @Nullable Cursor after, int limit) {
        int number = table.ordinal();
        sql.add(
                "SELECT * FROM (SELECT t.logged_at, " + number
                        + " AS table_no, t.id, t.event_id, t.engine_instance_id, "
                        + source.what + " AS what, t." + source.began + " AS began, "
                        + (source.ended.startsWith("(") ? source.ended : "t." + source.ended) + " AS ended FROM "
                        + table.sqlName() + " t WHERE t.recording_id = ?",
                recording);
        if (after != null) {
            Instant at = after.time(0);
            long afterNumber = after.number(1);
            // Rows of one moment go by the number of their table, then by their own.
            if (number < afterNumber) {
                sql.add(" AND t.logged_at > ?", at);
            } else if (number > afterNumber) {
                sql.add(" AND t.logged_at >= ?", at);
            } else {
                sql.add(" AND t.logged_at >= ? AND (t.logged_at > ? OR t.id > ?)", at, at, after.number(2));
            }
        }
        sql.add(" ORDER BY t.logged_at, t.id OFFSET 0 ROWS FETCH NEXT " + (limit + 1) + " ROWS ONLY) table_" + number
                + "\n");
    }

    private Timeline read(ResultSet found, long recording, long gapMs, long slowMs, @Nullable Cursor after, int limit)
            throws SQLException {
        List<Entry> entries = new ArrayList<>();
        Instant before = after == null ? null : after.time(0);
        String next = null;
        String place = null;
        int gaps = 0;
        int slow = 0;
        while (found.next()) {
            if (entries.size() == limit) {
                next = place;
                break;
            }
            Entry entry = entry(found, before, gapMs, slowMs);
            entries.add(entry);
            gaps += entry.gap() ? 1 : 0;
            slow += entry.slow() ? 1 : 0;
            before = entry.at();
            place = Cursor.after(entry.at(), found.getLong(2), found.getLong(3));
        }
        return new Timeline(recording, gaps, slow, entries, next);
    }

    private Entry entry(ResultSet row, @Nullable Instant before, long gapMs, long slowMs) throws SQLException {
        Instant at = java.util.Objects.requireNonNull(rows.time(row, 1));
        LogTable table = LogTable.values()[row.getInt(2)];
        String what = row.getString(6);
        Long duration = duration(table, what, rows.time(row, 7), rows.time(row, 8));
        Long since = before == null ? null : Duration.between(before, at).toMillis();
        return new Entry(
                at,
                table.sqlName(),
                EngineLogRows.id(row, 4),
                EngineLogRows.id(row, 5),
                what,
                duration,
                since,
                since != null && since >= gapMs,
                duration != null && duration >= slowMs);
    }

    private static @Nullable Long duration(
            LogTable table, @Nullable String what, @Nullable Instant began, @Nullable Instant ended) {
        return switch (table) {
            case FUNCTIONS -> {
                Double millis = what == null ? null : FunctionCalls.millisOfEnd(what.substring(what.indexOf(": ") + 2));
                yield millis == null ? null : Math.round(millis);
            }
            case FUNCTION_ERROR, RECORDING_CONFIG -> null;
            default ->
                began == null || ended == null
                        ? null
                        : Duration.between(began, ended).toMillis();
        };
    }
}
