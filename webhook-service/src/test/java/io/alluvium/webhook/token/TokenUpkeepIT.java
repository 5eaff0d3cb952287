package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TestTokens;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenUpkeep.Reencrypted;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Keys change while tokens are in use. */
class TokenUpkeepIT {

    private static final TokenKey OLD = key("k1", TestTokens.OLD_KEY);
    private static final TokenKey NEW = key("k2", TestTokens.KEY);

    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private final TokenTable table = new TokenTable(database);
    private final TokenCipher before = new TokenCipher(List.of(OLD), "k1");
    private final TokenCipher both = new TokenCipher(List.of(OLD, NEW), "k2");
    private final TokenCipher after = new TokenCipher(List.of(NEW), "k2");

    private static TokenKey key(String id, String text) {
        return TokenKey.of(id, "config:key", new Secret.Places() {
            @Override
            public @Nullable String environment(String name) {
                return null;
            }

            @Override
            public String config(String key) {
                return text;
            }
        });
    }

    @BeforeEach
    void emptyTables() throws Exception {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("token_upkeep");
        database.setUrl(server.jdbcUrl(LocalPostgres.DATABASE, "token_upkeep"));
        Instances.createTables(this::run);
    }

    private void run(String statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private static Place place(int number) {
        return new Place("zoho", "t" + number);
    }

    private void put(int from, int to) throws SQLException {
        for (int i = from; i < to; i++) {
            ClearToken refresh = i % 10 == 0 ? null : new ClearToken("refresh-" + i);
            NewTokens tokens = new NewTokens(new ClearToken("access-" + i), refresh, 3600, null);
            table.put(place(i), tokens.seal(before, place(i)));
        }
    }

    @Test
    void tokensMoveToTheNewKeyInPortionsAndAreFoundAllTheWhile() throws Exception {
        put(0, 250);

        assertThat(new TokenUpkeep(database, both).reencrypt(120, false, null))
                .isEqualTo(new Reencrypted(120, 0, 130, "k2", false));
        for (int i = 0; i < 250; i++) {
            StoredToken token = table.find(place(i)).orElseThrow();
            assertThat(token.accessToken(both).text()).isEqualTo("access-" + i);
            if (i % 10 != 0) {
                assertThat(table.findByRefreshToken(both.hashes(new ClearToken("refresh-" + i))))
                        .hasValueSatisfying(found -> assertThat(found.id()).isEqualTo(token.id()));
            }
        }

        assertThat(new TokenUpkeep(database, both).reencrypt(1000, false, null))
                .isEqualTo(new Reencrypted(130, 0, 0, "k2", false));
        for (int i = 0; i < 250; i++) {
            StoredToken token = table.find(place(i)).orElseThrow();
            assertThat(token.accessToken(after).text()).isEqualTo("access-" + i);
            assertThat(token.version()).isOne();
        }
        assertThat(table.findByRefreshToken(after.hashes(new ClearToken("refresh-1"))))
                .isPresent();
        assertThat(table.findByRefreshToken(before.hashes(new ClearToken("refresh-1"))))
                .isEmpty();
    }

    @Test
    void countingChangesNothing() throws Exception {
        put(0, 5);

        assertThat(new TokenUpkeep(database, both).reencrypt(1000, true, null))
                .isEqualTo(new Reencrypted(0, 0, 5, "k2", true));
        assertThat(table.find(place(1)).orElseThrow().keyId()).isEqualTo("k1");
    }

    @Test
    void whatCannotBeReadStaysAndStandsInNobodysWay() throws Exception {
        put(0, 150);
        run("UPDATE oauth_tokens SET key_id = 'k0' WHERE token_type = 't0'");
        run("UPDATE oauth_tokens SET access_token = (SELECT access_token FROM oauth_tokens WHERE token_type = 't2')"
                + " WHERE token_type = 't1'");

        assertThat(new TokenUpkeep(database, both).reencrypt(1000, false, null))
                .isEqualTo(new Reencrypted(148, 2, 2, "k2", false));
        assertThat(table.find(place(0)).orElseThrow().keyId()).isEqualTo("k0");
        assertThat(table.find(place(1)).orElseThrow().keyId()).isEqualTo("k1");
    }

    @Test
    void ofTwoTokensWithOneRefreshTokenTheOneThatWasWrittenLastIsFound() throws Exception {
        ClearToken refresh = new ClearToken("shared");
        for (int i : new int[] {1, 2}) {
            table.put(place(i), new NewTokens(new ClearToken("a" + i), refresh, 60, null).seal(both, place(i)));
        }

        assertThat(table.findByRefreshToken(both.hashes(refresh)).orElseThrow().place())
                .isEqualTo(place(2));
    }

    @Test
    void aTokenIsFoundByAnIndexHoweverManyThereAre() throws Exception {
        run(
                """
                INSERT INTO oauth_tokens (service_name, token_type, key_id, access_token, refresh_token, refresh_token_hash,
                                          expires_at)
                SELECT 's' || n % 50, 't' || n, 'k2', 'x', 'x', sha256(n::text::bytea), now()
                FROM generate_series(1, 20000) AS n;
                ANALYZE oauth_tokens
                """);

        assertThat(plan(TokenTable.BY_REFRESH_TOKEN.replace("?", "$1"), "bytea[]", "ARRAY[sha256('7'), sha256('8')]"))
                .contains("idx_oauth_tokens_refresh")
                .doesNotContain("Seq Scan");
        assertThat(plan(
                        TokenTable.BY_NAME.replaceFirst("\\?", "\\$1").replaceFirst("\\?", "\\$2"),
                        "varchar, varchar",
                        "'s7', 't7'"))
                .contains("oauth_tokens_name")
                .doesNotContain("Seq Scan");
    }

    /** The plan for any values, as the server makes it once a statement has been used a few times. */
    private String plan(String query, String types, String values) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan; PREPARE one (" + types + ") AS " + query);
            StringBuilder plan = new StringBuilder();
            try (ResultSet lines = statement.executeQuery("EXPLAIN EXECUTE one (" + values + ")")) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    @Test
    void aTokenThatIsBeingRefreshedIsNotCleanedUp() throws Exception {
        StoredToken token = table.put(
                place(1), new NewTokens(new ClearToken("a"), new ClearToken("r"), 0, null).seal(both, place(1)));
        new RefreshTable(database).lease(token, false, java.time.Duration.ofMinutes(1));

        assertThat(new TokenUpkeep(database, both).deleteExpired(true)).isZero();
        run("UPDATE oauth_tokens SET refresh_lease_until = now()");
        assertThat(new TokenUpkeep(database, both).deleteExpired(false)).isZero();
        assertThat(new TokenUpkeep(database, both).deleteExpired(true)).isOne();
    }

    @Test
    void aReplicaThatHasNotHeardOfTheNewKeyMovesNothingBackToTheOldOne() throws Exception {
        put(0, 5);
        new TokenUpkeep(database, both).reencrypt(1000, false, "k2");
        TokenUpkeep late = new TokenUpkeep(database, new TokenCipher(List.of(OLD, NEW), "k1"));

        assertThatThrownBy(() -> late.reencrypt(1000, false, "k2"))
                .hasMessageContaining("the active key of the replica that answers is k1");

        assertThat(table.find(place(1)).orElseThrow().keyId()).isEqualTo("k2");
    }

    @Test
    void keysThatAreNotConfiguredAreKnownBeforeSomebodyAsksForTheirTokens() throws Exception {
        put(0, 5);

        assertThat(new TokenUpkeep(database, after).unknownKeys()).containsExactly("k1");
        assertThat(new TokenUpkeep(database, both).unknownKeys()).isEmpty();
    }
}
