package io.alluvium.audit.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes old rows of engine logs in small transactions, the oldest first. One at a time, in all replicas together. */
@Singleton
final class EngineLogRetention {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineLogRetention.class);
    private static final int BATCH_POSTGRES = 5000;

    /** SQL Server takes a lock for each key, and with 5,000 of them the whole table. */
    private static final int BATCH_SQLSERVER = 500;

    private static final int TIMEOUT = 120;

    /** @param byTable tables of which nothing was deleted are left out */
    record Outcome(long deletedCount, Instant before, Map<String, Long> byTable) {}

    private final AgroalDataSource dataSource;
    private final Reading reading;

    EngineLogRetention(AgroalDataSource dataSource, Reading reading) {
        this.dataSource = dataSource;
        this.reading = reading;
    }

    /** @throws Problem 422 without a moment that lies in the past, 409 while another clean-up is running */
    Outcome deleteBefore(@Nullable Instant before, @Nullable String user) throws SQLException {
        if (before == null || before.isAfter(Instant.now())) {
            throw Problem.validation(new FieldError("before", "is required, and must not lie in the future"));
        }
        Map<String, Long> deleted = new LinkedHashMap<>();
        try (Connection connection = dataSource.getConnection();
                RetentionLock lock = RetentionLock.take(connection, reading.database())) {
            if (!lock.isTaken()) {
                throw Problem.conflict("another cleanup is running; ask again when it has ended");
            }
            for (LogTable table : LogTable.values()) {
                long count = delete(connection, table, before);
                if (count > 0) {
                    deleted.put(table.sqlName(), count);
                }
            }
        }
        long all = deleted.values().stream().mapToLong(Long::longValue).sum();
        LOGGER.atInfo()
                .addKeyValue("user", String.valueOf(user))
                .addKeyValue("before", before)
                .addKeyValue("deleted", all)
                .log("engine logs cleaned up");
        return new Outcome(all, before, deleted);
    }

    private long delete(Connection connection, LogTable table, Instant before) throws SQLException {
        boolean postgres = reading.database() == SinkDatabase.POSTGRESQL;
        int batch = postgres ? BATCH_POSTGRES : BATCH_SQLSERVER;
        String name = table.sqlName();
        String oldest = " WHERE logged_at < ? ORDER BY logged_at, id OFFSET 0 ROWS FETCH NEXT " + batch + " ROWS ONLY)";
        Sql sql = reading.sql()
                .add(
                        postgres
                                ? "DELETE FROM " + name + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + name + oldest
                                        + ")"
                                : "DELETE FROM " + name + " WHERE id IN (SELECT id FROM " + name + oldest,
                        before);
        long deleted = 0;
        int last;
        try (PreparedStatement delete = sql.prepare(connection, TIMEOUT)) {
            do {
                last = delete.executeUpdate(); // RetentionLock has set the connection to commit each
                deleted += last;
            } while (last == batch);
        }
        return deleted;
    }
}
