package io.alluvium.audit.sink;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditConfig;
import io.alluvium.kit.DaemonThread;
import io.alluvium.sink.SinkDatabase;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(new DaemonThread("roll-up"));

    private @Nullable RollUpFold fold;
    private boolean failed;

    private volatile Instant lastFold = Instant.now();

    RollUpJob(AgroalDataSource dataSource, AuditConfig config, MeterRegistry meters) {
        this.dataSource = dataSource;
        this.enabled = config.sink().enabled();
        if (enabled) {
            Gauge.builder("alluvium.rollup.age", this, RollUpJob::age)
                    .description("Since the journal of the roll-up was last folded, if there was anything to fold")
                    .baseUnit("seconds")
                    .register(meters);
        }
    }

    private double age() {
        return Duration.between(lastFold, Instant.now()).toMillis() / 1000.0;
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
            lastFold = Instant.now();
        } catch (Throwable failure) { // one that got out would end the job for good
            if (!failed && !scheduler.isShutdown()) {
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
            } catch (SQLException failure) {
                connection.rollback();
                throw failure;
            } finally {
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
