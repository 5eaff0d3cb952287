package io.alluvium.audit.sink;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Whatever folds and deletes beside the sink: the numbers of the roll-up are those of the rows, at every moment. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "kim", roles = "operator")
@DisabledIfSystemProperty(
        named = "db",
        matches = "sqlserver",
        disabledReason = "needs snapshots as PostgreSQL has them")
class RollUpFoldIT {

    private static final Duration TIME = Duration.ofSeconds(4);
    private static final Instant NOW = Instant.now();

    private static final List<String> VIEWS = List.of("change_count", "change_count_by_type", "change_count_by_user");

    @Inject
    StoredChanges stored;

    @Inject
    AgroalDataSource dataSource;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private final long seed = Long.getLong("fold.seed", System.nanoTime());
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong deleted = new AtomicLong();
    private long end;

    @BeforeEach
    void nothingIsStored() throws SQLException {
        System.out.println("fold.seed=" + seed);
        stored.execute("DELETE FROM audit_change");
        stored.forgetCounts();
    }

    @Test
    void everySnapshotHasAsManyChangesInTheRollUpAsRows() throws Exception {
        end = System.nanoTime() + TIME.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> working = new ArrayList<>();
        for (Callable<Void> work : List.<Callable<Void>>of(this::send, this::fold, this::fold, this::cleanUp)) {
            working.add(threads.submit(work));
        }
        int snapshots = 0;
        while (System.nanoTime() < end) {
            compare();
            snapshots++;
        }
        for (Future<?> one : working) {
            one.get();
        }
        threads.shutdown();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        Long.parseLong(stored.text("SELECT count(*) FROM audit_change")) == sent.get() - deleted.get());
        compare();

        assertThat(snapshots).isGreaterThan(20);
        assertThat(deleted.get()).isBetween(1L, sent.get() - 1);
    }

    private void compare() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            long rows = number(statement, "SELECT count(*) FROM audit_change");
            for (String view : VIEWS) {
                assertThat(number(statement, "SELECT coalesce(sum(changes), 0) FROM " + view))
                        .as(view)
                        .isEqualTo(rows);
            }
            connection.commit();
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** To the topic: the sink of the service under test stores it. */
    private Void send() {
        Random random = new Random(seed);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer())) {
            while (System.nanoTime() < end) {
                int burst = 1 + random.nextInt(300);
                for (int i = 0; i < burst; i++) {
                    String entity = "folded-" + random.nextInt(1000);
                    String data =
                            """
                            {"entity_type":"type-%d","entity_id":"%s","operation":"INSERT","new_values":{},\
                            "changed_by":"user-%d","changed_at":"%s"}"""
                                    .formatted(
                                            random.nextInt(5),
                                            entity,
                                            random.nextInt(20),
                                            NOW.minus(Duration.ofHours(random.nextInt(24 * 60))));
                    UUID id = new UUID(random.nextLong(), random.nextLong());
                    producer.send(Changes.event(id, entity, data));
                }
                producer.flush();
                sent.addAndGet(burst);
            }
        }
        return null;
    }

    /** As the job of a process does; that of the service under test is a third one. */
    private Void fold() throws SQLException {
        PostgresRollUpFold fold = new PostgresRollUpFold();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            while (System.nanoTime() < end) {
                fold.fold(connection);
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
        return null;
    }

    private Void cleanUp() {
        Random random = new Random(seed + 1);
        while (System.nanoTime() < end) {
            deleted.addAndGet(given().contentType("application/json")
                    .body("{\"days_to_keep\":" + (30 + random.nextInt(30)) + "}")
                    .post("/api/audit/cleanup")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath()
                    .getLong("deleted_count"));
        }
        return null;
    }
}
