package io.alluvium.audit.query;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which processes are alive, as far as their heartbeats tell. Thread-safe. */
@Singleton
final class EngineHealth {

    /** A process that was silent for longer than that is an orphan. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    /** A process that was silent for longer than that is forgotten here. */
    private static final Duration MEMORY = Duration.ofHours(24);

    /**
     * @param ageSeconds since the last heartbeat, 0 where it lies ahead
     * @param ahead      whether the clock of the process goes before ours: it is alive, and its times are not to be trusted
     */
    record Process(
            @Nullable String engineInstanceId,
            @Nullable Integer processId,
            Instant lastHeartbeat,
            long ageSeconds,
            boolean orphan,
            boolean ahead,
            @Nullable String activeTasks,
            @Nullable Double memoryUsageMb,
            @Nullable Double cpuPercent) {}

    record Health(Instant at, long orphans, List<Process> processes) {}

    private static final String LAST_HEARTBEATS =
            """
            SELECT engine_instance_id, process_id, COALESCE(last_heartbeat, logged_at), active_tasks, memory_usage_mb,
                   cpu_percent
            FROM (
                SELECT engine_instance_id, process_id, last_heartbeat, logged_at, active_tasks, memory_usage_mb, cpu_percent,
                       ROW_NUMBER() OVER (PARTITION BY engine_instance_id, process_id ORDER BY id DESC) AS stage_from_last
                FROM engine_db_log_process_registry
                WHERE logged_at >= ?
            ) heartbeats
            WHERE stage_from_last = 1
            ORDER BY 3 DESC OFFSET 0 ROWS FETCH NEXT 1000 ROWS ONLY
            """;

    private final Reading reading;
    private final EngineLogRows rows;

    EngineHealth(Reading reading, EngineLogRows rows) {
        this.reading = reading;
        this.rows = rows;
    }

    Health now() throws SQLException {
        Instant now = Instant.now();
        List<Process> processes =
                reading.all(reading.sql().add(LAST_HEARTBEATS, now.minus(MEMORY)), row -> process(row, now));
        long orphans = processes.stream().filter(Process::orphan).count();
        return new Health(now, orphans, processes);
    }

    private Process process(ResultSet row, Instant now) throws SQLException {
        Instant heartbeat = java.util.Objects.requireNonNull(rows.time(row, 3));
        Duration age = Duration.between(heartbeat, now);
        return new Process(
                EngineLogRows.id(row, 1),
                (Integer) row.getObject(2),
                heartbeat,
                Math.max(0, age.toSeconds()),
                age.compareTo(SILENCE) > 0,
                age.isNegative() && age.toSeconds() < -1,
                row.getString(4),
                (Double) row.getObject(5),
                (Double) row.getObject(6));
    }
}
