package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.Storage;
import io.alluvium.webhook.delivery.LaneResult.EventResult;
import io.alluvium.webhook.table.EventStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lanes are taken by one worker at a time, in order, at a cost that does not depend on what waits. */
class LanesIT {

    private static Storage storage;

    private final Lanes one = new Lanes(storage.dataSource(), "one", Duration.ofMinutes(1));
    private final Lanes other = new Lanes(storage.dataSource(), "other", Duration.ofMinutes(1));
    private final Settlement settlement = new Settlement(storage.dataSource());

    @BeforeAll
    static void create() throws SQLException {
        storage = Storage.create("lanes_it");
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        storage.clear();
    }

    static LaneResult result(Lane lane, EventStatus status, @Nullable Duration pause) {
        List<EventResult> events = lane.events().stream()
                .map(event -> new EventResult(event, status, 1, null, null, Duration.ZERO))
                .toList();
        return new LaneResult(lane, events, List.of(), pause);
    }

    private static LaneResult done(Lane lane) {
        return result(lane, EventStatus.COMPLETED, null);
    }

    @Test
    void aLaneIsTakenByOneWorkerAtATime() throws SQLException {
        storage.store("s", "r", 3);

        List<Lane> taken = one.claim(10, 10);

        assertThat(taken).hasSize(1);
        assertThat(taken.get(0).events())
                .extracting(StoredEvent::seq)
                .isSorted()
                .hasSize(3);
        assertThat(other.claim(10, 10)).isEmpty();
    }

    @Test
    void theNextEventsComeWhenTheFirstOnesAreSettled() throws SQLException {
        storage.store("s", "r", 3);
        Lane first = one.claim(10, 2).get(0);

        assertThat(other.claim(10, 10)).isEmpty();
        settlement.settle(List.of(done(first)));
        Lane next = other.claim(10, 2).get(0);

        assertThat(next.events()).singleElement().satisfies(event -> assertThat(event.seq())
                .isGreaterThan(first.events().get(1).seq()));
        settlement.settle(List.of(done(next)));
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isZero();
        assertThat(storage.number("SELECT count(*) FROM webhook_events WHERE status = 'completed'"))
                .isEqualTo(3);
    }

    @Test
    void aLaneWhoseFirstEventWaitsIsNotTaken() throws SQLException {
        storage.store("s", "waits", 5);
        storage.store("s", "goes", 1);
        List<Lane> both = one.claim(10, 1);
        assertThat(both).hasSize(2);
        Lane waits = both.stream()
                .filter(lane -> lane.orderKey().equals("s:waits"))
                .findFirst()
                .orElseThrow();

        settlement.settle(List.of(result(waits, EventStatus.PENDING, Duration.ofHours(1))));
        storage.store("s", "waits", 1);

        assertThat(one.claim(10, 10)).isEmpty();
        assertThat(storage.number(
                        "SELECT count(*) FROM webhook_events WHERE next_attempt_at > now() + interval '50 minutes'"))
                .isEqualTo(1);
    }

    @Test
    void aDeadLetterStopsBlocking() throws SQLException {
        storage.store("s", "r", 2);
        Lane first = one.claim(10, 1).get(0);

        settlement.settle(List.of(result(first, EventStatus.DEAD_LETTER, null)));

        assertThat(one.claim(10, 10)).singleElement().satisfies(lane -> assertThat(lane.events())
                .hasSize(1)
                .allMatch(event -> event.seq() > first.events().get(0).seq()));
        assertThat(storage.number("SELECT count(*) FROM webhook_dead_letters WHERE status = 'dead_letter'"))
                .isEqualTo(1);
    }

    @Test
    void whatADeadWorkerHadIsTakenAgainAfterItsLease() throws SQLException {
        storage.store("s", "r", 1);
        Lanes brief = new Lanes(storage.dataSource(), "brief", Duration.ofMillis(200));
        Lane lost = brief.claim(10, 10).get(0);

        await().until(() -> !other.claim(10, 10).isEmpty());

        assertThat(storage.text("SELECT leased_by FROM webhook_lanes")).isEqualTo("other");
        assertThat(settlement.settle(List.of(done(lost)))).isEmpty();
        assertThat(storage.text("SELECT status FROM webhook_events")).isEqualTo("pending");
        assertThat(storage.text("SELECT leased_by FROM webhook_lanes")).isEqualTo("other");
    }

    @Test
    void anEventThatIsStoredWhileItsLaneIsClosedIsNotOverlooked() throws SQLException {
        storage.store("s", "r", 1);
        Lane lane = one.claim(10, 10).get(0);
        try (Connection sink = storage.dataSource().getConnection()) {
            sink.setAutoCommit(false);
            Storage.store(sink, "s", "r", 1);

            settlement.settle(List.of(done(lane)));
            assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isEqualTo(1);
            sink.commit();
            sink.setAutoCommit(true);
        }

        await().until(() ->
                one.claim(10, 10).stream().anyMatch(next -> next.events().size() == 1));
    }

