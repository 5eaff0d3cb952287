package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.Tokens.Valid;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a provider gave is kept, whatever happens meanwhile. */
class RefreshKeepingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
    void aTokenThatWasPutWhileTheProviderWasAskedStays() throws Exception {
        String refresh = "slow-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        instance.put(place, new NewTokens(new ClearToken("put-by-hand"), null, 3600, null));

        assertThat(asked.get(30, TimeUnit.SECONDS).accessToken().text()).isEqualTo("put-by-hand");
        assertThat(audit()).containsExactly("false another token was put meanwhile; it stays");
    }

    @Test
    void aTokenThatWasDeletedWhileTheProviderWasAskedIsGone() throws Exception {
        String refresh = "slow-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        instance.delete(place);

        assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Problem.class)
                .hasMessageContaining("the token was deleted");
    }

    @Test
    void aNewTokenIsNotLostWhenTheDatabaseIsAwayJustThen() throws Exception {
        String refresh = "slow-" + unique;
        CountingDataSource faulty = new CountingDataSource(database);
        Tokens instance = instance(faulty.dataSource());
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        faulty.away(true);
        await().until(() -> faulty.refused() >= 3);
        faulty.away(false);

        assertThat(asked.get(30, TimeUnit.SECONDS).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1));
        assertThat(instance(database).get(place).version()).isEqualTo(2);
        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void aTokenThatNeverLastsLongIsUsedForHalfItsLife() throws Exception {
        String refresh = "short-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 60));

        for (int i = 0; i < 10; i++) {
            assertThat(valid(instance).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1));
        }

        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void aTokenWithALifetimeThatCannotBeReadIsKept() throws Exception {
        String refresh = "odd-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        assertThat(valid(instance).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1));
        assertThat(instance.get(place).lifetime()).isEqualTo(3600);
    }

    @Test
    void aTokenThatIsPutWithTheRefreshTokenThatIsJustUsedUpDoesNotBringItBack() throws Exception {
        String refresh = "slowly-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        StoredToken put =
                instance.put(place, new NewTokens(new ClearToken("by hand"), new ClearToken(refresh), 3600, null));
        instance.refreshed(put.id(), new NewTokens(new ClearToken("by hand, too"), null, 3600, null));
        asked.get(30, TimeUnit.SECONDS);

        StoredToken stored = instance.get(place);
        assertThat(instance.open(stored).text()).isEqualTo(FakeProvider.access(refresh, 1));
        assertThat(instance.lookUp(new ClearToken(FakeProvider.next(refresh)))).isPresent();
        assertThat(stored.version()).isEqualTo(4);
        assertThat(stored.isLeased()).isFalse();
    }

    @Test
    void anAnswerThatIsLateIsStored() throws Exception {
        String refresh = "late-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 60));

        Valid inTime = valid(instance);

        assertThat(inTime.accessToken().text()).isEqualTo("old");
        assertThat(inTime.refreshError()).contains("did not answer within 3000 ms");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(valid(instance).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1)));
        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void aTokenWhoseStoringWasNotHeardOfIsNotTakenForAnother() throws Exception {
        RefreshTable table = new RefreshTable(database);
        StoredToken token = instance(database).put(place, tokens("ok-" + unique, 0));
        StoredToken leased = lease(token, Duration.ofMinutes(1)).orElseThrow();
        NewTokens.Sealed sealed = tokens("new-" + unique, 60).seal(Instances.CIPHER, place);

        StoredToken stored = table.renew(leased, sealed).orElseThrow();

        assertThat(table.renew(leased, sealed)).map(StoredToken::version).contains(stored.version());
        assertThat(audit()).containsExactly("true -");
    }

    @Test
    void aNewTokenIsStoredEvenIfTheAuditCannotBeWritten() throws Exception {
        RefreshTable table = new RefreshTable(database);
        StoredToken token = instance(database).put(place, tokens("ok-" + unique, 0));
        StoredToken leased = lease(token, Duration.ofMinutes(1)).orElseThrow();

        instances.run("ALTER TABLE token_refresh_audit RENAME TO gone");
        try {
            assertThat(table.renew(leased, tokens("new-" + unique, 60).seal(Instances.CIPHER, place)))
                    .isPresent();
        } finally {
            instances.run("ALTER TABLE gone RENAME TO token_refresh_audit");
        }

        assertThat(instance(database).get(place).version()).isEqualTo(2);
    }

    @Test
    void anExpiredTokenIsNeverCalledRefreshed() throws Exception {
        String refresh = "slow-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        await().until(() -> provider.calls(refresh) == 1);
        instance.put(place, new NewTokens(new ClearToken("expired, too"), null, 0, null));

        assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS)).hasMessageContaining("which has expired");
    }
}
