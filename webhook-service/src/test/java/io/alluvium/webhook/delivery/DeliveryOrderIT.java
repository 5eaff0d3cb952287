package io.alluvium.webhook.delivery;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several processes' workers deliver while events are stored, attempts fail, and workers die: nothing is lost, and no record
 * sees an event before the ones that came earlier. {@code -Dorder.seed=} repeats a run.
 */
class DeliveryOrderIT {

    private static final int TRANSACTIONS = 120;
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration ROUND = Duration.ofMillis(600);

    private static Storage storage;

    private final long seed = Long.getLong("order.seed", System.nanoTime());
    private final ConcurrentLinkedQueue<StoredEvent> delivered = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void create() throws SQLException {
        storage = Storage.create("delivery_order_it");
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        storage.clear();
    }

    /** Takes most events, fails some, puts some off, and answers sooner or later. */
    private CompletionStage<Answer> moody(Random random, StoredEvent event) {
        int mood;
        synchronized (random) {
            mood = random.nextInt(100);
        }
        if (mood < 10) {
            return completedFuture(new Answer.Failed("answered 503", 503, true, null));
        }
        if (mood < 15) {
            return completedFuture(new Answer.Later("not now", Duration.ofMillis(mood)));
        }
        if (mood < 18) {
            delivered.add(event); // the receiver has it, and its answer got lost
            return completedFuture(new Answer.Failed("the connection failed", null, true, null));
        }
        if (mood < 40) {
            return CompletableFuture.supplyAsync(
                    () -> take(event), CompletableFuture.delayedExecutor(mood, TimeUnit.MILLISECONDS));
        }
        return completedFuture(take(event));
    }

    private Answer take(StoredEvent event) {
        delivered.add(event);
        return new Answer.Delivered(200, null);
    }

    @ParameterizedTest(name = "{0} records")
    @ValueSource(ints = {1, 7, 400})
    void everyEventIsDeliveredAndEveryRecordSeesItsOrder(int records) throws Exception {
        System.out.println("order.seed=" + seed);
        Random random = new Random(seed);
        RetrySchedule patient = new RetrySchedule(1000, Duration.ofMillis(10), Duration.ofMillis(40), List.of());
        List<Route> routes = List.of(Crew.route("moody", patient, 1_000_000, 0, 1_000, event -> moody(random, event)));
        // What this one takes it never settles: it is a process that hangs.
        List<Route> silent = List.of(Crew.route("moody", event -> {
            delivered.add(event);
            return new CompletableFuture<>();
        }));
        CompletableFuture<Void> storing = CompletableFuture.runAsync(() -> store(records, new Random(seed + 1)));
        Crew hangs = new Crew(storage, "hangs", 1, LEASE, ROUND, Crew.NO_STOP, silent);
        try (Crew one = new Crew(storage, "one", 2, LEASE, ROUND, Duration.ofSeconds(5), routes);
                Crew two = new Crew(storage, "two", 2, LEASE, ROUND, Duration.ofSeconds(5), routes)) {
            storing.join();
            hangs.close();
            await("all events are settled")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> storage.number("SELECT count(*) FROM webhook_events WHERE status = 'pending'") == 0);
            assertThat(one.figures().succeeded() + two.figures().succeeded())
                    .isEqualTo(storage.number("SELECT count(*) FROM webhook_events"));
        }

        assertThat(storage.number("SELECT count(*) FROM webhook_events WHERE status <> 'completed'"))
                .isZero();
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isZero();
        assertThat(overtaken()).isEmpty();
        Set<Object> ids = new HashSet<>();
        delivered.forEach(event -> ids.add(event.id()));
        assertThat(ids).hasSize((int) storage.number("SELECT count(*) FROM webhook_events"));
    }

    /** As the sink does: transactions with several records each, some of which are rolled back. */
    private static void store(int records, Random random) {
        try (Connection connection = storage.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < (records == 1 ? TRANSACTIONS / 4 : TRANSACTIONS); i++) {
                for (int j = 0; j < 3; j++) {
                    Storage.store(connection, "s", "r" + random.nextInt(records), 1 + random.nextInt(4));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
            connection.setAutoCommit(true);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Events that were delivered for the first time after a later one of their record. */
    private List<String> overtaken() {
        Map<String, Long> newest = new HashMap<>();
        Set<Object> seen = new HashSet<>();
        List<String> overtaken = new ArrayList<>();
        for (StoredEvent event : delivered) {
            if (seen.add(event.id()) && newest.getOrDefault(event.orderKey(), 0L) > event.seq()) {
                overtaken.add(event.orderKey() + " " + event.seq());
            }
            newest.merge(event.orderKey(), event.seq(), Math::max);
        }
        return overtaken;
    }
}
