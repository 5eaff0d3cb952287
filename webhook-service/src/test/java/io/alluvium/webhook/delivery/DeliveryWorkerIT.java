package io.alluvium.webhook.delivery;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.Storage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workers do with events, whatever destinations answer. */
class DeliveryWorkerIT {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Answer DELIVERED = new Answer.Delivered(200, null);
    private static final Answer DOWN = new Answer.Failed("answered 500", 500, true, null);

    private static Storage storage;

    @BeforeAll
    static void create() throws SQLException {
        storage = Storage.create("delivery_worker_it");
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        storage.clear();
    }

    private static Crew crew(Route... routes) {
        return new Crew(storage, "crew", 2, LEASE, List.of(routes));
    }

    private static void awaitCount(int events, String status) {
        await("events are " + status).untilAsserted(() -> assertThat(
                        storage.number("SELECT count(*) FROM webhook_events WHERE status = '" + status + "'"))
                .isEqualTo(events));
    }

    @Test
    void aFreshEventIsDeliveredInWellUnderASecond() throws Exception {
        CompletableFuture<Long> delivered = new CompletableFuture<>();
        try (Crew crew = crew(Crew.route("a", event -> {
            delivered.complete(System.nanoTime());
            return completedFuture(DELIVERED);
        }))) {
            crew.awaitRunning();
            storage.store("s", "r", 1);
            long stored = System.nanoTime();

            assertThat(Duration.ofNanos(delivered.join() - stored)).isLessThan(Duration.ofMillis(500));
            awaitCount(1, "completed");
        }
        assertThat(storage.text("SELECT attempts FROM webhook_events")).isEqualTo("1");
        assertThat(storage.text("SELECT route || number || outcome || http_status FROM webhook_attempts"))
                .isEqualTo("a1delivered200");
    }

    @Test
    void anEventThatNoRouteWantsIsCompleted() throws Exception {
        storage.store("s", "r", 3);
        try (Crew crew = crew()) {
            crew.awaitRunning();
            awaitCount(3, "completed");
        }
        assertThat(storage.number("SELECT sum(attempts) FROM webhook_events")).isZero();
        assertThat(storage.number("SELECT count(*) FROM webhook_attempts")).isZero();
    }

    @Test
    void aRetryRepeatsOnlyTheRoutesThatHaveNotHadIt() throws Exception {
        AtomicInteger good = new AtomicInteger();
        AtomicInteger flaky = new AtomicInteger();
        storage.store("s", "r", 1);
        Route first = Crew.route("good", event -> {
            good.incrementAndGet();
            return completedFuture(DELIVERED);
        });
        Route second = Crew.route("flaky", event -> completedFuture(flaky.incrementAndGet() < 3 ? DOWN : DELIVERED));

        try (Crew crew = crew(first, second)) {
            crew.awaitRunning();
            awaitCount(1, "completed");
        }

        assertThat(good).hasValue(1);
        assertThat(flaky).hasValue(3);
        assertThat(storage.texts("SELECT route || number || outcome FROM webhook_attempts ORDER BY route, number"))
                .containsExactly("flaky1failed", "flaky2failed", "flaky3delivered", "good1delivered");
        assertThat(storage.text("SELECT attempts || coalesce(last_error, '-') || coalesce(routes::text, '-')"
                        + " FROM webhook_events"))
                .isEqualTo("3--");
    }

    @Test
    void afterTheLastAttemptAnEventIsADeadLetterAndTheNextOneGoes() throws Exception {
        storage.store("s", "r", 2);
        long first = storage.number("SELECT min(seq) FROM webhook_events");
        try (Crew crew = crew(Crew.route("a", event -> completedFuture(event.seq() == first ? DOWN : DELIVERED)))) {
            awaitCount(1, "dead_letter");
            awaitCount(1, "completed");
            assertThat(crew.figures().deadLetters()).isEqualTo(1);
            assertThat(crew.figures().succeeded()).isEqualTo(1);
            assertThat(crew.figures().rounds()).isEqualTo(4);
        }
        assertThat(storage.text("SELECT attempts || last_error FROM webhook_events WHERE status = 'dead_letter'"))
                .isEqualTo("3a: answered 500");
        assertThat(storage.number("SELECT count(*) FROM webhook_dead_letters")).isEqualTo(1);
        assertThat(storage.number("SELECT sum(events) FROM webhook_counts WHERE fate = 'received'"))
                .isEqualTo(2);
        assertThat(storage.number("SELECT sum(events) FROM webhook_counts WHERE fate <> 'received'"))
                .isEqualTo(2);
    }

    @Test
    void whatIsRefusedIsADeadLetterAtOnce() throws Exception {
        storage.store("s", "r", 1);
        try (Crew crew = crew(
                Crew.route("a", event -> completedFuture(new Answer.Refused("answered 410", 410))),
                Crew.route("b", event -> completedFuture(DELIVERED)))) {
            crew.awaitRunning();
            awaitCount(1, "dead_letter");
        }
        assertThat(storage.text("SELECT attempts FROM webhook_events")).isEqualTo("1");
        assertThat(storage.text("SELECT routes->'b'->>'state' FROM webhook_events"))
                .isEqualTo("DONE");
    }

