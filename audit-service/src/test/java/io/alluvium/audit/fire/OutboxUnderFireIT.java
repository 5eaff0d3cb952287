package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.Changes;
import io.alluvium.localstack.LocalStack;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two services, a relay in each, while Kafka is away for half a minute and the services are killed: every commit is on the
 * trail, once, in the order of its calculation, and no rollback is.
 */
class OutboxUnderFireIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final int CLERKS = 4;

    private static final String COMMITTED = "SELECT count(*) FROM user_calculations";

    private static final String INSERTED =
            "SELECT count(*) FROM audit_change WHERE entity_type = 'user_calculations' AND operation = 'INSERT'";

    /** Changes whose image before is not the image after of the change that was stored before. */
    private static final String BROKEN_CHAIN =
            """
            SELECT count(*) FROM (
                SELECT operation, CAST(old_values AS jsonb) AS before,
                       lag(CAST(new_values AS jsonb)) OVER (PARTITION BY entity_id ORDER BY id) AS known
                FROM audit_change WHERE entity_type = 'user_calculations'
            ) AS changes WHERE before IS DISTINCT FROM known
            """;

    /** Calculations whose row is not what the trail says last. */
    private static final String BEHIND =
            """
            SELECT count(*) FROM user_calculations WHERE description <> (
                SELECT new_values ->> 'description' FROM audit_change
                WHERE entity_type = 'user_calculations' AND entity_id = CAST(user_calculations.id AS text)
                ORDER BY audit_change.id DESC LIMIT 1)
            """;

    /** Steps on the trail: a step that was done once more, for want of an answer, has the same description. */
    private static final String STEPS =
            """
            SELECT count(DISTINCT (entity_id, new_values ->> 'description')) FROM audit_change
            WHERE entity_type = 'user_calculations' AND new_values ->> 'description' <> '0'
            """;

    private static final String UNBALANCED =
            "SELECT count(*) FROM sink_offset WHERE polled <> stored + duplicate + collapsed + dead";

    @TempDir
    Path directory;

    private final AtomicInteger turn = new AtomicInteger();
    private LocalStack stack;
    private Trail trail;
    private Consumers services;
    private volatile List<ServiceProcess> alive = List.of();

    @BeforeEach
    void start() throws Exception {
        stack = LocalStack.start(directory, 0, 0);
        stack.postgres().createSchemaWithRole("audit");
        trail = new Trail(stack);
        services = new Consumers(stack);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Changes.TOPIC, 4, (short) 1)))
                    .all()
                    .get();
        }
        ServiceProcess first = services.start("outbox-one");
        await("the schema is there").atMost(PATIENCE).ignoreExceptions().until(() -> trail.number(COMMITTED) == 0);
        alive = List.of(first, services.start("outbox-two"));
    }

    @AfterEach
    void stop() {
        services.close();
        stack.close();
    }

    private ServiceProcess next() {
        return alive.get(Math.floorMod(turn.getAndIncrement(), alive.size()));
    }

    @Test
    void whatIsCommittedIsStoredOnceAndInOrderWhateverHappens() throws Exception {
        List<Integer> steps;
        try (Clerks clerks = new Clerks(this::next)) {
            clerks.start(CLERKS);
            awaitSteps(clerks, 100);

            stack.kafka().stop();
            clerks.slowest();
            long began = System.nanoTime();
            int before = clerks.done();
            await().atMost(PATIENCE).until(() -> System.nanoTime() - began > OUTAGE.toNanos());
            assertThat(clerks.done()).as("nobody waits for Kafka").isGreaterThan(before + 100);
            assertThat(clerks.slowest()).isLessThan(Duration.ofSeconds(5));
            ServiceProcess survivor = alive.get(0);
            alive = List.of(survivor);
            services.kill("outbox-two");
            stack.kafka().start();
            awaitSteps(clerks, 100);

            alive = List.of(survivor, services.start("outbox-three"));
            awaitSteps(clerks, 200);
            alive = alive.subList(1, 2);
            services.kill("outbox-one");
            awaitSteps(clerks, 100);
            steps = clerks.finish();
        }

        await("the outbox is empty").atMost(PATIENCE).until(() -> trail.number("SELECT count(*) FROM outbox") == 0);
        await("all is stored").atMost(PATIENCE).untilAsserted(() -> assertThat(trail.number(BEHIND))
                .isZero());
        holds(steps.stream().mapToInt(Integer::intValue).sum());
    }

    private static void awaitSteps(Clerks clerks, int more) {
        int before = clerks.done();
        await("clerks go on").atMost(PATIENCE).until(() -> clerks.done() >= before + more);
    }

    private void holds(int steps) throws SQLException {
        assertThat(trail.number(COMMITTED)).isEqualTo(CLERKS);
        assertThat(trail.number(INSERTED)).as("no rollback is on the trail").isEqualTo(CLERKS);
        assertThat(trail.number(STEPS)).isEqualTo(steps);
        assertThat(trail.number(BROKEN_CHAIN)).isZero();
        assertThat(trail.eventIds()).hasSizeGreaterThanOrEqualTo(steps + 2 * CLERKS);
        assertThat(trail.number(UNBALANCED)).isZero();
        assertThat(trail.number("SELECT sum(dead) FROM sink_offset")).isZero();
    }
}
