package io.alluvium.webhook.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TestTokens;
import io.alluvium.webhook.token.TokenCipher.Column;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenCipher.Unreadable;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCipherTest {

    private static final Place PLACE = new Place("zoho", "oauth");
    private static final ClearToken TOKEN = new ClearToken("1000.abc.def");

    private static final TokenKey OLD = key("k1", TestTokens.OLD_KEY);
    private static final TokenKey NEW = key("k2", TestTokens.KEY);

    private final TokenCipher before = new TokenCipher(List.of(OLD), "k1");
    private final TokenCipher both = new TokenCipher(List.of(OLD, NEW), "k2");
    private final TokenCipher after = new TokenCipher(List.of(NEW), "k2");

    private static TokenKey key(String id, String text) {
        return TokenKey.of(id, "env:KEY", places(Map.of("KEY", text)));
    }

    private static Secret.Places places(Map<String, String> environment) {
        return new Secret.Places() {
            @Override
            public @Nullable String environment(String name) {
                return environment.get(name);
            }

            @Override
            public @Nullable String config(String key) {
                return null;
            }
        };
    }

    @Test
    void whatIsEncryptedIsReadAgainAndNeverLooksTheSame() throws Unreadable {
        byte[] once = both.seal(PLACE, Column.ACCESS_TOKEN, TOKEN);
        byte[] twice = both.seal(PLACE, Column.ACCESS_TOKEN, TOKEN);

        assertThat(both.open("k2", PLACE, Column.ACCESS_TOKEN, once)).isEqualTo(TOKEN);
        assertThat(once).isNotEqualTo(twice).hasSize(1 + 12 + TOKEN.text().length() + 16);
    }

    @ParameterizedTest
    @CsvSource({"zoho2, oauth, ACCESS_TOKEN", "zoho, oauth2, ACCESS_TOKEN", "zoho, oauth, REFRESH_TOKEN"})
    void aTokenThatWasMovedToAnotherPlaceCannotBeRead(String service, String type, Column column) {
        byte[] sealed = both.seal(PLACE, Column.ACCESS_TOKEN, TOKEN);

        assertThatThrownBy(() -> both.open("k2", new Place(service, type), column, sealed))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("does not fit its key k2");
    }

    @Test
    void aChangedByteAnywhereIsNoticed() {
        byte[] sealed = both.seal(PLACE, Column.ACCESS_TOKEN, TOKEN);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;

            assertThatThrownBy(() -> both.open("k2", PLACE, Column.ACCESS_TOKEN, changed))
                    .as("byte %d", i)
                    .isInstanceOf(Unreadable.class);
        }
        assertThatThrownBy(() -> both.open("k2", PLACE, Column.ACCESS_TOKEN, new byte[5]))
                .isInstanceOf(Unreadable.class);
    }

    @Test
    void aKeyThatIsNotConfiguredIsNamed() {
        byte[] sealed = before.seal(PLACE, Column.ACCESS_TOKEN, TOKEN);

        assertThatThrownBy(() -> after.open("k1", PLACE, Column.ACCESS_TOKEN, sealed))
                .hasMessage("the token of service zoho and type oauth is encrypted with the key k1, which is not"
                        + " configured: set webhook.token.keys.k1");
    }

    @Test
    void whileKeysRotateOldTokensAreReadAndFoundAndNewOnesAreUnderTheNewKey() throws Unreadable {
        byte[] sealed = before.seal(PLACE, Column.REFRESH_TOKEN, TOKEN);

        assertThat(both.open("k1", PLACE, Column.REFRESH_TOKEN, sealed)).isEqualTo(TOKEN);
        assertThat(both.activeKey()).isEqualTo("k2");
        assertThat(both.hashes(TOKEN))
                .contains(before.hash(TOKEN))
                .contains(after.hash(TOKEN))
                .hasSize(2);
        assertThat(both.hash(TOKEN)).isEqualTo(after.hash(TOKEN)).isNotEqualTo(before.hash(TOKEN));
    }

    /** Made by other programs. What is in databases has this form: a change that breaks this makes it unreadable. */
    @ParameterizedTest
    @CsvSource({
        "ACCESS_TOKEN, 01000102030405060708090a0b4c93e822426a5690a155b3ad963e09e2ad3c16639b8cbb3384154ad4",
        "REFRESH_TOKEN, 01000102030405060708090a0b4c93e822426a5690a155b3ad37faf7b5a0e8c11de3ba9312e371e96e"
    })
    void whatOlderVersionsStoredIsRead(Column column, String stored) throws Unreadable {
        assertThat(after.open("k2", PLACE, column, HexFormat.of().parseHex(stored)))
                .isEqualTo(TOKEN);
    }

    @Test
    void whatOlderVersionsStoredIsFound() {
        assertThat(HexFormat.of().formatHex(after.hash(TOKEN)))
                .isEqualTo("3949aaabc4ee15d25c91fbc29810b7363de50efc5f6ecb2cb810ecbe1ecbc363");
    }

    @Test
    void twoIdsOfOneKeyAreRefused() {
        assertThatThrownBy(() -> new TokenCipher(List.of(NEW, key("k3", TestTokens.KEY)), "k2"))
                .hasMessage("the keys k2 and k3 are the same key");
    }

    @Test
    void theHashHasAKeyOfItsOwn() throws Exception {
        byte[] plain = MessageDigest.getInstance("SHA-256").digest(TOKEN.text().getBytes(UTF_8));

        assertThat(NEW.lookup()).isNotEqualTo(NEW.encryption()).hasSize(32);
        assertThat(both.hash(TOKEN))
                .isNotEqualTo(plain)
                .isNotEqualTo(Hkdf.hmac(NEW.encryption(), TOKEN.text().getBytes(UTF_8)));
        assertThat(both.hash(TOKEN)).isNotEqualTo(both.hash(new ClearToken("1000.abc.deg")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=",
                "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k",
                "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
                "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
                "  abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789 "
            })
    void aKeyIsBase64OrHexadecimal(String text) {
        assertThat(key("k", text).encryption()).isEqualTo(NEW.encryption());
    }

    @Test
    void aKeyMayBeInTheAlphabetOfAddresses() {
        String text = "__________________________________________8";

        assertThat(key("k", text).lookup())
                .isEqualTo(key("k", text.replace('_', '/')).lookup());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        env:KEY     | c2hvcnQ=  | a key has 32 bytes, in base64 or as 64 hexadecimal digits; this one has 5
        env:KEY     | hunter2!  | a key is 32 bytes in base64 or 64 hexadecimal digits; this is neither
        env:ABSENT  | x         | there is nothing at env:ABSENT
        file:/no/where | x      | there is nothing at file:/no/where
        hunter2     | x         | a secret is given by reference: env:NAME, file:/path or config:key, never as itself
        """)
    void aKeyThatIsNoneIsRefusedWithoutBeingRepeated(String reference, String text, String message) {
        assertThatThrownBy(() -> TokenKey.of("k", reference, places(Map.of("KEY", text))))
                .hasMessage(message)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void theIdOfAKeyIsShortAndPlain() {
        assertThatThrownBy(() -> key("a key", TestTokens.KEY)).hasMessageContaining("the id of a key");
        assertThatThrownBy(() -> key("k".repeat(51), TestTokens.KEY)).hasMessageContaining("1 to 50");
    }
}
