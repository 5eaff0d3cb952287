package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.hex;
import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.Signatures;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierTest {

    private static final String BODY = "{\"data\":{\"id\":\"1\"}}";
    private static final String ZOHO_SECRET = "open sesame";
    private static final String SIGNATURE = hex(ZOHO_SECRET, utf8(BODY));
    private static final ConfiguredSource ZOHO =
            ConfiguredSource.verifier("zoho").secrets(ZOHO_SECRET);

    private static Sent zoho(String signature) {
        return Sent.body(BODY).header("X-Zoho-Signature", signature);
    }

    @Test
    void aWrongMissingTruncatedUpperCaseOrDoubledSignatureIsRefused() {
        assertThat(ZOHO.accepts(zoho(SIGNATURE))).isTrue();

        assertThat(ZOHO.accepts(zoho(hex("another secret", utf8(BODY))))).isFalse();
        assertThat(ZOHO.accepts(Sent.body(BODY))).isFalse();
        assertThat(ZOHO.accepts(zoho(""))).isFalse();
        assertThat(ZOHO.accepts(zoho(SIGNATURE.substring(2)))).isFalse();
        assertThat(ZOHO.accepts(zoho(SIGNATURE + "00"))).isFalse();
        assertThat(ZOHO.accepts(zoho(SIGNATURE.toUpperCase(Locale.ROOT)))).isFalse();
        assertThat(ZOHO.accepts(zoho(SIGNATURE).header("X-Zoho-Signature", SIGNATURE)))
                .isFalse();
        assertThat(ZOHO.accepts(zoho("not hexadecimal"))).isFalse();
    }

    @Test
    void aBodyThatDiffersInOneByteIsRefused() {
        byte[] body = utf8(BODY);
        for (int i = 0; i < body.length; i++) {
            byte[] changed = body.clone();
            changed[i] ^= 1;
            assertThat(ZOHO.accepts(Sent.body(changed).header("X-Zoho-Signature", SIGNATURE)))
                    .as("byte " + i)
                    .isFalse();
        }
    }

    @Test
    void everyOneOfSeveralSecretsCounts() {
        ConfiguredSource rotating = ConfiguredSource.verifier("zoho").secrets("new secret", "old secret");

        assertThat(rotating.accepts(zoho(hex("new secret", utf8(BODY))))).isTrue();
        assertThat(rotating.accepts(zoho(hex("old secret", utf8(BODY))))).isTrue();
        assertThat(rotating.accepts(zoho(SIGNATURE))).isFalse();
    }

    @Test
    void aTimeThatIsStaleOrInTheFutureIsRefused() {
        ConfiguredSource stripe = ConfiguredSource.verifier("stripe").secrets("secret");
        Instant now = Instant.parse("2026-11-21T10:00:00Z");

        for (long age : new long[] {-301, -300, 0, 300, 301}) {
            long time = now.minusSeconds(age).getEpochSecond();
            String header = "t=" + time + ",v1=" + hex("secret", utf8(time + "."), utf8(BODY));
            assertThat(stripe.accepts(
                            Sent.body(BODY).header("Stripe-Signature", header).at(now)))
                    .as(age + " s ago")
                    .isEqualTo(Math.abs(age) <= 300);
        }
    }

    @Test
    void theToleranceIsTheSources() {
        ConfiguredSource strict =
                ConfiguredSource.verifier("stripe").secrets("secret").key("tolerance", "10S");
        Instant now = Instant.now();
        long time = now.minus(Duration.ofSeconds(20)).getEpochSecond();
        String header = "t=" + time + ",v1=" + hex("secret", utf8(time + "."), utf8(BODY));

        assertThat(strict.accepts(
                        Sent.body(BODY).header("Stripe-Signature", header).at(now)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "t=1",
                "v1=00",
                "t=x,v1=00",
                "t=99999999999999999999,v1=00",
                "t=1;v1=00",
                "t=-1,v1=00",
                ",,,,,,,,,,,,,,"
            })
    void aListThatIsNoneIsRefused(String header) {
        assertThat(ConfiguredSource.verifier("stripe")
                        .secrets("secret")
                        .accepts(Sent.body(BODY).header("Stripe-Signature", header)))
                .isFalse();
    }

    @Test
    void basicWantsUserAndPassword() {
        ConfiguredSource basic = ConfiguredSource.verifier("basic").secrets("kim:open sesame");
        String right = Base64.getEncoder().encodeToString(utf8("kim:open sesame"));

        assertThat(basic.accepts(Sent.body("{}").header("Authorization", "Basic " + right)))
                .isTrue();
        assertThat(basic.accepts(Sent.body("{}").header("Authorization", "basic " + right)))
                .isTrue();
        assertThat(basic.accepts(Sent.body("{}").header("Authorization", "Bearer " + right)))
                .isFalse();
        assertThat(basic.accepts(Sent.body("{}").header("Authorization", "Basic kim:open sesame")))
                .isFalse();
        assertThat(basic.accepts(Sent.body("{}"))).isFalse();
    }

    @Test
    void tokenWantsABearerOrAHeader() {
        ConfiguredSource bearer = ConfiguredSource.verifier("token").secrets("one", "two");
        ConfiguredSource header =
                ConfiguredSource.verifier("token").secrets("one").key("header", "X-Token");

        assertThat(bearer.accepts(Sent.body("{}").header("Authorization", "Bearer two")))
                .isTrue();
        assertThat(bearer.accepts(Sent.body("{}").header("Authorization", "bearer two")))
                .isTrue();
        assertThat(bearer.accepts(Sent.body("{}").header("Authorization", "Bearer TWO")))
                .isFalse();
        assertThat(bearer.accepts(Sent.body("{}").header("Authorization", "Bearer tw")))
                .isFalse();
        assertThat(bearer.accepts(Sent.body("{}").header("Authorization", "two")))
                .isFalse();
        assertThat(header.accepts(Sent.body("{}").header("x-token", "one"))).isTrue();
        assertThat(header.accepts(Sent.body("{}").header("Authorization", "Bearer one")))
                .isFalse();
    }

    @Test
    void aTemplateSignsTheIdToo() {
        ConfiguredSource source = ConfiguredSource.verifier("hmac")
                .secrets("secret")
                .key("header", "X-Signature")
                .key("algorithm", "sha512")
                .key("event-id", "X-Id")
                .key("template", "{id}\n{body}");
        String signature = java.util.HexFormat.of()
                .withUpperCase()
                .formatHex(Signatures.hmac("HmacSHA512", utf8("secret"), utf8("7\n"), utf8(BODY)));

        assertThat(source.accepts(
                        Sent.body(BODY).header("X-Signature", signature).header("X-Id", "7")))
                .isTrue();
        assertThat(source.accepts(
                        Sent.body(BODY).header("X-Signature", signature).header("X-Id", "8")))
                .isFalse();
        assertThat(source.accepts(Sent.body(BODY).header("X-Signature", signature)))
                .isFalse();
        assertThat(source.source().isIdSigned()).isTrue();
    }

    @Test
    void whoExplainsSaysWhereItFailsAndNoSecret() {
        assertThat(explain(zoho(SIGNATURE.toUpperCase(Locale.ROOT)))).contains("upper case");
        assertThat(explain(zoho(Base64.getEncoder().encodeToString(new byte[32]))))
                .contains("base64");
        assertThat(explain(Sent.body(BODY))).contains("there is no header X-Zoho-Signature");
        assertThat(explain(zoho(SIGNATURE).header("X-Zoho-Signature", SIGNATURE)))
                .contains("2 times");
        assertThat(explain(zoho(SIGNATURE.substring(2)))).contains("31 bytes");
        assertThat(explain(Sent.body(BODY + "\n").header("X-Zoho-Signature", SIGNATURE)))
                .contains("last line break");
        assertThat(explain(zoho(hex("wrong", utf8(BODY)))))
                .contains("none of the 1 secrets")
                .doesNotContain(SIGNATURE)
                .doesNotContain(ZOHO_SECRET);
    }

    private static String explain(Sent sent) {
        Explanation explanation = Explanation.spoken();
        ZOHO.source().verifier().isGenuine(sent.delivery(), explanation);
        return explanation.steps().toString();
    }
}