    @Test
    void anEventThatWasOvertakenByALaterOneOfItsLaneIsNotOverlooked() throws SQLException {
        try (Connection slow = storage.dataSource().getConnection();
                Connection quick = storage.dataSource().getConnection()) {
            storage.store("s", "r", 1);
            slow.setAutoCommit(false);
            Storage.store(slow, "s", "r", 1);
            Storage.store(quick, "s", "r", 1);
            Lane both = one.claim(10, 10).get(0);
            assertThat(both.events()).hasSize(2);
            settlement.settle(List.of(done(both)));
            slow.commit();
            slow.setAutoCommit(true);
        }

        await().until(() ->
                one.claim(10, 10).stream().anyMatch(next -> next.events().size() == 1));
    }

    @Test
    void ofTwoClaimsOfALaneThatEndTogetherTheLaterOneCounts() throws SQLException {
        storage.store("s", "r", 1);
        Lane lost = new Lanes(storage.dataSource(), "brief", Duration.ofMillis(1))
                .claim(10, 10)
                .get(0);
        Lane held = await().until(() -> one.claim(10, 10), lanes -> !lanes.isEmpty())
                .get(0);

        List<LaneResult> counted = settlement.settle(List.of(result(lost, EventStatus.DEAD_LETTER, null), done(held)));

        assertThat(counted).singleElement().satisfies(result -> assertThat(result.lane())
                .isSameAs(held));
        assertThat(storage.text("SELECT status FROM webhook_events")).isEqualTo("completed");
    }

    @Test
    void whatIsOfferedTwiceIsKeptOnce() throws SQLException {
        storage.store("s", "r", 1);
        Lane lane = one.claim(10, 10).get(0);
        Attempt attempt = new Attempt(
                lane.events().get(0).seq(),
                "a",
                1,
                Instant.now(),
                Duration.ofMillis(3),
                Attempt.Outcome.DELIVERED,
                200,
                null);
        LaneResult result = new LaneResult(lane, done(lane).events(), List.of(attempt), null);

        assertThat(settlement.settle(List.of(result))).hasSize(1);
        assertThat(settlement.settle(List.of(result))).isEmpty(); // the first answer may have been lost

        assertThat(storage.number("SELECT count(*) FROM webhook_attempts")).isEqualTo(1);
        assertThat(storage.number("SELECT sum(events) FROM webhook_counts WHERE fate = 'completed'"))
                .isEqualTo(1);
    }

    @Test
    void whatIsProcessedAgainDoesNotWaitForARetryOfItsLane() throws SQLException {
        storage.store("s", "r", 2);
        Lane first = one.claim(10, 1).get(0);
        settlement.settle(List.of(result(first, EventStatus.DEAD_LETTER, null)));
        settlement.settle(List.of(result(one.claim(10, 1).get(0), EventStatus.PENDING, Duration.ofHours(1))));
        StoredEvent dead = first.events().get(0);

        int revived = new DeadLetters(storage.dataSource())
                .one(DeadLetters.Action.REPROCESS, UUID.randomUUID(), dead.id(), dead.seq(), "somebody");

        assertThat(revived).isEqualTo(1);
        assertThat(one.claim(10, 1)).singleElement().satisfies(lane -> assertThat(lane.events())
                .extracting(StoredEvent::seq)
                .containsExactly(dead.seq()));
    }

    @Test
    void anEventWithoutDataDoesNotHideThoseBehindIt() throws SQLException {
        storage.store("s", "r", 3);
        storage.execute("UPDATE webhook_events SET record_data = NULL");

        assertThat(one.claim(10, 10)).singleElement().satisfies(lane -> assertThat(lane.events())
                .hasSize(3));
    }

    @Test
    void anotherIsolationIsRefusedWithItsReason() throws SQLException {
        storage.store("s", "r", 1);
        String url = LocalStack.shared().postgres().jdbcUrl(LocalPostgres.DATABASE, "lanes_it");
        String options = "options=-c%20default_transaction_isolation=serializable";
        try (Storage stricter = Storage.at(url + (url.contains("?") ? "&" : "?") + options)) {
            Lanes lanes = new Lanes(stricter.dataSource(), "strict", Duration.ofMinutes(1));

            assertThatThrownBy(() -> lanes.claim(10, 10))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read committed")
                    .hasMessageContaining("serializable");
        }
        assertThat(one.claim(10, 10)).hasSize(1);
    }

    @Test
    void aLaneThatNobodyNeedsIsClosed() throws SQLException {
        storage.store("s", "r", 1);
        storage.execute("DELETE FROM webhook_events");
        Lane empty = one.claim(10, 10).get(0);

        assertThat(empty.events()).isEmpty();
        settlement.settle(List.of(LaneResult.untouched(empty)));

        assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isZero();
    }

    @Test
    void noIndexOfTheEventsNamesWhatDeliveryChanges() throws SQLException {
        List<String> indexes = storage.texts(
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'lanes_it' AND tablename = 'webhook_events'");

        assertThat(indexes).hasSizeGreaterThan(3).allSatisfy(index -> assertThat(index)
                .doesNotContainPattern("status|attempt|last_error|processed_at|routes"));
    }
}
