package io.alluvium.webhook.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class AgentPartitionsIT {

    private static final String INSERT =
            """
            INSERT INTO audit_events (event_id, event_type, timestamp, action, kafka_partition, kafka_offset)
            VALUES (gen_random_uuid(), 'a', '%s', 'b', 0, 0)
            """;

    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();

    @BeforeEach
    void emptyTable() throws Exception {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("agent_partitions");
        dataSource.setUrl(server.jdbcUrl(LocalPostgres.DATABASE, "agent_partitions"));
        run("DROP TABLE IF EXISTS audit_events, audit_events_2026_08; DROP SEQUENCE IF EXISTS audit_events_seq");
        try (InputStream migration =
                AgentPartitions.class.getResourceAsStream("/db/migration/postgresql/V4__audit_events.sql")) {
            run(new String(migration.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private AgentPartitions at(String now) {
        return new AgentPartitions(dataSource, months(now), statement -> Instant.parse(now));
    }

    private static AgentMonths months(String now) {
        return new AgentMonths(Clock.fixed(Instant.parse(now), ZoneOffset.UTC), 6, 3);
    }

    private void run(String statements) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private List<String> partitions() throws SQLException {
        return texts("SELECT relname FROM pg_class JOIN pg_inherits ON oid = inhrelid"
                + " WHERE inhparent = 'audit_events'::regclass ORDER BY relname");
    }

    private List<String> texts(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    @Test
    void theMonthsThatAreKeptAndThreeAheadHaveTheirPartition() throws SQLException {
        at("2026-11-21T12:00:00Z").create();

        assertThat(partitions())
                .hasSize(10)
                .startsWith("audit_events_2026_05")
                .contains("audit_events_2026_11", "audit_events_2026_12", "audit_events_2027_01")
                .endsWith("audit_events_2027_02");
    }

    @Test
    void everythingThatIsTakenHasItsPartition() throws SQLException {
        AgentMonths months = months("2026-11-21T12:00:00Z");
        at("2026-11-21T12:00:00Z").create();

        run(INSERT.formatted(months.since()));
        run(INSERT.formatted(months.until().minusNanos(1000)));

        assertThat(texts("SELECT tableoid::regclass::text FROM audit_events ORDER BY timestamp"))
                .containsExactly("audit_events_2026_05", "audit_events_2027_01");
        assertThat(texts("SELECT seq FROM audit_events ORDER BY seq")).doesNotHaveDuplicates();
    }

    @Test
    void aNewMonthIsTakenBeforeItsPartitionsAreMaintained() throws SQLException {
        at("2026-11-30T23:59:59Z").create();

        run(INSERT.formatted(months("2026-12-01T00:00:01Z").until().minusNanos(1000)));

        assertThat(texts("SELECT tableoid::regclass::text FROM audit_events")).containsExactly("audit_events_2027_02");
    }

    @Test
    void whatIsOlderThanIsKeptIsDroppedWholeAndNothingElse() throws SQLException {
        at("2026-11-21T12:00:00Z").create();
        run(INSERT.formatted("2026-05-31T23:59:59.999999Z"));
        run(INSERT.formatted("2026-06-01T00:00:00Z"));

        at("2026-12-01T00:00:00Z").dropOld();

        assertThat(partitions()).hasSize(9).startsWith("audit_events_2026_06");
        assertThat(texts("SELECT tableoid::regclass::text FROM audit_events")).containsExactly("audit_events_2026_06");
        assertThat(texts("SELECT to_regclass('audit_events_2026_05')::text")).containsExactly((String) null);
    }

    @Test
    void aPartitionOfAnotherNameIsLeftAlone() throws SQLException {
        run("CREATE TABLE archive PARTITION OF audit_events FOR VALUES FROM ('2020-01-01Z') TO ('2021-01-01Z')");
        at("2026-11-21T12:00:00Z").create();

        at("2026-11-21T12:00:00Z").dropOld();

        assertThat(partitions()).hasSize(11).contains("archive");
    }

    @Test
    void severalAtOnceTakeTurns() throws SQLException {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String now = i % 2 == 0 ? "2026-11-21T12:00:00Z" : "2026-12-01T00:00:00Z";
            all.add(CompletableFuture.runAsync(() -> maintain(now)));
        }
        all.forEach(CompletableFuture::join);
        maintain("2026-12-01T00:00:00Z");

        assertThat(partitions()).hasSize(10).startsWith("audit_events_2026_06").endsWith("audit_events_2027_03");
    }

    private void maintain(String now) {
        try {
            at(now).create();
            at(now).dropOld();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void droppingNeverWaitsForLong() throws SQLException {
        at("2026-11-21T12:00:00Z").create();
        try (Connection reader = dataSource.getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.executeQuery("SELECT 1 FROM audit_events");

            assertThatThrownBy(() -> at("2027-01-01T00:00:00Z").dropOld()).hasMessageContaining("lock timeout");
            at("2027-01-01T00:00:00Z").create();
            reader.rollback();
        }
        at("2027-01-01T00:00:00Z").dropOld();

        assertThat(partitions()).startsWith("audit_events_2026_07").endsWith("audit_events_2027_04");
    }

    @Test
    void namesAreMadeOfMonthsAndReadBackAsSuch() {
        assertThat(AgentPartitions.name(YearMonth.of(2026, 3))).isEqualTo("audit_events_2026_03");
        assertThat(AgentPartitions.month("audit_events_2026_03")).contains(YearMonth.of(2026, 3));
        assertThat(List.of(
                        "audit_events_2026_13", "audit_events_2026_00", "audit_events_2026_03_x", "audit_events", "x"))
                .allSatisfy(name -> assertThat(AgentPartitions.month(name)).isEmpty());
    }

    @Test
    void nothingIsDroppedWhileTheClocksDisagree() throws SQLException {
        at("2026-11-21T12:00:00Z").create();
        AgentPartitions wrong = new AgentPartitions(
                dataSource, months("2028-01-01T00:00:00Z"), statement -> Instant.parse("2026-11-21T12:00:00Z"));

        assertThatThrownBy(wrong::dropOld).hasMessageContaining("no partition is dropped: it is 2026-11-21T12:00:00Z");

        assertThat(partitions()).hasSize(10);
    }

    @Test
    void theTimeOfTheDatabaseIsReadFromIt() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(AgentPartitions.DatabaseClock.REAL.now(statement))
                    .isCloseTo(Instant.now(), within(1, ChronoUnit.HOURS));
        }
    }

    @Test
    void aFewMonthsAtMostAreDroppedInOneRunTheOldestFirst() throws SQLException {
        at("2026-11-21T12:00:00Z").create();

        at("2027-06-01T00:00:00Z").dropOld();

        assertThat(partitions()).hasSize(7).startsWith("audit_events_2026_08");
    }

    @Test
    void aMonthThatCannotBeCreatedStandsInTheWayOfNoOther() throws SQLException {
        run("CREATE TABLE audit_events_2026_08 (LIKE audit_events INCLUDING ALL)");
        run(INSERT.formatted("2026-08-01T00:00:00Z").replace("audit_events", "audit_events_2026_08"));

        assertThat(at("2026-11-21T12:00:00Z").create()).containsExactly(YearMonth.of(2026, 8));

        assertThat(partitions()).hasSize(9).doesNotContain("audit_events_2026_08");
    }

    @Test
    void aMonthThatAPartitionOfAnotherNameHoldsNeedsNoneOfItsOwn() throws SQLException {
        run("CREATE TABLE archive PARTITION OF audit_events FOR VALUES FROM ('2026-01-01Z') TO ('2026-08-01Z')");
        // Made by hand, with a name that promises another month than it holds.
        run(
                "CREATE TABLE audit_events_2020_01 PARTITION OF audit_events FOR VALUES FROM ('2026-08-01Z') TO ('2026-09-01Z')");

        assertThat(at("2026-11-21T12:00:00Z").create()).isEmpty();
        at("2026-11-21T12:00:00Z").dropOld();

        assertThat(partitions()).hasSize(8).contains("archive", "audit_events_2020_01", "audit_events_2026_09");
    }

    @Test
    void aPartitionIsAddedWhileOthersWriteAndRead() throws SQLException {
        at("2026-11-21T12:00:00Z").create();
        try (Connection writer = dataSource.getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(INSERT.formatted("2026-11-21T12:00:00Z"));

            assertThat(at("2026-12-01T00:00:00Z").create()).isEmpty();
            writer.commit();
        }

        assertThat(partitions()).endsWith("audit_events_2027_03");
    }
}
