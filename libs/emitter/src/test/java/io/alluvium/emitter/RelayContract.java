package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.emitter.Shop.Listed;
import io.alluvium.localstack.LocalKafka;
import io.alluvium.localstack.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the relay promises on every database. */
abstract class RelayContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LocalKafka KAFKA = LocalStack.shared().kafka();

    private final List<OutboxRelay> relays = new ArrayList<>();
    private RelayedTopic topic;
    private ShopDatabase shop;

    abstract ShopDatabase open(Map<String, String> settings);

    @BeforeEach
    void openShop() {
        KAFKA.start();
        topic = RelayedTopic.create(KAFKA.bootstrapServers());
        shop = open(Map.of("alluvium.audit.topic", topic.name()));
    }

    @AfterEach
    void closeShop() {
        relays.forEach(OutboxRelay::close);
        KAFKA.start();
        topic.close();
        shop.close();
    }

    private static RelaySettings fast() {
        return settings(Duration.ofSeconds(30));
    }

    private static RelaySettings impatient() {
        return settings(Duration.ofSeconds(1));
    }

    private static RelaySettings settings(Duration patience) {
        Duration second = Duration.ofSeconds(1);
        return new RelaySettings("outbox", 50, Duration.ofMillis(50), patience, second, second);
    }

    private OutboxRelay relay(RelaySettings settings) {
        OutboxRelay relay = OutboxRelay.start(
                shop.dataSource(),
                Map.of("bootstrap.servers", KAFKA.bootstrapServers(), "batch.size", "4096"),
                settings);
        relays.add(relay);
        return relay;
    }

    /** Counts the text of one entity up, each step a transaction: the first is the insert. */
    private void count(long entity, int from, int to) {
        for (int i = from; i < to; i++) {
            String text = String.valueOf(i);
            shop.inTransaction(session -> {
                if (text.equals("0")) {
                    session.persist(new Listed(entity, text));
                } else {
                    session.find(Listed.class, entity).text = text;
                }
            });
        }
    }

    private void countSideBySide(int entities, int from, int to) {
        ExecutorService writers = Executors.newFixedThreadPool(entities);
        try {
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int i = 0; i < entities; i++) {
                long entity = i;
                done.add(CompletableFuture.runAsync(() -> count(entity, from, to), writers));
            }
            done.forEach(CompletableFuture::join);
        } finally {
            writers.shutdown();
        }
    }

    private void assertWholeAndInOrder(int entities, int steps) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(topic.read().ids()).hasSize(entities * steps));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shop.outbox()).isEmpty());
        topic.read().assertEachKeyCountsUpTo(entities, steps);
    }

    @Test
    void whatIsCommittedIsPublishedAtOnceAndThenDeleted() {
        OutboxRelay relay = relay(RelaySettings.of("outbox"));
        ChangeCapture.of(shop.factory()).whenCommitted(relay::wake);

        countSideBySide(1, 0, 20);

        assertWholeAndInOrder(1, 20);
        assertThat(topic.read().repeated()).isZero();
        assertThat(topic.read().header("ce_type")).isEqualTo("alluvium.audit.change.v1");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(relay.status().published()).isEqualTo(20);
            assertThat(relay.status().state()).isEqualTo(RelayStatus.State.IDLE);
            assertThat(relay.status().oldestWaiting()).isNull();
        });
        assertThat(relay.status().lastFailure()).isNull();
    }

    @Test
    void twoRelaysUnderLoadKeepTheOrderOfEachKeyAndPublishNothingTwice() {
        OutboxRelay one = relay(fast());
        OutboxRelay other = relay(fast());

        countSideBySide(8, 0, 150);

        assertWholeAndInOrder(8, 150);
        assertThat(topic.read().repeated()).isZero();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        one.status().published() + other.status().published())
                .isEqualTo(8 * 150));
    }

    @Test
    void whileKafkaIsAwayNobodyWaitsAndNothingIsLost() {
        OutboxRelay relay = relay(impatient());
        countSideBySide(4, 0, 20);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shop.outbox()).isEmpty());

        KAFKA.stop();
        long began = System.nanoTime();
        countSideBySide(4, 20, 120);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(relay.status().state()).isEqualTo(RelayStatus.State.BACKING_OFF);
            assertThat(relay.status().failuresInARow()).isGreaterThan(1);
            assertThat(relay.status().oldestWaiting()).isNotNull();
        });
        assertThat(shop.outbox()).hasSize(400);
        KAFKA.start();

        assertWholeAndInOrder(4, 120);
    }

    @Test
    void aRelayThatIsEndedInTheMiddleLosesNothing() {
        countSideBySide(4, 0, 250);
        for (int i = 0; i < 5; i++) {
            OutboxRelay relay = relay(fast());
            long before = relay.status().published();
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(PATIENCE)
                    .until(() -> relay.status().published() > before);
            relay.close();
            assertThat(relay.status().state()).isEqualTo(RelayStatus.State.CLOSED);
        }
        relay(fast());

        assertWholeAndInOrder(4, 250);
    }

    @Test
    void aRelayWhoseDatabaseConnectionBreaksPublishesTheSameIdsAgain() {
        countSideBySide(4, 0, 100);
        FaultyDataSource faulty = new FaultyDataSource(shop.dataSource());
        OutboxRelay relay =
                OutboxRelay.start(faulty.dataSource(), Map.of("bootstrap.servers", KAFKA.bootstrapServers()), fast());
        relays.add(relay);
        await().atMost(PATIENCE).until(() -> faulty.broken() >= 3);
        faulty.mend();

        assertWholeAndInOrder(4, 100);
        assertThat(topic.read().repeated()).isPositive();
        assertThat(relay.status().failures()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void anEventThatKafkaRefusesHoldsUpItsOwnKeyOnly() {
        topic.limitMessagesTo(10_000);
        String large = "x".repeat(20_000);
        count(1, 0, 3);
        shop.inTransaction(session -> session.find(Listed.class, 1L).text = large);
        count(1, 4, 6);
        count(2, 0, 60);
        // Few rows at once and a short pause: the pause ends in the middle of a pass, again and again.
        Duration second = Duration.ofSeconds(1);
        OutboxRelay relay =
                relay(new RelaySettings("outbox", 2, Duration.ofMillis(50), second, second, Duration.ofMillis(100)));

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(topic.read().ids()).hasSize(63);
            assertThat(relay.status().refusedKeys()).containsExactly("listed:1");
            assertThat(shop.outbox()).hasSize(3);
        });
        assertThat(relay.status().lastFailure()).isNotNull();

        topic.limitMessagesTo(1_000_000);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(topic.read().ids()).hasSize(66));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(relay.status().refusedKeys()).isEmpty());
    }
}
