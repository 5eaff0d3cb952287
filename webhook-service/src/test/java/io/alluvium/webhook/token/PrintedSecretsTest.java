package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TestTokens;
import io.alluvium.webhook.token.TokenCipher.Place;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is printed by mistake, in a log or an error, it is no secret. */
class PrintedSecretsTest {

    private static final ClearToken ACCESS = new ClearToken("access-1000.abc");
    private static final ClearToken REFRESH = new ClearToken("refresh-1000.def");
    private static final NewTokens NEW = new NewTokens(ACCESS, REFRESH, 60, "scope");
    private static final Place PLACE = new Place("zoho", "oauth");
    private static final Instant NOW = Instant.now();
    private static final TokenKey KEY = TokenKey.of("k1", "config:k", new Secret.Places() {
        @Override
        public @Nullable String environment(String name) {
            return null;
        }

        @Override
        public String config(String key) {
            return TestTokens.KEY;
        }
    });
    private static final TokenCipher CIPHER = new TokenCipher(List.of(KEY), "k1");

    static Stream<Object> holdersOfSecrets() {
        byte[] sealed = ACCESS.text().getBytes();
        StoredToken stored = new StoredToken(
                1, PLACE, "k1", sealed, sealed, null, NOW, null, 1, null, 0, null, null, false, NOW, NOW, NOW);
        return Stream.of(
                ACCESS,
                NEW,
                NEW.seal(CIPHER, PLACE),
                new ProviderAnswer.Granted(NEW, List.of()),
                new TokenRequests.Put(ACCESS, REFRESH, 60L, null),
                new TokenRequests.Refreshed(1L, ACCESS, 60L, REFRESH),
                new TokenRequests.Lookup(REFRESH),
                stored,
                new Refreshes.Outcome.Renewed(stored),
                new Tokens.Valid(stored, ACCESS, true, null),
                new TokenResource.ValidToken("zoho", "oauth", ACCESS, null, NOW, true, null),
                TokenView.of(stored, ACCESS, java.time.Duration.ZERO, true),
                KEY,
                CIPHER,
                new Secret("env:KEY", TestTokens.KEY));
    }

    @ParameterizedTest
    @MethodSource("holdersOfSecrets")
    void whatHoldsASecretDoesNotPrintIt(Object holder) {
        assertThat(holder.toString())
                .doesNotContain("1000.abc", "1000.def", TestTokens.KEY)
                .doesNotContain(HexFormat.of().formatHex(KEY.encryption()))
                .doesNotContain(Base64.getEncoder().encodeToString(KEY.encryption()))
                .doesNotContain(java.util.Arrays.toString(KEY.encryption()))
                .doesNotContain(java.util.Arrays.toString(KEY.lookup()));
    }

    @Test
    void onlyAnAnswerThatIsMeantToHoldsAToken() throws Exception {
        assertThat(new JsonMapper().writeValueAsString(ACCESS)).isEqualTo("\"access-1000.abc\"");
        assertThat(new JsonMapper().readValue("\"a\"", ClearToken.class)).isEqualTo(new ClearToken("a"));
    }
}
