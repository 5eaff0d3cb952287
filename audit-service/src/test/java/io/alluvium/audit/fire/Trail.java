package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the database holds, looked at from outside of the service. */
final class Trail {

    /** Rows of one entity whose number is not greater than that of the row stored before. */
    private static final String OUT_OF_ORDER =
            """
            SELECT count(*) FROM (
                SELECT changed_at, lag(changed_at) OVER (PARTITION BY entity_id ORDER BY id) AS before FROM audit_change
            ) AS rows WHERE changed_at <= before
            """;

    private static final String UNBALANCED =
            "SELECT count(*) FROM sink_offset WHERE polled <> stored + duplicate + collapsed + dead";

    private final String url;

    Trail(LocalStack stack) {
        this.url = stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "audit");
    }

    void run(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement execute = connection.createStatement()) {
            execute.execute(statement);
        }
    }

    /** Makes the table refuse what {@link Traffic} sends to be refused. */
    void refuseSomeRows() throws SQLException {
        run("ALTER TABLE audit_change ADD CONSTRAINT refusal CHECK (entity_id NOT LIKE '" + Traffic.REFUSED + "%')");
    }

    long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Records that have their fate; 0 while the database or its tables are not there. */
    long settled() {
        try {
            return number("SELECT coalesce(sum(polled), 0) FROM sink_offset");
        } catch (SQLException away) {
            return 0;
        }
    }

    Set<UUID> eventIds() throws SQLException {
        Set<UUID> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT event_id FROM audit_change")) {
            while (rows.next()) {
                assertThat(ids.add(rows.getObject(1, UUID.class)))
                        .as("stored once")
                        .isTrue();
            }
        }
        return ids;
    }

    /** Every sound event is a row, once, in order; every bad record is a dead letter; the books balance. */
    void holds(Traffic traffic) throws SQLException {
        assertThat(eventIds()).isEqualTo(traffic.sound());
        assertThat(number("SELECT count(*) FROM dead_letter")).isEqualTo(traffic.bad());
        assertThat(number(OUT_OF_ORDER)).isZero();
        assertThat(number(UNBALANCED)).isZero();
        assertThat(number("SELECT sum(stored) FROM sink_offset"))
                .isEqualTo(traffic.sound().size());
        assertThat(number("SELECT sum(dead) FROM sink_offset")).isEqualTo(traffic.bad());
        await().untilAsserted(() ->
                assertThat(number("SELECT count(*) FROM change_delta")).isZero());
        for (String counts : List.of("change_count", "change_count_by_type", "change_count_by_user")) {
            assertThat(number("SELECT sum(changes) FROM " + counts))
                    .as(counts)
                    .isEqualTo(traffic.sound().size());
        }
    }
}
