package io.alluvium.webhook.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
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

    // Until the end of the transaction; the sink never waits for it.
    private static final String TURN =
            "SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext('audit_events partitions'))";

    private static final String PRESENT =
            """
            SELECT c.relname
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'audit_events'::regclass
            """;

    // Attaching a finished table, unlike creating a partition, lets others write and read meanwhile.
    private static final String CREATE =
            """
            CREATE TABLE IF NOT EXISTS %1$s (LIKE audit_events INCLUDING ALL);
            ALTER TABLE audit_events ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s')
            """;

    // Dropping takes a lock on the whole: whoever has to wait for it makes all others wait, so not for long.
    private static final String NOT_FOR_LONG = "SET LOCAL lock_timeout = '2s'";

    private final DataSource dataSource;
    private final AgentMonths months;

    AgentPartitions(DataSource dataSource, AgentMonths months) {
        this.dataSource = dataSource;
        this.months = months;
    }

    /** A normal return means that every month from the oldest that is kept to the last one ahead has its partition. */
    void create() throws SQLException {
        inTurn(statement -> {
            SortedSet<YearMonth> present = present(statement);
            for (YearMonth month = months.first(); !month.isAfter(months.last()); month = month.plusMonths(1)) {
                if (!present.contains(month)) {
                    Instant end = AgentMonths.start(month.plusMonths(1));
                    statement.execute(CREATE.formatted(name(month), AgentMonths.start(month), end));
                    LOGGER.atInfo().addKeyValue("partition", name(month)).log("partition created");
                }
            }
        });
    }

    /** A normal return means that there is no partition of a month before the oldest that is kept. */
    void dropOld() throws SQLException {
        SortedSet<YearMonth> old = new TreeSet<>();
        inTurn(statement -> old.addAll(present(statement).headSet(months.first())));
        for (YearMonth month : old) {
            inTurn(statement -> {
                statement.execute(NOT_FOR_LONG);
                statement.execute("DROP TABLE IF EXISTS " + name(month));
            });
            LOGGER.atInfo().addKeyValue("partition", name(month)).log("partition dropped");
        }
    }

    static String name(YearMonth month) {
        return "audit_events_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
    }

    /** Empty for a partition that somebody made by hand under another name: it is left alone. */
    static Optional<YearMonth> month(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches() && parts.group(2).matches("0[1-9]|1[0-2]")
                ? Optional.of(YearMonth.of(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    private static SortedSet<YearMonth> present(Statement statement) throws SQLException {
        SortedSet<YearMonth> present = new TreeSet<>();
        try (ResultSet names = statement.executeQuery(PRESENT)) {
            while (names.next()) {
                month(names.getString(1)).ifPresent(present::add);
            }
        }
        return present;
    }

    @FunctionalInterface
    private interface Work {
        void with(Statement statement) throws SQLException;
    }

    private void inTurn(Work work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(TURN);
                work.with(statement);
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
