package io.alluvium.webhook.delivery;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.Storage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody foresaw costs the record that it happens to, and neither a worker nor its places. */
class DeliveryTroubleIT {

    private static final Answer DELIVERED = new Answer.Delivered(200, null);

    private static Storage storage;

    @BeforeAll
    static void create() throws SQLException {
        storage = Storage.create("delivery_trouble_it");
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        storage.clear();
    }

    private static Crew crew(Duration lease, Route route) {
        return new Crew(storage, "crew", 1, lease, Duration.ofMillis(100), Crew.NO_STOP, List.of(route));
    }

    private static void awaitCount(int events, String status) {
        await("events are " + status).untilAsserted(() -> assertThat(
                        storage.number("SELECT count(*) FROM webhook_events WHERE status = '" + status + "'"))
                .isEqualTo(events));
    }

    @Test
    void anEventWhoseProgressIsDamagedIsADeadLetterAndTheNextOneGoes() throws SQLException {
        storage.store("s", "first", 2);
        storage.store("s", "second", 2);
        storage.execute("UPDATE webhook_events SET routes = '{\"a\":{\"state\":\"LOST\"}}'"
                + " WHERE record_id = 'first' AND seq = (SELECT min(seq) FROM webhook_events)");
        storage.execute("UPDATE webhook_events SET routes = '{\"a\":{\"state\":\"WAITING\",\"due\":\"soon\"}}'"
                + " WHERE seq = (SELECT max(seq) FROM webhook_events)");

        try (Crew crew = crew(Duration.ofSeconds(30), Crew.route("a", event -> completedFuture(DELIVERED)))) {
            crew.awaitRunning();
            awaitCount(2, "completed");
            awaitCount(2, "dead_letter");
        }

        assertThat(storage.texts("SELECT DISTINCT last_error FROM webhook_events WHERE status = 'dead_letter'"))
                .containsExactly("what is kept of its routes cannot be read");
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isZero();
    }

    @Test
    void aDestinationThatThrowsFailsLikeAnyOther() throws SQLException {
        storage.store("s", "throws", 1);
        storage.store("s", "goes", 5);
        Route route = Crew.route("a", Crew.QUICK, 1_000, 0, 1, event -> {
            if ("throws".equals(event.recordId())) {
                throw new AssertionError("nobody catches this");
            }
            return completedFuture(DELIVERED);
        });

        try (Crew crew = crew(Duration.ofSeconds(30), route)) {
            awaitCount(5, "completed");
            awaitCount(1, "dead_letter");
            crew.awaitRunning();
        }

        assertThat(storage.text("SELECT last_error FROM webhook_events WHERE status = 'dead_letter'"))
                .isEqualTo("a: failed: AssertionError");
    }

    @Test
    void attemptsThatNeverEndLoseNoPlaceForEver() throws SQLException {
        for (int i = 0; i < 200; i++) { // as many as a worker has under way
            storage.store("hangs", "r" + i, 1);
        }
        storage.store("goes", "r", 1);
        Route route = Crew.route(
                "a", event -> event.source().equals("hangs") ? new CompletableFuture<>() : completedFuture(DELIVERED));

        try (Crew crew = crew(Duration.ofSeconds(1), route)) {
            crew.awaitRunning();
            awaitCount(1, "completed");
        }
    }

    @Test
    void resultsThatAreThereOnlyAfterTheLeaseCountWhileNobodyElseHasTheLane() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        storage.store("s", "r", 1);
        DataSource database = awayWhile(away);
        DeliveryWorker worker = new DeliveryWorker(
                new Lanes(database, "worker", Duration.ofMillis(500)),
                new Settlement(database),
                List.of(Crew.route("a", event -> {
                    calls.incrementAndGet();
                    away.set(true);
                    return completedFuture(DELIVERED);
                })),
                new DeliveryWorker.Settings(
                        10, 200, Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(1)),
                new DeliveryMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
                Clock.systemUTC());
        Thread thread = new Thread(worker, "worker");
        thread.start();

        await().untilTrue(away);
        await().until(() ->
                storage.number("SELECT count(*) FROM webhook_lanes WHERE due_at < now() - interval '100 milliseconds'")
                        == 1);
        away.set(false);
        awaitCount(1, "completed");
        worker.stop();
        thread.join();

        assertThat(calls).hasValue(1);
        assertThat(storage.number("SELECT count(*) FROM webhook_attempts")).isEqualTo(1);
    }

    private static DataSource awayWhile(AtomicBoolean away) {
        return (DataSource) Proxy.newProxyInstance(
                DeliveryTroubleIT.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, given) -> {
                    if (away.get()) {
                        throw new SQLException("the database is away");
                    }
                    try {
                        return method.invoke(storage.dataSource(), given);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
