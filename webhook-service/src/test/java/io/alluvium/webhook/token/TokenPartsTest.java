package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.webhook.TestTokens;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that could not keep tokens safe does not start. */
class TokenPartsTest {

    @TempDir
    Path directory;

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(WebhookConfig.class, "webhook")
                .withDefaultValues(settings)
                .addDiscoveredConverters()
                .build();
    }

    private static TokenCipher cipher(Map<String, String> settings) {
        SmallRyeConfig config = config(settings);
        return new TokenParts().cipher(config.getConfigMapping(WebhookConfig.class), config);
    }

    private Map<String, String> keys(String content, String active) throws Exception {
        Path file = Files.writeString(directory.resolve("key"), content);
        Map<String, String> settings = new HashMap<>();
        settings.put("webhook.token.keys.k1", "file:" + file);
        settings.put("webhook.token.active-key", active);
        return settings;
    }

    @Test
    void aKeyOf32BytesWillDo() throws Exception {
        assertThat(cipher(keys(TestTokens.KEY + "\n", "k1")).activeKey()).isEqualTo("k1");
    }

    @Test
    void aKeyMayComeFromAnySourceOfConfiguration() {
        Map<String, String> settings = Map.of(
                "vault.key", TestTokens.KEY,
                "webhook.token.keys.k1", "config:vault.key",
                "webhook.token.active-key", "k1");

        assertThat(cipher(settings).keyIds()).containsExactly("k1");
    }

    @Test
    void withoutAKeyItSaysWhatToSetAndHowToDoWithout() {
        assertThatThrownBy(() -> cipher(Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Set webhook.token.keys.<id>")
                .hasMessageContaining("TOKEN_PERSISTENCE_ENABLED=false");
    }

    @Test
    void anActiveKeyThatIsNotThereIsNamed() throws Exception {
        Map<String, String> settings = keys(TestTokens.KEY, "k9");

        assertThatThrownBy(() -> cipher(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("webhook.token.active-key is k9, and there is no such key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        c2hvcnQ=                                                        | this one has 5
        q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniQ==         | this one has 40
        not a key at all                                                | this is neither
        """)
    void aKeyThatIsNoneIsNamedAndNotRepeated(String content, String message) throws Exception {
        Map<String, String> settings = keys(content, "k1");

        assertThatThrownBy(() -> cipher(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("webhook.token.keys.k1: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining(content);
    }

    @Test
    void anEmptyFileIsNoKey() throws Exception {
        Map<String, String> settings = keys("", "k1");

        assertThatThrownBy(() -> cipher(settings)).hasMessageContaining("is empty");
    }

    @Test
    void whereTokensAreOffNothingIsAskedFor() {
        assertThatCode(() -> cipher(Map.of("webhook.token.enabled", "false", "webhook.token.keys.k", "file:/no/where")))
                .doesNotThrowAnyException();
    }

    @Test
    void aProviderThatCannotBeUsedIsNamed() {
        SmallRyeConfig config = config(Map.of(
                "webhook.token.providers.zoho.token-endpoint", "http://accounts.example/token",
                "webhook.token.providers.zoho.client-id", "c"));

        assertThatThrownBy(() -> new TokenParts().providers(config.getConfigMapping(WebhookConfig.class), config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("webhook.token.providers.zoho: token-endpoint must be an https address");
    }
}
