package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.Tokens.Valid;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances that share nothing but the database and the provider. */
class RefreshesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    private static Instances instances;
    private static DataSource database;
    private static FakeProvider provider;

    private final Place place = new Place("zoho", UUID.randomUUID().toString());
    private final String unique = place.type();

    @BeforeAll
    static void start() throws Exception {
        instances = new Instances();
        database = instances.database();
        provider = instances.provider();
    }

    @AfterAll
    static void stop() {
        instances.close();
        THREADS.shutdownNow();
    }

    private static Tokens instance(DataSource dataSource) {
        return instances.instance(dataSource);
    }

    private static NewTokens tokens(String refresh, long expiresIn) {
        return Instances.tokens(refresh, expiresIn);
    }

    private static Optional<StoredToken> lease(StoredToken token, Duration time) throws SQLException {
        return new RefreshTable(database).lease(token, false, time);
    }

    private List<String> audit() throws SQLException {
        return instances.audit(place);
    }

    private Valid valid(Tokens instance) throws Exception {
        return instance.valid(place).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aHundredWhoAskTwoInstancesAtOnceMakeOneCallToTheProvider() throws Exception {
        String refresh = "slowly-" + unique;
        Tokens one = instance(database);
        Tokens other = instance(database);
        one.put(place, tokens(refresh, 0));
        CountDownLatch together = new CountDownLatch(1);
        List<CompletableFuture<Valid>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Tokens asked = i % 2 == 0 ? one : other;
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            together.await();
                            return valid(asked);
                        } catch (Exception failure) {
                            throw new IllegalStateException(failure);
                        }
                    },
                    THREADS));
        }

        together.countDown();

        assertThat(all)
                .allSatisfy(answer ->
                        assertThat(answer.get().accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1)));
        assertThat(provider.calls(refresh)).isOne();
        assertThat(audit()).containsExactly("true -");
        assertThat(one.get(place).version()).isEqualTo(2);
    }

    @Test
    void aHundredWhoAskInVainMakeOneCallTooAndAllHearWhy() throws Exception {
        String refresh = "hang-" + unique;
        Tokens one = instance(database);
        Tokens other = instance(database);
        one.put(place, tokens(refresh, 60));
        List<CompletableFuture<Valid>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add((i % 2 == 0 ? one : other).valid(place).toCompletableFuture());
        }

        assertThat(all).allSatisfy(answer -> {
            assertThat(answer.get(30, TimeUnit.SECONDS).accessToken().text()).isEqualTo("old");
            assertThat(answer.get().refreshError())
                    .containsAnyOf(
                            "the provider did not answer within 3000 ms", "another instance has asked the provider");
        });
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(audit()).hasSize(1));
        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void theLeaseOfAnInstanceThatDiedEndsByItself() throws Exception {
        String refresh = "ok-" + unique;
        Tokens survivor = instance(database);
        StoredToken token = survivor.put(place, tokens(refresh, 60));
        assertThat(lease(token, Duration.ofSeconds(2))).isPresent();
        assertThat(lease(token, Duration.ofSeconds(2))).isEmpty();

        Valid meanwhile = valid(survivor);
        assertThat(meanwhile.accessToken().text()).isEqualTo("old");
        assertThat(meanwhile.refreshError()).contains("another instance has asked the provider");
        assertThat(provider.calls(refresh)).isZero();

        await().atMost(PATIENCE).until(() -> valid(survivor).isRefreshed());
        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void noConnectionIsHeldWhileTheProviderIsAsked() throws Exception {
        String refresh = "slow-" + unique;
        CountingDataSource counting = new CountingDataSource(database);
        Tokens instance = instance(counting.dataSource());
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);

        assertThat(counting.open()).isZero();
        assertThat(asked.get(30, TimeUnit.SECONDS).isRefreshed()).isTrue();
        assertThat(counting.open()).isZero();
    }

    @Test
    void theRightToAskLastsUntilTheAnswerIsStoredOrGivenUp() throws Exception {
        String refresh = "slow-" + unique;
        CountingDataSource faulty = new CountingDataSource(database);
        Tokens holder = instance(faulty.dataSource());
        Tokens other = instance(database);
        holder.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = holder.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        faulty.away(true);
        StoredToken leased = other.get(place);

        // Three times the timeout for the longest call, two minutes to store the answer, and a margin.
        assertThat(Duration.between(leased.now(), leased.leaseUntil())).isGreaterThan(Duration.ofSeconds(9 + 120));
        assertThatThrownBy(() -> valid(other)).hasMessageContaining("another instance has asked the provider");
        faulty.away(false);
        assertThat(asked.get(30, TimeUnit.SECONDS).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1));
        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void whoLostTheRightToAskSpoilsNothingForWhoHasItNow() throws Exception {
        RefreshTable table = new RefreshTable(database);
        StoredToken token = instance(database).put(place, tokens("ok-" + unique, 0));
        StoredToken zombie = lease(token, Duration.ZERO).orElseThrow();
        StoredToken holder = lease(token, Duration.ofMinutes(1)).orElseThrow();

        table.fail(zombie, "the zombie", true, Duration.ofMinutes(1));

        StoredToken now = instance(database).get(place);
        assertThat(now.leaseUntil()).isEqualTo(holder.leaseUntil()).isNotEqualTo(zombie.leaseUntil());
        assertThat(now.refused()).isFalse();
        assertThat(now.failures()).isZero();
    }

    @Test
    void aProviderThatHangsDelaysNoOther() throws Exception {
        Tokens instance = instance(database);
        List<CompletableFuture<Valid>> hanging = new ArrayList<>();
        for (int i = 0; i < RefreshThreads.MOST_REFRESHES + 4; i++) {
            Place one = new Place("zoho", unique + i);
            instance.put(one, tokens("hang-" + unique + i, 60));
            hanging.add(instance.valid(one).toCompletableFuture());
        }
        Place other = new Place("other", unique);
        instance.put(other, tokens("ok-" + unique, 0));

        assertThat(instance.valid(other)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS)
                        .isRefreshed())
                .isTrue();

        assertThat(hanging.subList(RefreshThreads.MOST_REFRESHES, hanging.size()))
                .allSatisfy(
                        answer -> assertThat(answer.getNow(null).refreshError()).contains("many tokens of zoho"));
    }
}
