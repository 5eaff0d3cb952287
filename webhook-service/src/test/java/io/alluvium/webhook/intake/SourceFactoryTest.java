package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.webhook.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a source is said on start, in one line that names the key. */
class SourceFactoryTest {

    private static void refuses(ConfiguredSource source, String words) {
        assertThatThrownBy(source::source)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void anUnknownVerifier() {
        refuses(
                ConfiguredSource.verifier("githup").secrets("x"),
                "one of standard-webhooks, zoho, zoho-payments, github");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Shop",
                "a_b",
                "-a",
                "health",
                "metrics",
                "a.b",
                "0123456789012345678901234567890123456789012345678901234567890123x"
            })
    void aNameThatIsNone(String name) {
        refuses(ConfiguredSource.verifier("zoho").secrets("x").name(name), "name of a source");
    }

    @Test
    void secretsThatAreMissing() {
        refuses(ConfiguredSource.verifier("zoho"), "secrets is missing");
        refuses(ConfiguredSource.verifier("zoho").key("secrets", "env:NOT_THERE"), "nothing at env:NOT_THERE");
        refuses(ConfiguredSource.verifier("zoho").key("secrets", "file:/not/there"), "nothing at file:/not/there");
        refuses(ConfiguredSource.verifier("zoho").key("secrets", "config:not.there"), "nothing at config:not.there");
        refuses(ConfiguredSource.verifier("zoho").secrets(""), "is empty");
        refuses(ConfiguredSource.verifier("zoho").secrets(" \t"), "is empty");
    }

    @Test
    void aSecretThatStandsThereItselfIsNotRepeated() {
        assertThatThrownBy(() -> ConfiguredSource.verifier("zoho")
                        .key("secrets", "hunter2")
                        .source())
                .hasMessageContaining("by reference")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void keysThatAreNone() {
        refuses(ConfiguredSource.verifier("standard-webhooks").secrets("whsec_!"), "whsec_ or whpk_");
        refuses(ConfiguredSource.verifier("standard-webhooks").secrets("whsec_c2hvcnQ="), "24 to 64 bytes");
        refuses(ConfiguredSource.verifier("standard-webhooks").secrets("whpk_c2hvcnQ="), "32 bytes");
        refuses(ConfiguredSource.verifier("basic").secrets("nobody"), "<user>:<password>");
        refuses(ConfiguredSource.verifier("basic").secrets("nobody:"), "<user>:<password>");
        refuses(ConfiguredSource.verifier("token").secrets("token "), "begins or ends with a blank");
    }

    @Test
    void noneOutsideOfTheProfileLocal() {
        refuses(ConfiguredSource.verifier("none"), "profile local only");
        refuses(ConfiguredSource.verifier("none").local().secrets("x"), "no secrets");
        assertThat(ConfiguredSource.verifier("none").local().accepts(Sent.body("{}")))
                .isTrue();
    }

    @Test
    void keysOfAnotherVerifier() {
        refuses(ConfiguredSource.verifier("github").secrets("x").key("template", "{body}"), "hmac only");
        refuses(ConfiguredSource.verifier("github").secrets("x").key("header", "X-A"), "hmac and token only");
        refuses(ConfiguredSource.verifier("zoho").secrets("x").key("record-id", "/a"), "only event-id");
        refuses(ConfiguredSource.verifier("zoho").secrets("x").key("event-id", "/a"), "only event-id");
    }

    @Test
    void anHmacThatProvesNothing() {
        ConfiguredSource bare = ConfiguredSource.verifier("hmac").secrets("x");
        refuses(bare, "header is missing");
        refuses(hmac().key("template", "{timestamp}"), "{body} once");
        refuses(hmac().key("template", "{body}{body}"), "{body} once");
        refuses(hmac().key("template", "{body}{nonce}"), "{body} once");
        refuses(hmac().key("template", "{timestamp}.{body}"), "go together");
        refuses(hmac().key("timestamp-header", "X-T"), "go together");
        refuses(
                hmac().key("timestamp-header", "X-T").key("template", "{id}{timestamp}.{body}"),
                "text between {id} and {timestamp}");
        refuses(hmac().key("tolerance", "-PT1S"), "tolerance must not be negative");
        refuses(hmac().key("replay-window", "-PT1S"), "replay-window must not be negative");
        refuses(hmac().key("algorithm", "md5"), "algorithm must be");
        refuses(hmac().key("encoding", "base32"), "encoding must be");
    }

    private static ConfiguredSource hmac() {
        return ConfiguredSource.verifier("hmac").secrets("x").key("header", "X-S");
    }

    @Test
    void aFormatThatIsNone() {
        refuses(ConfiguredSource.verifier("github").secrets("x").key("format", "xml"), "zoho, generic, json");
    }

    @Test
    void aFieldThatIsASecret() {
        refuses(
                ConfiguredSource.verifier("github").secrets("x").key("event-id", "Authorization"),
                "secret or a signature");
        refuses(ConfiguredSource.verifier("github").secrets("x").key("event-id", "a b"), "name headers");
    }

    @Test
    void theHeaderOfATokenIsNeverStored() {
        Source source = ConfiguredSource.verifier("token")
                .secrets("x")
                .key("header", "X-Token")
                .key("event-id", "X-Token,X-Id")
                .source();

        assertThat(source.keptHeaders()).containsExactly("x-id");
    }

    @Test
    void aSecretInAFileEndsBeforeItsLineBreak(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "top secret \n");

        refuses(ConfiguredSource.verifier("token").key("secrets", "file:" + file), "begins or ends with a blank");
        assertThat(Secret.find("file:" + file, NOWHERE).text()).isEqualTo("top secret ");
        assertThat(Secret.find("file:" + file, NOWHERE)).hasToString("file:" + file);
    }

    private static final Secret.Places NOWHERE = new Secret.Places() {
        @Override
        public String environment(String name) {
            return null;
        }

        @Override
        public String config(String key) {
            return null;
        }
    };
}
