package io.alluvium.webhook.token;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TestTokens;
import io.alluvium.webhook.TokenConfig.ClientAuthentication;
import io.alluvium.webhook.TokenConfig.ProviderConfig;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A database without tokens, a provider, and as many instances as a test wants that share nothing else. */
final class Instances implements AutoCloseable {

    private static final Duration REFRESH_BEFORE = Duration.ofMinutes(5);

    private static final Secret.Places PLACES = new Secret.Places() {
        @Override
        public String environment(String name) {
            return TestTokens.KEY;
        }

        @Override
        public @Nullable String config(String key) {
            return null;
        }
    };

    static final TokenCipher CIPHER = new TokenCipher(List.of(TokenKey.of("k", "env:K", PLACES)), "k");

    private record Settings(
            URI tokenEndpoint,
            String clientId,
            Optional<String> clientSecret,
            ClientAuthentication clientAuthentication,
            Duration timeout,
            Duration assumedLifetime)
            implements ProviderConfig {}

    private final List<RefreshThreads> threadsOfAll = new ArrayList<>();
    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private final FakeProvider provider = new FakeProvider();

    Instances() throws Exception {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("refreshes");
        database.setUrl(server.jdbcUrl(LocalPostgres.DATABASE, "refreshes"));
        createTables(this::run);
    }

    /** Runs statements. */
    @FunctionalInterface
    interface Database {
        void run(String statements) throws SQLException;
    }

    /** As the migrations leave them, without a row. */
    static void createTables(Database database) throws Exception {
        database.run("DROP TABLE IF EXISTS oauth_tokens, token_refresh_audit");
        for (String name : List.of("V3__oauth_tokens", "V5__token_lifetime")) {
            try (var migration = Tokens.class.getResourceAsStream("/db/migration/postgresql/" + name + ".sql")) {
                database.run(new String(migration.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    DataSource database() {
        return database;
    }

    FakeProvider provider() {
        return provider;
    }

    /** The provider has three seconds to answer. */
    Tokens instance(DataSource dataSource) {
        RefreshThreads threads = new RefreshThreads();
        threadsOfAll.add(threads);
        Settings settings = new Settings(
                provider.address(),
                "client",
                Optional.empty(),
                ClientAuthentication.POST,
                Duration.ofSeconds(3),
                Duration.ofHours(1));
        TokenTable table = new TokenTable(dataSource);
        RefreshTable refreshTable = new RefreshTable(dataSource);
        Providers providers = new Providers(Map.of("zoho", settings, "other", settings), PLACES);
        Refreshes refreshes = new Refreshes(
                table, refreshTable, CIPHER, providers, REFRESH_BEFORE, threads, new SimpleMeterRegistry());
        return new Tokens(table, refreshTable, CIPHER, refreshes, REFRESH_BEFORE);
    }

    static NewTokens tokens(String refresh, long expiresIn) {
        return new NewTokens(new ClearToken("old"), new ClearToken(refresh), expiresIn, null);
    }

    void run(String statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    /** What the audit tells of the refreshes of a token, in their order. */
    List<String> audit(Place place) throws SQLException {
        return TokenApi.texts(
                database,
                "SELECT success || ' ' || coalesce(error_message, '-') FROM token_refresh_audit WHERE token_type = '"
                        + place.type() + "' ORDER BY id");
    }

    @Override
    public void close() {
        provider.close();
        threadsOfAll.forEach(threads -> threads.close(Duration.ofSeconds(10)));
    }
}
