package io.alluvium.audit.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Problem;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes changes that are older than they need to be kept, in small transactions that the sink does not notice. What a
 * cleanup that breaks off has deleted stays deleted, and the roll-up says so: the next one goes on. One at a time, in all
 * replicas together. Thread-safe.
 */
@Singleton
final class Retention {

    private static final Logger LOGGER = LoggerFactory.getLogger(Retention.class);

    /**
     * @param deletedCount with {@code dryRun} how many would have been
     * @param keptSince    the first moment of which changes are kept: the start of a day in UTC
     */
    record Outcome(long deletedCount, int retentionDays, Instant cleanupDate, Instant keptSince, boolean dryRun) {}

    private final AgroalDataSource dataSource;
    private final Reading reading;
    private final RollUp rollUp;

    Retention(AgroalDataSource dataSource, Reading reading, RollUp rollUp) {
        this.dataSource = dataSource;
        this.reading = reading;
        this.rollUp = rollUp;
    }

    /**
     * @param daysToKeep  whole days before today, 30 to 3650
     * @param entityTypes none for all of them
     * @param user        who asked for it, for the log
     * @throws Problem 400 when the days are out of bounds, 409 while another cleanup is running
     */
    Outcome cleanUp(int daysToKeep, Collection<String> entityTypes, boolean dryRun, @Nullable String user)
            throws SQLException {
        check(daysToKeep);
        Instant now = Clock.systemUTC().instant();
        LocalDate first = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(daysToKeep);
        Instant keptSince = first.atStartOfDay().toInstant(ZoneOffset.UTC);
        long count = dryRun ? rollUp.before(first, entityTypes) : delete(keptSince, List.copyOf(entityTypes));
        LOGGER.atInfo()
                .addKeyValue("user", String.valueOf(user))
                .addKeyValue("keptSince", keptSince)
                .addKeyValue("entityTypes", entityTypes.isEmpty() ? "all" : entityTypes)
                .addKeyValue("deleted", dryRun ? 0 : count)
                .addKeyValue("dryRun", dryRun)
                .log("trail cleaned up");
        return new Outcome(count, daysToKeep, now, keptSince, dryRun);
    }

    private static void check(int daysToKeep) {
        String wrong = daysToKeep < 30
                ? "Cannot retain audit logs for less than 30 days"
                : daysToKeep > 3650 ? "Retention period cannot exceed 10 years" : null;
        if (wrong != null) {
            throw Problem.badRequest(wrong).with("errors", List.of(Map.of("field", "days_to_keep", "message", wrong)));
        }
    }

    private long delete(Instant keptSince, List<String> entityTypes) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                RetentionLock lock = RetentionLock.take(connection, reading.database())) {
            if (!lock.isTaken()) {
                throw Problem.conflict("another cleanup is running; ask again when it has ended");
            }
            ExpiredChanges expired = new ExpiredChanges(connection, reading.database(), keptSince);
            long deleted = 0;
            // One type at a time: then each batch is the begin of one range of an index.
            for (String type : entityTypes.isEmpty() ? Collections.singletonList((String) null) : entityTypes) {
                int batch;
                do {
                    batch = expired.deleteBatch(type);
                    deleted += batch;
                } while (batch == expired.batchSize());
            }
            return deleted;
        }
    }
}
