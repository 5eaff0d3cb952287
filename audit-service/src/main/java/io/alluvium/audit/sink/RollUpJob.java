package io.alluvium.audit.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditConfig;
import io.alluvium.sink.SinkDatabase;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the journal of the roll-up into the totals, again and again. Nobody waits for it: as long as it is late, or the
 * process is dead, queries add up what is in the journal.
 */
@Singleton
final class RollUpJob {

    private static final Logger LOGGER = LoggerFactory.getLogger(RollUpJob.class);
    private static final long EVERY_MILLIS = 1000;

    private final AgroalDataSource dataSource;
    private final boolean enabled;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "roll-up");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable RollUpFold fold;
    private boolean failed;

    RollUpJob(AgroalDataSource dataSource, AuditConfig config) {
        this.dataSource = dataSource;
        this.enabled = config.sink().enabled();
    }

    void start(@Observes StartupEvent started) {
        if (enabled) {
            scheduler.scheduleWithFixedDelay(this::run, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void run() {
        try {
            foldAll();
            failed = false;
        } catch (SQLException | RuntimeException failure) {
            if (!failed) {
                LOGGER.atWarn().setCause(failure).log("roll-up not folded; queries stay right and get slower");
            }
            failed = true;
        }
    }

    /** A normal return means that what was in the journal is in the totals, or that another process is at it. */
    void foldAll() throws SQLException {
        RollUpFold known = fold == null ? fold = of(SinkDatabase.of(dataSource)) : fold;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                boolean more;
                do {
                    more = known.fold(connection);
                    connection.commit();
                } while (more);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static RollUpFold of(SinkDatabase database) {
        return switch (database) {
            case POSTGRESQL -> new PostgresRollUpFold();
            case SQLSERVER -> new SqlServerRollUpFold();
        };
    }

    @PreDestroy
    void stop() {
        scheduler.shutdownNow();
    }
}
