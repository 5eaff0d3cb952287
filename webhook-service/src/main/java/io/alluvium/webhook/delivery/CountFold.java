package io.alluvium.webhook.delivery;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the journal of counts into one row for each hour, source, type, module and fate. One statement, one process at a time:
 * whoever reads meanwhile reads the same sums. Nobody waits for it; as long as it is late, answers are right and slower.
 */
@Singleton
final class CountFold {

    private static final Logger LOGGER = LoggerFactory.getLogger(CountFold.class);
    private static final long EVERY_SECONDS = 5;

    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('webhook_counts'), 1)";

    private static final String FOLD =
            """
            WITH journal AS (
                DELETE FROM webhook_counts WHERE NOT folded
                RETURNING hour, source, event_type, module, fate, events
            ), sums AS (
                SELECT hour, source, event_type, module, fate, sum(events) AS events
                FROM journal
                GROUP BY 1, 2, 3, 4, 5
            ), before AS (
                DELETE FROM webhook_counts AS c USING sums AS s
                WHERE c.folded AND c.hour = s.hour AND c.source = s.source AND c.event_type = s.event_type
                      AND c.module IS NOT DISTINCT FROM s.module AND c.fate = s.fate
                RETURNING c.hour, c.source, c.event_type, c.module, c.fate, c.events
            ), totals AS (
                INSERT INTO webhook_totals AS t (fate, events)
                SELECT fate, sum(events) FROM sums GROUP BY fate
                ON CONFLICT (fate) DO UPDATE SET events = t.events + EXCLUDED.events
            )
            INSERT INTO webhook_counts (hour, source, event_type, module, fate, events, folded)
            SELECT hour, source, event_type, module, fate, sum(events), true
            FROM (SELECT * FROM sums UNION ALL SELECT * FROM before) AS sums_and_before
            GROUP BY 1, 2, 3, 4, 5
            """;

    private final AgroalDataSource dataSource;
    private final boolean enabled;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "webhook-counts");
        thread.setDaemon(true);
        return thread;
    });
    private boolean failed;

    CountFold(AgroalDataSource dataSource, WebhookConfig config) {
        this.dataSource = dataSource;
        this.enabled = config.delivery().enabled() || config.sink().enabled();
    }

    void start(@Observes StartupEvent started) {
        if (enabled) {
            scheduler.scheduleWithFixedDelay(this::run, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        scheduler.shutdownNow();
    }

    private void run() {
        try {
            fold();
            failed = false;
        } catch (SQLException | RuntimeException failure) {
            if (!failed && !scheduler.isShutdown()) {
                LOGGER.atWarn().setCause(failure).log("counts not folded; statistics stay right and get slower");
            }
            failed = true;
        }
    }

    /** A normal return means that what was in the journal is folded, or that another process is at it. */
    void fold() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet lock = statement.executeQuery(LOCK)) {
                if (lock.next() && lock.getBoolean(1)) {
                    statement.executeUpdate(FOLD);
                }
                connection.commit();
            } catch (SQLException failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }
}
