package io.alluvium.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** The tables of the service, looked at and emptied from outside. Not thread-safe. */
final class Trail implements AutoCloseable {

    private static final String UNBALANCED =
            "SELECT count(*) FROM sink_offset WHERE polled <> stored + duplicate + collapsed + dead";

    private final Connection connection;
    private final Connection superuser;

    private Trail(Connection connection, Connection superuser) {
        this.connection = connection;
        this.superuser = superuser;
    }

    static Trail open(StackProcess stack) throws SQLException {
        return new Trail(
                DriverManager.getConnection(stack.jdbcUrl()), DriverManager.getConnection(stack.superuserUrl()));
    }

    /** Has the service make its tables, without reading the topic. */
    static void migrate(StackProcess stack) throws java.io.IOException, InterruptedException {
        Report.progress("the service makes its tables");
        try (ServiceProcess service =
                ServiceProcess.start(stack, "migration", List.of(), Map.of("audit.sink.enabled", "false"))) {
            service.awaitReady();
        }
    }

    /** Nothing is stored any more, and nothing is left over for the next one to write out. */
    void reset() throws SQLException {
        execute("TRUNCATE audit_change, change_delta, change_total, change_total_by_type, change_total_by_user,"
                + " dead_letter, sink_offset");
        try (Statement checkpoint = superuser.createStatement()) {
            checkpoint.execute("CHECKPOINT");
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String query) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    String text(String query) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Records of the topic that have their fate. */
    long settled() throws SQLException {
        return number("SELECT coalesce(sum(polled), 0) FROM sink_offset");
    }

    /** @throws IllegalStateException unless all of so many events are rows, each once, and counted everywhere */
    void mustHold(long events) throws SQLException {
        must("rows", "SELECT count(*) FROM audit_change", events);
        must("ids", "SELECT count(DISTINCT event_id) FROM audit_change", events);
        must("records with a fate", "SELECT sum(polled) FROM sink_offset", events);
        must("stored", "SELECT sum(stored) FROM sink_offset", events);
        must("offsets", "SELECT sum(next_offset) FROM sink_offset", events);
        must("counted changes", "SELECT sum(changes) FROM change_count", events);
        must("dead letters", "SELECT count(*) FROM dead_letter", 0);
        must("partitions out of balance", UNBALANCED, 0);
    }

    void mustHaveRows(long events) throws SQLException {
        must("rows", "SELECT count(*) FROM audit_change", events);
    }

    private void must(String what, String query, long expected) throws SQLException {
        long found = number(query);
        if (found != expected) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }

    @Override
    public void close() throws SQLException {
        try (superuser) {
            connection.close();
        }
    }
}
