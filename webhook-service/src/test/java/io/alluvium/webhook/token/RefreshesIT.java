package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.kit.Problem;
import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TokenConfig.ClientAuthentication;
import io.alluvium.webhook.TokenConfig.ProviderConfig;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.Tokens.Valid;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Two instances that share nothing but the database and the provider. */
class RefreshesIT {

    private static final Duration REFRESH_BEFORE = Duration.ofMinutes(5);
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    private static final Secret.Places PLACES = new Secret.Places() {
        @Override
        public String environment(String name) {
            return io.alluvium.webhook.TestTokens.KEY;
        }

        @Override
        public @Nullable String config(String key) {
            return null;
        }
    };

    private static PGSimpleDataSource database;
    private static FakeProvider provider;

    private final Place place = new Place("zoho", UUID.randomUUID().toString());
    private final String unique = place.type();

    record Settings(
            URI tokenEndpoint,
            String clientId,
            Optional<String> clientSecret,
            ClientAuthentication clientAuthentication,
            Duration timeout,
            Duration assumedLifetime)
            implements ProviderConfig {}

    @BeforeAll
    static void start() throws Exception {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("refreshes");
        database = new PGSimpleDataSource();
        database.setUrl(server.jdbcUrl(LocalPostgres.DATABASE, "refreshes"));
        run("DROP TABLE IF EXISTS oauth_tokens, token_refresh_audit");
        try (var migration = Tokens.class.getResourceAsStream("/db/migration/postgresql/V3__oauth_tokens.sql")) {
            run(new String(migration.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        provider = new FakeProvider();
    }

    @AfterAll
    static void stop() {
        provider.close();
        THREADS.shutdownNow();
    }

    private static Tokens instance(DataSource dataSource) {
        Settings settings = new Settings(
                provider.address(),
                "client",
                Optional.empty(),
                ClientAuthentication.POST,
                Duration.ofSeconds(2),
                Duration.ofHours(1));
        TokenCipher cipher = new TokenCipher(List.of(TokenKey.of("k", "env:K", PLACES)), "k");
        TokenTable table = new TokenTable(dataSource);
        RefreshTable refreshTable = new RefreshTable(dataSource);
        Providers providers = new Providers(Map.of("zoho", settings), PLACES);
        Refreshes refreshes = new Refreshes(
                table, refreshTable, cipher, providers, REFRESH_BEFORE, THREADS, new SimpleMeterRegistry());
        return new Tokens(table, refreshTable, cipher, refreshes, REFRESH_BEFORE);
    }

    private static void run(String statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private List<String> audit() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT success || ' ' || coalesce(error_message, '-')"
                        + " FROM token_refresh_audit WHERE token_type = '" + place.type() + "' ORDER BY id")) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private static NewTokens tokens(String refresh, long expiresIn) {
        return new NewTokens(new ClearToken("old"), new ClearToken(refresh), expiresIn, null);
    }

    private Valid valid(Tokens instance) throws Exception {
        return instance.valid(place).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aHundredWhoAskTwoInstancesAtOnceMakeOneCallToTheProvider() throws Exception {
        String refresh = "slow-" + unique;
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
            assertThat(answer.get().refreshError()).contains("did not answer");
        });
        assertThat(provider.calls(refresh)).isOne();
        assertThat(audit()).hasSize(1);
    }

    @Test
    void theLeaseOfAnInstanceThatDiedEndsByItself() throws Exception {
        String refresh = "ok-" + unique;
        Tokens survivor = instance(database);
        StoredToken token = survivor.put(place, tokens(refresh, 0));
        assertThat(new RefreshTable(database).lease(token, Duration.ofSeconds(1)))
                .isTrue();
        assertThat(new RefreshTable(database).lease(token, Duration.ofSeconds(1)))
                .isFalse();

        assertThat(valid(survivor).isRefreshed()).isTrue();

        assertThat(provider.calls(refresh)).isOne();
    }

    @Test
    void aTokenThatWasPutWhileTheProviderWasAskedStays() throws Exception {
        String refresh = "slow-" + unique;
        Tokens instance = instance(database);
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        org.awaitility.Awaitility.await().until(() -> provider.calls(refresh) == 1);
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
        org.awaitility.Awaitility.await().until(() -> provider.calls(refresh) == 1);
        instance.delete(place);

        assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Problem.class)
                .hasMessageContaining("the token was deleted");
    }

    @Test
    void noConnectionIsHeldWhileTheProviderIsAsked() throws Exception {
        String refresh = "slow-" + unique;
        CountingDataSource counting = new CountingDataSource(database);
        Tokens instance = instance(counting.dataSource());
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        org.awaitility.Awaitility.await().until(() -> provider.calls(refresh) == 1);

        assertThat(counting.open()).isZero();
        assertThat(asked.get(30, TimeUnit.SECONDS).isRefreshed()).isTrue();
        assertThat(counting.open()).isZero();
    }

    @Test
    void aNewTokenIsNotLostWhenTheDatabaseIsAwayJustThen() throws Exception {
        String refresh = "slow-" + unique;
        CountingDataSource faulty = new CountingDataSource(database);
        Tokens instance = instance(faulty.dataSource());
        instance.put(place, tokens(refresh, 0));

        CompletableFuture<Valid> asked = instance.valid(place).toCompletableFuture();
        org.awaitility.Awaitility.await().until(() -> provider.calls(refresh) == 1);
        faulty.away(true);
        org.awaitility.Awaitility.await().until(() -> faulty.refused() >= 3);
        faulty.away(false);

        assertThat(asked.get(30, TimeUnit.SECONDS).accessToken().text()).isEqualTo(FakeProvider.access(refresh, 1));
        assertThat(instance(database).get(place).version()).isEqualTo(2);
        assertThat(provider.calls(refresh)).isOne();
    }
}