    @Test
    void aDestinationThatAsksForPatienceHasIt() throws Exception {
        storage.store("s", "r", 1);
        try (Crew crew = crew(Crew.route(
                "a", event -> completedFuture(new Answer.Failed("answered 429", 429, true, Duration.ofHours(1)))))) {
            crew.awaitRunning();
            await().until(() -> storage.number("SELECT attempts FROM webhook_events") == 1);
        }
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes WHERE due_at > now() + interval '59 minutes'"))
                .isEqualTo(1);
    }

    @Test
    void anOpenCircuitCostsNoAttempt() throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 30; i++) {
            storage.store("s", "r" + i, 1);
        }
        Route route = Crew.route("a", Crew.QUICK, 5, 0, 5, event -> {
            calls.incrementAndGet();
            return completedFuture(well.get() ? DELIVERED : DOWN);
        });
        try (Crew crew = crew(route)) {
            crew.awaitRunning();
            await().until(() -> route.circuit().state() == CircuitBreaker.State.OPEN);
            int whenItOpened = calls.get();
            well.set(true);
            await().until(() -> storage.number("SELECT count(*) FROM webhook_events WHERE status = 'completed'") == 30);
            assertThat(whenItOpened).isLessThan(15);
        }
        assertThat(storage.number("SELECT max(attempts) FROM webhook_events")).isLessThanOrEqualTo(3);
        assertThat(storage.number("SELECT count(*) FROM webhook_attempts")).isEqualTo(calls.get());
    }

    @Test
    void aRateLimitIsKeptAndCostsNoAttempt() throws Exception {
        List<Long> times = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 120; i++) {
            storage.store("s", "r" + i, 1);
        }
        long began = System.nanoTime();
        try (Crew crew = crew(Crew.route("a", Crew.QUICK, 5, 40, 100, event -> {
            times.add(System.nanoTime());
            return completedFuture(DELIVERED);
        }))) {
            crew.awaitRunning();
            awaitCount(120, "completed");
        }
        double seconds = (Collections.max(times) - began) / 1e9;
        assertThat(seconds).isGreaterThan(1.9); // 40 at once, then 40 a second
        assertThat(storage.number("SELECT max(attempts) FROM webhook_events")).isEqualTo(1);
    }

    @Test
    void aDestinationThatHangsHoldsUpOnlyItsOwnRecords() throws Exception {
        for (int i = 0; i < 40; i++) {
            storage.store(i % 2 == 0 ? "hangs" : "goes", "r" + i, 3);
        }
        try (Crew crew = new Crew(
                storage,
                "crew",
                1,
                LEASE,
                LEASE.dividedBy(2),
                Crew.NO_STOP,
                List.of(Crew.route(
                        "a",
                        event -> event.source().equals("hangs")
                                ? new CompletableFuture<>()
                                : completedFuture(DELIVERED))))) {
            crew.awaitRunning();
            awaitCount(60, "completed");
        }
        assertThat(storage.number("SELECT count(*) FROM webhook_events WHERE source = 'hangs' AND status = 'pending'"))
                .isEqualTo(60);
    }

    @Test
    void whatAWorkerHadThatDiedIsDeliveredByAnother() throws Exception {
        Map<Object, Integer> delivered = new ConcurrentHashMap<>();
        AtomicBoolean reached = new AtomicBoolean();
        storage.store("s", "r", 2);
        Duration brief = Duration.ofMillis(1500);
        Crew dies = new Crew(
                storage, "dies", 1, brief, Duration.ofMillis(100), Crew.NO_STOP, List.of(Crew.route("a", event -> {
                    delivered.merge(event.id(), 1, Integer::sum); // the receiver has it, and nobody will ever know
                    reached.set(true);
                    return new CompletableFuture<>();
                })));
        await().untilTrue(reached);
        dies.close();

        try (Crew crew = crew(Crew.route("a", event -> {
            delivered.merge(event.id(), 1, Integer::sum);
            return completedFuture(DELIVERED);
        }))) {
            crew.awaitRunning();
            awaitCount(2, "completed");
        }

        assertThat(delivered.values()).containsExactlyInAnyOrder(2, 1);
    }

    @Test
    void stoppingFinishesWhatIsUnderWayAndGivesTheRestBack() throws Exception {
        CompletableFuture<Answer> slow = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        storage.store("s", "r", 5);
        Crew crew = crew(Crew.route("a", event -> {
            calls.incrementAndGet();
            return slow;
        }));
        await().until(() -> calls.get() == 1);

        crew.stop();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(crew::close);
        assertThat(stopped).isNotDone();
        slow.complete(DELIVERED);
        stopped.join();

        assertThat(calls).hasValueLessThanOrEqualTo(2);
        assertThat(storage.number("SELECT count(*) FROM webhook_events WHERE status = 'completed'"))
                .isEqualTo(calls.get());
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes WHERE lease IS NULL AND due_at <= now()"))
                .isEqualTo(1);
    }
}
