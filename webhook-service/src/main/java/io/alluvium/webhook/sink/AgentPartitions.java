package io.alluvium.webhook.sink;

import io.alluvium.webhook.Transaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of {@code audit_events}. Names and bounds are made of a year and a month and of nothing else. Safe to be
 * called by several processes at once: they take turns.
 */
final class AgentPartitions {

    private static final Logger LOGGER = LoggerFactory.getLogger(AgentPartitions.class);

    private static final Pattern NAME = Pattern.compile("audit_events_(\\d{4})_(\\d{2})");

    /** Months that are dropped in one run. More at once are no passing of time but a mistake, which somebody may yet notice. */
    static final int MOST_DROPPED = 3;

    private static final Duration MOST_DIFFERENCE = Duration.ofDays(1);
    private static final int ATTEMPTS_TO_DROP = 5;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);
    private static final String LOCK_TIMEOUT = "55P03";

    // Until the end of the transaction; the sink never waits for it.
    private static final String TURN =
            """
            SET LOCAL lock_timeout = '10s';
            SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext('audit_events partitions'))
            """;

    // What a partition holds is what its bounds say, whatever it is called.
    private static final String PRESENT =
            """
            SELECT c.relname,
                   coalesce(substring(bounds FROM 'FROM \\(''([^'']+)''\\)')::timestamptz, '-infinity') AS since,
                   coalesce(substring(bounds FROM 'TO \\(''([^'']+)''\\)')::timestamptz, 'infinity') AS until
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
                pg_get_expr(c.relpartbound, c.oid) AS bounds
            WHERE i.inhparent = 'audit_events'::regclass AND bounds <> 'DEFAULT'
            """;

    // Attaching a finished table, unlike creating a partition, lets others write and read meanwhile. One that is
    // already
    // there, with who knows what in it, is not attached: then this fails.
    private static final String CREATE =
            """
            CREATE TABLE %1$s (LIKE audit_events INCLUDING ALL);
            ALTER TABLE audit_events ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s')
            """;

    // Dropping takes a lock on the whole: whoever has to wait for it makes all others wait, so for a moment only.
    private static final String DROP = "SET LOCAL lock_timeout = '200ms'; DROP TABLE IF EXISTS %s";

    /** Tells the time of the database: what is dropped must not depend on the clock of one machine alone. */
    @FunctionalInterface
    interface DatabaseClock {

        DatabaseClock REAL = statement -> {
            try (ResultSet row = statement.executeQuery("SELECT now()")) {
                row.next();
                return row.getObject(1, OffsetDateTime.class).toInstant();
            }
        };

        Instant now(Statement statement) throws SQLException;
    }

    private record Partition(String name, Instant since, Instant until) {

        boolean covers(YearMonth month) {
            return !since.isAfter(AgentMonths.start(month)) && !until.isBefore(AgentMonths.start(month.plusMonths(1)));
        }

        /** Empty for one that somebody made by hand: it is left alone. */
        Optional<YearMonth> month() {
            return AgentPartitions.month(name)
                    .filter(month -> since.equals(AgentMonths.start(month))
                            && until.equals(AgentMonths.start(month.plusMonths(1))));
        }
    }

    private final DataSource dataSource;
    private final AgentMonths months;
    private final DatabaseClock databaseClock;

    AgentPartitions(DataSource dataSource, AgentMonths months, DatabaseClock databaseClock) {
        this.dataSource = dataSource;
        this.months = months;
        this.databaseClock = databaseClock;
    }

    /**
     * Makes sure that every month from the oldest that is kept to the last one ahead has its partition.
     *
     * @return the months of which that failed, for reasons that are in the log
     */
    SortedSet<YearMonth> create() throws SQLException {
        SortedSet<YearMonth> missing = missing();
        for (YearMonth month : List.copyOf(missing)) {
            try {
                create(month);
                missing.remove(month);
            } catch (SQLException failure) {
                LOGGER.atWarn()
                        .addKeyValue("partition", name(month))
                        .setCause(failure)
                        .log("partition not created");
            }
        }
        return missing;
    }

    private SortedSet<YearMonth> missing() throws SQLException {
        List<Partition> present = with(AgentPartitions::present);
        SortedSet<YearMonth> missing = new TreeSet<>();
        for (YearMonth month = months.first(); !month.isAfter(months.last()); month = month.plusMonths(1)) {
            if (!isCovered(month, present)) {
                missing.add(month);
            }
        }
        return missing;
    }

    private static boolean isCovered(YearMonth month, List<Partition> present) {
        return present.stream().anyMatch(partition -> partition.covers(month));
    }

    private void create(YearMonth month) throws SQLException {
        with(statement -> {
            statement.execute(TURN);
            if (!isCovered(month, present(statement))) {
                Instant end = AgentMonths.start(month.plusMonths(1));
                statement.execute(CREATE.formatted(name(month), AgentMonths.start(month), end));
                LOGGER.atInfo().addKeyValue("partition", name(month)).log("partition created");
            }
            return month;
        });
    }

    /**
     * Drops the oldest months before those that are kept, {@value #MOST_DROPPED} at most.
     *
     * @throws IllegalStateException when the clocks of this machine and of the database are so far apart that one is wrong
     */
    void dropOld() throws SQLException {
        List<YearMonth> old = with(this::old);
        if (old.size() > MOST_DROPPED) {
            LOGGER.atError()
                    .addKeyValue("months", old.size())
                    .addKeyValue("dropped", MOST_DROPPED)
                    .log(
                            "more months of audit_events than expected are older than what is kept; some are dropped each hour");
        }
        for (YearMonth month : old.subList(0, Math.min(MOST_DROPPED, old.size()))) {
            drop(month);
        }
    }

    private List<YearMonth> old(Statement statement) throws SQLException {
        Instant now = databaseClock.now(statement);
        if (Duration.between(now, months.clock().instant()).abs().compareTo(MOST_DIFFERENCE) > 0) {
            throw new IllegalStateException("no partition is dropped: it is " + now
                    + " by the clock of the database and " + months.clock().instant() + " by that of this machine");
        }
        YearMonth first = months.first(now);
        return present(statement).stream()
                .flatMap(partition -> partition.month().stream())
                .filter(month -> month.isBefore(first))
                .sorted()
                .toList();
    }

    private void drop(YearMonth month) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                with(statement -> {
                    statement.execute(TURN);
                    statement.execute(DROP.formatted(name(month)));
                    return month;
                });
                LOGGER.atInfo().addKeyValue("partition", name(month)).log("partition dropped");
                return;
            } catch (SQLException failure) {
                if (!LOCK_TIMEOUT.equals(failure.getSQLState()) || attempt == ATTEMPTS_TO_DROP) {
                    throw failure;
                }
                pause();
            }
        }
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", stop);
        }
    }

    static String name(YearMonth month) {
        return "audit_events_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
    }

    /** Empty for a name that is none of ours. */
    static Optional<YearMonth> month(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches() && parts.group(2).matches("0[1-9]|1[0-2]")
                ? Optional.of(YearMonth.of(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    private static List<Partition> present(Statement statement) throws SQLException {
        List<Partition> present = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(PRESENT)) {
            while (rows.next()) {
                present.add(new Partition(
                        rows.getString("relname"),
                        rows.getObject("since", OffsetDateTime.class).toInstant(),
                        rows.getObject("until", OffsetDateTime.class).toInstant()));
            }
        }
        return present;
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Statement statement) throws SQLException;
    }

    private <T> T with(Work<T> work) throws SQLException {
        return Transaction.run(dataSource, (Connection connection) -> {
            try (Statement statement = connection.createStatement()) {
                return work.with(statement);
            }
        });
    }
}
