package io.alluvium.audit.query;

import io.alluvium.audit.query.FunctionCalls.Caller;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What functions cost, from the messages of their calls. Thread-safe. */
@Singleton
final class FunctionSummary {

    /** Rows that one answer looks at. */
    static final int MOST_ROWS = 500_000;

    private static final Duration USUAL = Duration.ofHours(1);

    /**
     * @param calls        {@code Start} messages
     * @param completed    {@code End} messages
     * @param withoutStart ends and errors whose start lies before the time or was dropped; no duration is known of them
     * @param withoutEnd   calls that go on, or whose end lies after the time or was dropped
     * @param medianMs     of the calls with start and end, as {@code percentile_cont} of SQL has it
     */
    record Function(
            String function,
            long calls,
            long completed,
            long errors,
            long withoutStart,
            long withoutEnd,
            @Nullable Double medianMs,
            @Nullable Double p95Ms,
            @Nullable Double maxMs) {}

    record Summary(Instant from, Instant to, List<Function> functions) {}

    private static final String MESSAGES =
            """
            SELECT python_function_name, start_stop_or_error_msg, logged_at, engine_instance_id, python_file_name,
                   recording_id, audio_chunk_no, frame_no
            FROM engine_db_log_functions
            WHERE logged_at >= ? AND logged_at <= ?""";

    private static final String OLDEST_FIRST =
            " ORDER BY logged_at, id OFFSET 0 ROWS FETCH NEXT " + (MOST_ROWS + 1) + " ROWS ONLY";

    private final Reading reading;
    private final EngineLogRows rows;

    FunctionSummary(Reading reading, EngineLogRows rows) {
        this.reading = reading;
        this.rows = rows;
    }

    Summary of(@Nullable UUID instance, @Nullable Instant from, @Nullable Instant to) throws SQLException {
        Instant last = to == null ? Instant.now() : to;
        Instant first = from == null ? last.minus(USUAL) : from;
        Sql sql = reading.sql().add(MESSAGES, first, last);
        if (instance != null) {
            sql.add(" AND engine_instance_id = ?", instance);
        }
        Map<String, FunctionCalls> byName = reading.some(sql.add(OLDEST_FIRST), this::read);
        return new Summary(
                first,
                last,
                byName.entrySet().stream()
                        .map(calls -> function(calls.getKey(), calls.getValue()))
                        .toList());
    }

    private Map<String, FunctionCalls> read(ResultSet row) throws SQLException {
        Map<String, FunctionCalls> byName = new TreeMap<>();
        int count = 0;
        while (row.next()) {
            if (++count > MOST_ROWS) {
                throw Problem.validation(new FieldError(
                        "from", "more than " + MOST_ROWS + " rows lie in this time; choose a shorter one"));
            }
            String name = row.getString(1);
            String message = row.getString(2);
            if (name != null && message != null) {
                Instant at = java.util.Objects.requireNonNull(rows.time(row, 3));
                byName.computeIfAbsent(name, first -> new FunctionCalls()).add(caller(row), message, at);
            }
        }
        return byName;
    }

    private static Caller caller(ResultSet row) throws SQLException {
        return new Caller(
                String.valueOf(row.getString(4)),
                String.valueOf(row.getString(5)),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8));
    }

    private static Function function(String name, FunctionCalls calls) {
        return new Function(
                name,
                calls.calls(),
                calls.completed(),
                calls.errors(),
                calls.withoutStart(),
                calls.withoutEnd(),
                calls.percentile(0.5),
                calls.percentile(0.95),
                calls.percentile(1));
    }
}
