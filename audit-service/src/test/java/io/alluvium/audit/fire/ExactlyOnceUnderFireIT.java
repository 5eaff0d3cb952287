package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.Changes;
import io.alluvium.localstack.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise of the service, under fire: real Kafka, real PostgreSQL, and service processes that are killed.
 * {@code -Dfire.seed=} repeats a run.
 */
class ExactlyOnceUnderFireIT {

    private static final int EVENTS = Integer.getInteger("fire.events", 200_000);
    private static final int KILLS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final long seed = Long.getLong("fire.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    private LocalStack stack;
    private Trail trail;

    @BeforeEach
    void start() throws Exception {
        System.out.println("fire.seed=" + seed);
        stack = LocalStack.start(directory, 0, 0);
        stack.postgres().createSchemaWithRole("audit");
        trail = new Trail(stack);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Changes.TOPIC, 4, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        stack.close();
    }

    @Test
    void nothingIsLostAndNothingIsStoredTwice() throws Exception {
        try (Traffic traffic = new Traffic(stack.kafka().bootstrapServers(), seed);
                Consumers consumers = new Consumers(stack)) {
            consumers.start("a");
            refuseSomeRows();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendAll(traffic));
            for (int kill = 0; kill < KILLS; kill++) {
                awaitProgress(consumers);
                switch (kill) {
                    case 1, 4 -> crashPostgres();
                    case 2 -> consumers.start("b");
                    case 3 -> consumers.stop("b");
                    default -> {
                        /* the kill alone */
                    }
                }
                consumers.kill("a");
                consumers.start("a");
            }
            sending.join();
            await("everything is settled").atMost(PATIENCE).until(() -> trail.settled() == traffic.sent());

            assertThat(traffic.sent()).isEqualTo(EVENTS);
            assertThat(traffic.bad()).isPositive();
            assertThat(trail.number("SELECT sum(duplicate) FROM sink_offset")).isPositive();
            trail.holds(traffic);
        }
    }

    /** Sent in portions that the progress of the sink releases, so that every kill meets work under way. */
    private void sendAll(Traffic traffic) {
        int portion = EVENTS / 20;
        for (int i = 0; i < 20; i++) {
            traffic.send(portion);
            long ahead = traffic.sent() - 2L * portion;
            await("the sink follows").atMost(PATIENCE).until(() -> trail.settled() >= ahead);
        }
    }

    private void refuseSomeRows() {
        await("the schema is there").atMost(PATIENCE).ignoreExceptions().until(() -> {
            trail.refuseSomeRows();
            return true;
        });
    }

    /** At least one more batch is stored, and then some: the kill comes at a point that the seed chooses. */
    private void awaitProgress(Consumers consumers) {
        long target = trail.settled() + 1 + random.nextInt(EVENTS / 20);
        await("progress between kills").atMost(PATIENCE).until(() -> trail.settled() >= Math.min(target, EVENTS));
        consumers.mustBeAlive();
    }

    private void crashPostgres() {
        stack.postgres().stopImmediate();
        stack.postgres().start();
    }
}
